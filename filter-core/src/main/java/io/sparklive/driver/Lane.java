package io.sparklive.driver;

import io.sparklive.turns.Turns;

/**
 * Where drivers wait for their turn to be asked how far they are. Those that are slow, or have very
 * much to tell, have one of their own, so that they keep nobody else waiting.
 *
 * @param running for questions whose answers are short: which jobs run
 * @param longer for those whose answers may be long
 * @param longest how many bytes these may have. An executor is about 2 kB, and of jobs that have
 *     ended a driver remembers a thousand
 */
record Lane(Turns running, Turns longer, int longest) {
  private static final int MEGABYTE = 1024 * 1024;

  /** The lane of those that answer promptly: hundreds of drivers in a beat. */
  static Lane prompt() {
    return new Lane(new Turns(128), new Turns(32), 2 * MEGABYTE);
  }

  /** The lane of those that do not. */
  static Lane slow() {
    return new Lane(new Turns(64), new Turns(8), 8 * MEGABYTE);
  }
}
