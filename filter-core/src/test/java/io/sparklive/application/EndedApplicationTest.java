// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import static io.sparklive.application.SampleApplications.STARTED;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.application.EndedApplication.History;
import io.sparklive.application.EndedApplication.Result;
import io.sparklive.application.Progress.Failure;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndedApplicationTest {
  private static final Failure BOOM = new Failure(7, 3, 0, "boom");

  private static EndedApplication ended(Optional<Progress> progress) {
    LiveApplication live = SampleApplications.live("app-1");
    LiveApplication reported = progress.map(live::withProgress).orElse(live);
    return new EndedApplication(reported.endedAt(STARTED.plusSeconds(9)), History.COMPLETE);
  }

  @ParameterizedTest
  @CsvSource({"SUCCEEDED, SUCCEEDED", "FAILED, FAILED", "UNKNOWN, UNKNOWN"})
  void hasResultOfLastJob(JobProgress.Status status, Result result) {
    Progress last = new Reports().failure(BOOM).end(7, status).after(Duration.ofSeconds(1));

    EndedApplication application = ended(Optional.of(last));

    assertThat(application.result()).isEqualTo(result);
    assertThat(application.failure())
        .isEqualTo(Optional.of("boom").filter(reason -> result == Result.FAILED));
  }

  @Test
  void hasUnknownResultIfJobWasRunning() {
    Progress last =
        new Reports()
            .lastEnded(6, JobProgress.Status.SUCCEEDED)
            .run(Reports.running(7, Reports.tasks(10, 1, 2)))
            .after(Duration.ofSeconds(1));

    assertThat(ended(Optional.of(last)).result()).isEqualTo(Result.UNKNOWN);
  }

  @ParameterizedTest
  @CsvSource({
    "1, Error, SUCCEEDED, FAILED",
    "143, Deleted, SUCCEEDED, FAILED",
    "0, Completed, SUCCEEDED, SUCCEEDED",
    "0, Completed, FAILED, FAILED",
    "0, Completed, UNKNOWN, SUCCEEDED",
    ", Deleted, SUCCEEDED, SUCCEEDED",
    ", Deleted, UNKNOWN, UNKNOWN",
    ", Evicted, SUCCEEDED, FAILED"
  })
  void hasResultOfDriverFirst(
      @Nullable Integer code, String reason, JobProgress.Status lastJob, Result result) {
    Progress last = new Reports().end(7, lastJob).after(Duration.ofSeconds(1));
    DriverEnd end =
        new DriverEnd(
            true, code == null ? OptionalInt.empty() : OptionalInt.of(code), reason, "text");

    assertThat(ended(Optional.of(last)).withEnd(end).result()).isEqualTo(result);
  }

  @Test
  void hasUnknownResultWithoutReport() {
    assertThat(ended(Optional.empty()).result()).isEqualTo(Result.UNKNOWN);
  }
}
