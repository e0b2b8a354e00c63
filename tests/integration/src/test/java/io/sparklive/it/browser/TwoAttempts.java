// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.browser;

import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.LoggedApplication;
import java.time.Instant;

/**
 * An application of two attempts for each of the History Server's tables. If a table has one,
 * {@code historypage.js} groups the rows of all applications, and uses more fields of each.
 */
final class TwoAttempts {
  static final String COMPLETED = "app-of-two-attempts-completed";
  static final String INCOMPLETE = "app-of-two-attempts-incomplete";

  private static final Instant START = Instant.parse("2026-01-31T18:00:00Z");

  private TwoAttempts() {}

  static void writeTo(EventLogs logs) {
    LoggedApplication completed = LoggedApplication.startedAt(START, COMPLETED);
    logs.write(completed.attempt("1").endedAt(START.plusSeconds(60)));
    logs.write(completed.attempt("2").endedAt(START.plusSeconds(120)));
    LoggedApplication incomplete = LoggedApplication.startedAt(START, INCOMPLETE);
    logs.write(incomplete.attempt("1").endedAt(START.plusSeconds(60)));
    logs.write(incomplete.attempt("2"));
  }

  /** Whether it is one of these applications. */
  static boolean has(String id) {
    return id.equals(COMPLETED) || id.equals(INCOMPLETE);
  }
}
