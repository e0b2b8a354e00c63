// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import static io.sparklive.application.SampleApplications.STARTED;
import static io.sparklive.application.SampleApplications.address;
import static io.sparklive.application.SampleApplications.found;
import static io.sparklive.application.SampleApplications.foundStarting;
import static io.sparklive.application.SampleApplications.info;
import static io.sparklive.application.SampleApplications.lost;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The progress that drivers report, and how long the registry keeps it. */
class ReportedProgressTest {
  private static final ApplicationId A = new ApplicationId("app-a");
  private static final ApplicationId B = new ApplicationId("app-b");
  private static final SourceRef HERE = new SourceRef("static", "here");
  private static final SourceRef THERE = new SourceRef("static", "there");
  private static final Instant LATER = STARTED.plusSeconds(60);
  private static final Progress PROGRESS = progress(7);

  private final ApplicationRegistry registry = new ApplicationRegistry();

  private static Progress progress(int job) {
    return new Progress(
        STARTED.plusSeconds(job),
        Optional.of(new Progress.Executors(2, 8, 30)),
        Optional.of(
            new JobProgress(
                1,
                job,
                JobProgress.Status.RUNNING,
                "sales",
                new TaskCounts(100, 40, 8, 1, 2, 10))));
  }

  private Optional<Progress> progress(ApplicationId id) {
    return registry.find(id).orElseThrow().progress();
  }

  private void reportProgress(SourceRef source, ApplicationId id) {
    registry.apply(new DiscoveryEvent.ProgressReported(source, id, STARTED, PROGRESS));
  }

  private static DiscoveryEvent.DriverFound startedAt(Instant started, String name) {
    return new DiscoveryEvent.DriverFound(
        HERE, A, true, info(name, started), Optional.of(address("here")), Optional.empty());
  }

  @Test
  void isEmptyUntilReported() {
    registry.apply(found("here", "app-a"));
    registry.apply(found("there", "app-b"));
    assertThat(progress(A)).isEmpty();
    assertThat(registry.all()).hasSize(2);

    reportProgress(HERE, A);

    assertThat(progress(A)).contains(PROGRESS);
    assertThat(registry.all()).contains(registry.find(A).orElseThrow());
    assertThat(progress(B)).isEmpty();
  }

  @Test
  void holdsLastReport() {
    registry.apply(found("here", "app-a"));
    reportProgress(HERE, A);

    registry.apply(new DiscoveryEvent.ProgressReported(HERE, A, STARTED, progress(8)));

    assertThat(progress(A)).contains(progress(8));
  }

  @Test
  void ignoresReportFromOtherSource() {
    registry.apply(found("here", "app-a"));
    registry.apply(found("there", "app-a"));

    reportProgress(THERE, A);

    assertThat(progress(A)).isEmpty();
  }

  @Test
  void ignoresReportOfStartingDriver() {
    registry.apply(foundStarting("here", "app-a"));

    reportProgress(HERE, A);

    assertThat(progress(A)).isEmpty();
  }

  @Test
  void ignoresReportOfUnknownApplication() {
    reportProgress(HERE, B);

    assertThat(registry.all()).isEmpty();
  }

  @Test
  void isKeptWhileApplicationRuns() {
    registry.apply(found("here", "app-a"));
    reportProgress(HERE, A);

    registry.apply(startedAt(STARTED, "renamed"));
    registry.apply(foundStarting("here", "app-a"));

    assertThat(progress(A)).contains(PROGRESS);
  }

  @Test
  void isKeptIfSettingsAreReported() {
    DriverSettings settings = new DriverSettings(true, AccessLists.EMPTY);
    registry.apply(found("here", "app-a"));
    reportProgress(HERE, A);
    registry.apply(new DiscoveryEvent.SettingsReported(HERE, A, STARTED, settings));
    assertThat(progress(A)).contains(PROGRESS);

    registry.apply(new DiscoveryEvent.ProgressReported(HERE, A, STARTED, progress(8)));

    assertThat(registry.find(A).orElseThrow().settings()).contains(settings);
  }

  @Test
  void isKeptAtEndOfApplication() {
    registry.apply(found("here", "app-a"));
    reportProgress(HERE, A);
    registry.apply(lost("here", LATER));
    assertThat(progress(A)).contains(PROGRESS);

    registry.apply(new DiscoveryEvent.ProgressReported(HERE, A, STARTED, progress(8)));

    assertThat(progress(A)).as("an answer that comes after the end").contains(PROGRESS);
  }

  @Test
  void isDroppedIfIdRestarts() {
    registry.apply(found("here", "app-a"));
    reportProgress(HERE, A);

    registry.apply(startedAt(LATER, "app-a"));

    assertThat(progress(A)).isEmpty();
  }

  @Test
  void ignoresReportOfPreviousRun() {
    registry.apply(found("here", "app-a"));
    registry.apply(startedAt(LATER, "app-a"));

    reportProgress(HERE, A);

    assertThat(progress(A)).isEmpty();
    registry.apply(new DiscoveryEvent.ProgressReported(HERE, A, LATER, PROGRESS));
    assertThat(progress(A)).contains(PROGRESS);
  }

  @Test
  void isDroppedIfIdReturnsAfterEnd() {
    registry.apply(found("here", "app-a"));
    reportProgress(HERE, A);
    registry.apply(lost("here", LATER));

    registry.apply(found("here", "app-a"));

    assertThat(progress(A)).isEmpty();
  }

  @Test
  void isDroppedIfOtherDriverTakesId() {
    registry.apply(found("here", "app-a"));
    registry.apply(found("there", "app-a"));
    reportProgress(HERE, A);

    registry.apply(lost("here", LATER));

    assertThat(registry.find(A).orElseThrow().source()).isEqualTo(THERE);
    assertThat(progress(A)).isEmpty();
  }
}
