// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * The executors of one run of an application that failed, as far as the statuses of their pods
 * show. Executors that the driver itself removed are not among them.
 *
 * @param byReason how many failed, by the {@linkplain DriverEnd#label label} of the reason
 * @param last the last one; empty if none failed
 */
public record ExecutorFailures(Map<String, Integer> byReason, Optional<Failure> last) {
  /** No failed executor. */
  public static final ExecutorFailures NONE = new ExecutorFailures(Map.of(), Optional.empty());

  public ExecutorFailures {
    byReason = Map.copyOf(byReason);
  }

  /**
   * A failed executor.
   *
   * @param pod the name of its pod
   * @param at when it ended
   * @param exitCode the exit code of its container; empty if it is unknown
   * @param reason the reason in the words of Kubernetes
   * @param label the reason as a label of a metric
   * @param text the end for people, one line
   */
  public record Failure(
      String pod, Instant at, OptionalInt exitCode, String reason, String label, String text) {

    /** The failure of an executor, by the end of its container. */
    public static Failure of(String pod, Instant at, DriverEnd end) {
      return new Failure(
          UserText.of(pod), at, end.exitCode(), end.reason(), end.label(), end.text());
    }
  }

  /** How many executors failed. */
  public int count() {
    return byReason.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** The failures as a part of a sentence; empty if there are none. */
  public Optional<String> text() {
    return last.map(
        failure ->
            count() == 1
                ? "1 executor failed: " + inSentence(failure.text())
                : count() + " executors failed, the last: " + inSentence(failure.text()));
  }

  ExecutorFailures with(Failure failure) {
    Map<String, Integer> counts = new TreeMap<>(byReason);
    counts.merge(failure.label(), 1, Integer::sum);
    return new ExecutorFailures(counts, Optional.of(failure));
  }

  private static String inSentence(String text) {
    return text.isEmpty() ? text : Character.toLowerCase(text.charAt(0)) + text.substring(1);
  }
}
