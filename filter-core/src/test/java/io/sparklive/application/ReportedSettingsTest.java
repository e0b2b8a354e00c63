// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import static io.sparklive.application.SampleApplications.STARTED;
import static io.sparklive.application.SampleApplications.address;
import static io.sparklive.application.SampleApplications.found;
import static io.sparklive.application.SampleApplications.foundStarting;
import static io.sparklive.application.SampleApplications.info;
import static io.sparklive.application.SampleApplications.lost;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.application.EndedApplication.History;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The settings that drivers report, and how long the registry keeps them. */
class ReportedSettingsTest {
  private static final ApplicationId A = new ApplicationId("app-a");
  private static final ApplicationId B = new ApplicationId("app-b");
  private static final SourceRef HERE = new SourceRef("static", "here");
  private static final SourceRef THERE = new SourceRef("static", "there");
  private static final Instant LATER = STARTED.plusSeconds(60);
  private static final DriverSettings SETTINGS =
      new DriverSettings(true, new AccessLists("ada", "", "*", "", "", ""));

  private final ApplicationRegistry registry = new ApplicationRegistry();

  private Optional<DriverSettings> settings(ApplicationId id) {
    return registry.find(id).orElseThrow().settings();
  }

  private void reportSettings(SourceRef source, ApplicationId id) {
    registry.apply(new DiscoveryEvent.SettingsReported(source, id, STARTED, SETTINGS));
  }

  private static DiscoveryEvent.DriverFound startedAt(Instant started, String name) {
    return new DiscoveryEvent.DriverFound(
        HERE, A, true, info(name, started), Optional.of(address("here")), Optional.empty());
  }

  @Test
  void areEmptyUntilReported() {
    registry.apply(found("here", "app-a"));
    registry.apply(found("there", "app-b"));
    assertThat(settings(A)).isEmpty();

    reportSettings(HERE, A);

    assertThat(settings(A)).contains(SETTINGS);
    assertThat(registry.all()).contains(registry.find(A).orElseThrow());
    assertThat(settings(B)).isEmpty();
  }

  @Test
  void ignoresReportFromOtherSource() {
    registry.apply(found("here", "app-a"));
    registry.apply(found("there", "app-a"));

    reportSettings(THERE, A);

    assertThat(settings(A)).isEmpty();
  }

  @Test
  void ignoresReportFromFormerOwner() {
    registry.apply(found("here", "app-a"));
    registry.apply(lost("here", LATER));
    reportSettings(HERE, A);
    assertThat(settings(A)).isEmpty();

    registry.apply(found("there", "app-a"));
    reportSettings(HERE, A);
    assertThat(settings(A)).isEmpty();

    registry.apply(new DiscoveryEvent.HandedOff(B, History.COMPLETE, "not even known"));
    reportSettings(HERE, B);
    assertThat(registry.find(B)).isEmpty();
  }

  @Test
  void ignoresReportOfStartingDriver() {
    registry.apply(foundStarting("here", "app-a"));

    reportSettings(HERE, A);

    assertThat(settings(A)).isEmpty();
  }

  @Test
  void areKeptWhileApplicationRuns() {
    registry.apply(found("here", "app-a"));
    reportSettings(HERE, A);

    registry.apply(startedAt(STARTED, "renamed"));
    registry.apply(foundStarting("here", "app-a"));

    assertThat(settings(A)).contains(SETTINGS);
    registry.apply(lost("here", LATER));
    // The permissions end with the driver; whether it writes an event log still matters.
    assertThat(settings(A)).contains(new DriverSettings(true, AccessLists.EMPTY));
  }

  @Test
  void areDroppedIfIdRestarts() {
    registry.apply(found("here", "app-a"));
    reportSettings(HERE, A);

    registry.apply(startedAt(LATER, "app-a"));

    assertThat(settings(A)).isEmpty();
  }

  @Test
  void ignoresReportOfPreviousRun() {
    registry.apply(found("here", "app-a"));
    registry.apply(startedAt(LATER, "app-a"));

    reportSettings(HERE, A);

    assertThat(settings(A)).isEmpty();
    registry.apply(new DiscoveryEvent.SettingsReported(HERE, A, LATER, SETTINGS));
    assertThat(settings(A)).contains(SETTINGS);
  }

  @Test
  void areDroppedIfIdReturnsAfterEnd() {
    registry.apply(found("here", "app-a"));
    reportSettings(HERE, A);
    registry.apply(lost("here", LATER));

    registry.apply(found("here", "app-a"));

    assertThat(settings(A)).isEmpty();
  }

  @Test
  void areDroppedIfOtherDriverTakesId() {
    registry.apply(found("here", "app-a"));
    registry.apply(found("there", "app-a"));
    reportSettings(HERE, A);

    registry.apply(lost("here", LATER));

    assertThat(registry.find(A).orElseThrow().source()).isEqualTo(THERE);
    assertThat(settings(A)).isEmpty();
  }
}
