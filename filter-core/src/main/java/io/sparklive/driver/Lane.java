package io.sparklive.driver;

/**
 * Where drivers wait for their turn to be asked how far they are. Those that are slow have one of
 * their own, so that they keep nobody else waiting.
 *
 * @param running for questions whose answers are short: which jobs run
 * @param longer for those whose answers may be long
 */
record Lane(Turns running, Turns longer) {
  /** The lane of those that answer promptly: hundreds of drivers in a beat. */
  static Lane prompt() {
    return new Lane(new Turns(128), new Turns(32));
  }

  /** The lane of those that do not. */
  static Lane slow() {
    return new Lane(new Turns(64), new Turns(8));
  }
}
