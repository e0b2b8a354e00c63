// SPDX-License-Identifier: Apache-2.0
package io.sparklive.overview;

import static java.util.Objects.requireNonNull;

import com.google.gson.stream.JsonWriter;
import io.sparklive.application.EndedApplication;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.Progress;
import io.sparklive.application.Verdict;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The totals over all applications of the overview, whether the caller may view them or not: they
 * name none. Not thread-safe.
 */
final class Totals {
  private final Map<Verdict, Integer> verdicts = new EnumMap<>(Verdict.class);
  private int applications;
  private long cores;
  private long busyCores;

  Totals() {
    for (Verdict verdict : Verdict.values()) {
      verdicts.put(verdict, 0);
    }
  }

  /** Adds an application that has not ended. */
  void add(DiagnosedApplication diagnosed) {
    applications++;
    verdicts.merge(diagnosed.diagnosis().verdict(), 1, Integer::sum);
    // The progress of an application that waits to run again is that of the run before.
    Optional.of(diagnosed.application())
        .filter(application -> application.state().isRunning())
        .flatMap(LiveApplication::progress)
        .flatMap(Progress::executors)
        .ifPresent(
            executors -> {
              cores += executors.cores();
              busyCores += executors.busyCores();
            });
  }

  /**
   * Writes the totals.
   *
   * @param ended the applications that ended within this time
   */
  void write(JsonWriter json, List<EndedApplication> ended, Duration within) throws IOException {
    json.beginObject();
    json.name("applications").value(applications);
    json.name("verdicts").beginObject();
    for (Verdict verdict : Verdict.values()) {
      if (verdict != Verdict.ENDED) {
        json.name(verdict.label()).value(requireNonNull(verdicts.get(verdict)));
      }
    }
    json.endObject();
    json.name("cores").value(cores);
    json.name("coresBusy").value(busyCores);
    json.name("ended").beginObject();
    json.name("withinMillis").value(within.toMillis());
    json.name("count").value(ended.size());
    json.name("failed")
        .value(ended.stream().filter(e -> e.result() == EndedApplication.Result.FAILED).count());
    json.endObject();
    json.endObject();
  }
}
