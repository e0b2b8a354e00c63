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

/** The polls to which a driver does not respond, and progress that arrives too late. */
class MissedProgressTest {
  private static final ApplicationId A = new ApplicationId("app-a");
  private static final SourceRef HERE = new SourceRef("static", "here");
  private static final SourceRef THERE = new SourceRef("static", "there");
  private static final Instant LATER = STARTED.plusSeconds(60);
  private static final Instant POLL = STARTED.plusSeconds(10);

  private final ApplicationRegistry registry = new ApplicationRegistry();

  private void missPoll(Instant at) {
    registry.apply(new DiscoveryEvent.ProgressMissed(HERE, A, STARTED, at, at.plusSeconds(1)));
  }

  private void reportProgress(Instant at) {
    registry.apply(
        new DiscoveryEvent.ProgressReported(
            HERE, A, STARTED, new Progress(at, Optional.empty(), Optional.empty())));
  }

  private Optional<Instant> unansweredSince() {
    return registry.find(A).orElseThrow().missedPolls().map(MissedPolls::since);
  }

  private static DiscoveryEvent.DriverFound startedAt(Instant started, String name) {
    return new DiscoveryEvent.DriverFound(
        HERE, A, true, info(name, started), Optional.of(address("here")), Optional.empty());
  }

  @Test
  void marksStartOfFirstMissedPoll() {
    registry.apply(found("here", "app-a"));
    assertThat(unansweredSince()).isEmpty();

    missPoll(POLL);
    missPoll(POLL.plusSeconds(4));

    assertThat(registry.find(A).orElseThrow().missedPolls())
        .contains(new MissedPolls(POLL, POLL.plusSeconds(5), 2));
  }

  @Test
  void clearsMarkIfDriverReportsProgress() {
    registry.apply(found("here", "app-a"));
    missPoll(POLL);

    reportProgress(POLL.plusSeconds(4));
    assertThat(unansweredSince()).isEmpty();

    missPoll(POLL.plusSeconds(8));
    assertThat(unansweredSince()).contains(POLL.plusSeconds(8));
    assertThat(registry.find(A).orElseThrow().progress().orElseThrow().asOf())
        .isEqualTo(POLL.plusSeconds(4));
  }

  @Test
  void keepsMarkWhileApplicationRuns() {
    registry.apply(found("here", "app-a"));
    missPoll(POLL);

    registry.apply(startedAt(STARTED, "renamed"));
    registry.apply(foundStarting("here", "app-a"));
    registry.apply(
        new DiscoveryEvent.SettingsReported(
            HERE, A, STARTED, new DriverSettings(true, AccessLists.EMPTY)));

    assertThat(unansweredSince()).contains(POLL);
  }

  @Test
  void clearsMarkIfIdRestarts() {
    registry.apply(found("here", "app-a"));
    missPoll(POLL);

    registry.apply(startedAt(LATER, "app-a"));

    assertThat(unansweredSince()).isEmpty();
  }

  @Test
  void clearsMarkAtEnd() {
    registry.apply(found("here", "app-a"));
    missPoll(POLL);

    registry.apply(lost("here", LATER));

    assertThat(unansweredSince()).isEmpty();
  }

  @Test
  void ignoresMissedPollOfOtherDriver() {
    registry.apply(found("here", "app-a"));

    registry.apply(new DiscoveryEvent.ProgressMissed(THERE, A, STARTED, POLL, POLL.plusSeconds(1)));
    registry.apply(new DiscoveryEvent.ProgressMissed(HERE, A, LATER, POLL, POLL.plusSeconds(1)));
    registry.apply(
        new DiscoveryEvent.ProgressMissed(
            HERE, new ApplicationId("app-b"), STARTED, POLL, POLL.plusSeconds(1)));

    assertThat(unansweredSince()).isEmpty();
  }

  @Test
  void ignoresMissedPollOfDriverThatIsNotLive() {
    registry.apply(foundStarting("here", "app-a"));
    missPoll(POLL);
    assertThat(unansweredSince()).isEmpty();

    registry.apply(lost("here", LATER));
    missPoll(POLL);
    assertThat(unansweredSince()).isEmpty();
  }

  @Test
  void ignoresProgressAfterEnd() {
    registry.apply(found("here", "app-a"));
    reportProgress(POLL);
    registry.apply(lost("here", LATER));
    LiveApplication ended = registry.find(A).orElseThrow();

    reportProgress(LATER.plusSeconds(1));

    assertThat(registry.find(A)).contains(ended);
    assertThat(ended.progress().orElseThrow().asOf()).isEqualTo(POLL);
  }
}
