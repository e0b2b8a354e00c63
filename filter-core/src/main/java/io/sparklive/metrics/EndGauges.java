// SPDX-License-Identifier: Apache-2.0
package io.sparklive.metrics;

import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.sparklive.application.DriverEnd;
import io.sparklive.application.EndedApplication;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.PendingReason;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts the applications whose driver does not run: those that wait, and those that ended. */
final class EndGauges {
  /** The reason of an end of which no pod shows how it was. */
  private static final String UNKNOWN = "unknown";

  private EndGauges() {}

  /** An end in the words of the labels. */
  private record End(EndedApplication.Result result, String reason) {
    static End of(EndedApplication ended) {
      return new End(
          ended.result(), ended.application().end().map(DriverEnd::label).orElse(UNKNOWN));
    }
  }

  /** Counts each reason in each namespace of an application that waits, and in the empty one. */
  static void countPending(
      List<LiveApplication> applications, GaugeWithCallback.Callback callback) {
    Map<String, Map<PendingReason.Kind, Integer>> counts = new TreeMap<>();
    counts.put("", new EnumMap<>(PendingReason.Kind.class));
    for (LiveApplication application : applications) {
      application
          .pending()
          .ifPresent(
              reason ->
                  counts
                      .computeIfAbsent(
                          application.namespace().orElse(""),
                          namespace -> new EnumMap<>(PendingReason.Kind.class))
                      .merge(reason.kind(), 1, Integer::sum));
    }
    counts.forEach(
        (namespace, reasons) -> {
          for (PendingReason.Kind kind : PendingReason.Kind.values()) {
            callback.call(reasons.getOrDefault(kind, 0), namespace, kind.label());
          }
        });
  }

  /**
   * Counts the failed executors of running applications. Only reasons that occur have a series;
   * that of executors killed for memory is always there for the empty namespace.
   */
  static void countFailedExecutors(
      List<LiveApplication> applications, GaugeWithCallback.Callback callback) {
    Map<String, Map<String, Integer>> counts = new TreeMap<>();
    counts.put("", new TreeMap<>(Map.of("OOMKilled", 0)));
    for (LiveApplication application : applications) {
      if (application.state().isRunning()) {
        application
            .executorFailures()
            .byReason()
            .forEach(
                (reason, count) ->
                    counts
                        .computeIfAbsent(
                            application.namespace().orElse(""), namespace -> new TreeMap<>())
                        .merge(reason, count, Integer::sum));
      }
    }
    counts.forEach(
        (namespace, reasons) ->
            reasons.forEach((reason, count) -> callback.call(count, namespace, reason)));
  }

  /**
   * Counts each result in each namespace of an application that ended, and in the empty one. A
   * reason has a series as long as an application ended for it.
   */
  static void countEnded(List<EndedApplication> applications, GaugeWithCallback.Callback callback) {
    Map<String, Map<End, Integer>> counts = new TreeMap<>();
    counts.put("", new HashMap<>());
    for (EndedApplication ended : applications) {
      counts
          .computeIfAbsent(ended.application().namespace().orElse(""), namespace -> new HashMap<>())
          .merge(End.of(ended), 1, Integer::sum);
    }
    counts.forEach(
        (namespace, ends) -> {
          for (EndedApplication.Result result : EndedApplication.Result.values()) {
            ends.putIfAbsent(new End(result, UNKNOWN), 0);
          }
          ends.forEach(
              (end, count) -> callback.call(count, namespace, end.result().label(), end.reason()));
        });
  }
}
