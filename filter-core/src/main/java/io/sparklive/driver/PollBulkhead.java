package io.sparklive.driver;

import io.sparklive.concurrent.AsyncLimiter;

/**
 * Where drivers wait for their turn to be asked how far they are. Those that are slow, or have very
 * much to tell, have one of their own, so that they keep nobody else waiting.
 *
 * @param running for questions whose answers are short: which jobs run
 * @param longer for those whose answers may be long
 * @param longest how many bytes these may have. An executor is about 2 kB, and of jobs that have
 *     ended a driver remembers a thousand
 */
record PollBulkhead(AsyncLimiter running, AsyncLimiter longer, int longest) {
  private static final int MEGABYTE = 1024 * 1024;

  /** The lane of those that answer promptly: hundreds of drivers in a beat. */
  static PollBulkhead prompt() {
    return new PollBulkhead(new AsyncLimiter(128), new AsyncLimiter(32), 2 * MEGABYTE);
  }

  /** The lane of those that do not. */
  static PollBulkhead slow() {
    return new PollBulkhead(new AsyncLimiter(64), new AsyncLimiter(8), 8 * MEGABYTE);
  }
}
