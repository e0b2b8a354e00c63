// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import static io.sparklive.application.SampleApplications.STARTED;
import static io.sparklive.application.SampleApplications.address;
import static io.sparklive.application.SampleApplications.found;
import static io.sparklive.application.SampleApplications.foundStarting;
import static io.sparklive.application.SampleApplications.info;
import static io.sparklive.application.SampleApplications.lost;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparklive.application.EndedApplication.History;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ApplicationRegistryTest {
  private static final ApplicationId A = new ApplicationId("app-a");
  private static final ApplicationId B = new ApplicationId("app-b");
  private static final SourceRef HERE = new SourceRef("static", "here");
  private static final SourceRef THERE = new SourceRef("static", "there");
  private static final SourceRef ELSEWHERE = new SourceRef("static", "elsewhere");
  private static final Instant LATER = STARTED.plusSeconds(60);

  private final ApplicationRegistry registry = new ApplicationRegistry();

  private LiveApplication application(ApplicationId id) {
    return registry.find(id).orElseThrow();
  }

  @Test
  void isEmptyInitially() {
    assertThat(registry.all()).isEmpty();
    assertThat(registry.find(A)).isEmpty();
    assertThat(registry.conflicts()).isEmpty();
  }

  @Test
  void registersRespondingDriverAsLive() {
    registry.apply(found("here", "app-a"));

    assertThat(application(A))
        .isEqualTo(
            new LiveApplication(
                A,
                ApplicationState.LIVE,
                info("app-a"),
                Optional.of(address("here")),
                Optional.empty(),
                HERE,
                Optional.empty()));
    assertThat(registry.all()).containsExactly(application(A));
  }

  @Test
  void reportsNewApplicationOnce() {
    List<String> appeared = new ArrayList<>();
    ApplicationRegistry listened =
        new ApplicationRegistry(a -> appeared.add(a.id().value()), a -> {});

    listened.apply(foundStarting("here", "app-a"));
    listened.apply(found("here", "app-a"));
    listened.apply(found("there", "app-b"));
    listened.apply(found("elsewhere", "app-b"));

    assertThat(appeared).containsExactly("app-a", "app-b");
  }

  @Test
  void doesNotReportReturningApplicationAsNew() {
    List<String> appeared = new ArrayList<>();
    ApplicationRegistry listened =
        new ApplicationRegistry(a -> appeared.add(a.id().value()), a -> {});
    listened.apply(found("here", "app-a"));
    listened.apply(lost("here", LATER));
    listened.apply(found("here", "app-a"));
    listened.apply(lost("here", LATER));
    listened.apply(new DiscoveryEvent.HandedOff(A, History.COMPLETE, "its time is over"));
    listened.apply(found("here", "app-a"));
    assertThat(appeared).hasSize(1);

    listened.apply(lost("here", LATER));
    listened.apply(
        new DiscoveryEvent.DriverFound(
            HERE, A, true, info("app-a", LATER), Optional.of(address("here")), Optional.empty()));

    assertThat(appeared).hasSize(2);
  }

  @Test
  void registersUnresponsiveDriverAsStarting() {
    registry.apply(foundStarting("here", "app-a"));

    assertThat(application(A).state()).isEqualTo(ApplicationState.STARTING);
    assertThat(application(A).address()).isEmpty();
    assertThat(application(A).ended()).isEmpty();
  }

  @Test
  void marksStartingDriverLiveOnceItResponds() {
    registry.apply(foundStarting("here", "app-a"));
    assertThat(registry.all())
        .extracting(LiveApplication::state)
        .containsExactly(ApplicationState.STARTING);

    registry.apply(found("here", "app-a"));

    assertThat(registry.all())
        .extracting(LiveApplication::state)
        .containsExactly(ApplicationState.LIVE);
    assertThat(application(A).address()).contains(address("here"));
  }

  @Test
  void keepsLiveStateIfDriverFailsToRespondOnce() {
    registry.apply(found("here", "app-a"));
    registry.apply(
        new DiscoveryEvent.DriverFound(
            HERE, A, false, info("app-a"), Optional.of(address("here")), Optional.empty()));

    assertThat(application(A).state()).isEqualTo(ApplicationState.LIVE);
  }

  @Test
  void keepsAddressIfEventHasNone() {
    registry.apply(found("here", "app-a"));
    registry.apply(foundStarting("here", "app-a"));

    assertThat(application(A).state()).isEqualTo(ApplicationState.LIVE);
    assertThat(application(A).address()).contains(address("here"));
  }

  @Test
  void updatesInfoAndAddress() {
    registry.apply(found("here", "app-a"));
    List<LiveApplication> before = registry.all();
    DriverAddress moved = new DriverAddress("10.0.0.8", 4041);

    registry.apply(
        new DiscoveryEvent.DriverFound(
            HERE, A, true, info("renamed"), Optional.of(moved), Optional.of("jobs")));

    assertThat(application(A).info().name()).isEqualTo("renamed");
    assertThat(application(A).address()).contains(moved);
    assertThat(application(A).namespace()).contains("jobs");
    assertThat(registry.all()).containsExactly(application(A));
    assertThat(before).extracting(a -> a.info().name()).containsExactly("app-a");
  }

  @Test
  void ignoresRepeatedEvent() {
    registry.apply(found("here", "app-a"));
    List<LiveApplication> before = registry.all();

    registry.apply(found("here", "app-a"));

    assertThat(registry.all()).isSameAs(before);
  }

  @Test
  void requiresAddressOfRespondingDriver() {
    assertThatThrownBy(
            () ->
                new DiscoveryEvent.DriverFound(
                    HERE, A, true, info("app-a"), Optional.empty(), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void endsApplicationIfDriverIsLost() {
    registry.apply(found("here", "app-a"));
    registry.apply(lost("here", LATER));

    assertThat(application(A).state()).isEqualTo(ApplicationState.ENDED);
    assertThat(application(A).ended()).contains(LATER);
    assertThat(application(A).address()).isEmpty();
    assertThat(application(A).info()).isEqualTo(info("app-a"));
    assertThat(registry.all()).containsExactly(application(A));
  }

  @Test
  void endsStartingApplicationIfDriverIsLost() {
    registry.apply(foundStarting("here", "app-a"));
    registry.apply(lost("here", LATER));

    assertThat(application(A).state()).isEqualTo(ApplicationState.ENDED);
  }

  @Test
  void limitsEndTimeToStartTime() {
    registry.apply(found("here", "app-a"));
    registry.apply(lost("here", STARTED.minusSeconds(60)));

    assertThat(application(A).ended()).contains(STARTED);
  }

  @Test
  void keepsFirstEndTime() {
    registry.apply(found("here", "app-a"));
    registry.apply(lost("here", LATER));
    registry.apply(lost("here", LATER.plusSeconds(60)));

    assertThat(application(A).ended()).contains(LATER);
  }

  @Test
  void ignoresLossReportedByUnknownSource() {
    registry.apply(found("here", "app-a"));
    registry.apply(lost("there", LATER));

    assertThat(application(A).state()).isEqualTo(ApplicationState.LIVE);
    assertThat(registry.all()).hasSize(1);
  }

  @Test
  void revivesEndedApplicationFromSameSource() {
    registry.apply(found("here", "app-a"));
    registry.apply(lost("here", LATER));
    registry.apply(found("here", "app-a"));

    assertThat(application(A).state()).isEqualTo(ApplicationState.LIVE);
    assertThat(application(A).ended()).isEmpty();
    registry.apply(lost("here", LATER));
    assertThat(application(A).state()).isEqualTo(ApplicationState.ENDED);
  }

  @Test
  void revivesEndedApplicationFromOtherSource() {
    registry.apply(found("here", "app-a"));
    registry.apply(lost("here", LATER));
    registry.apply(found("there", "app-a"));

    assertThat(application(A).source()).isEqualTo(THERE);
    assertThat(registry.conflicts()).isEmpty();
    registry.apply(lost("here", LATER));
    assertThat(application(A).state()).isEqualTo(ApplicationState.LIVE);
  }

  @Test
  void restartsEndedApplicationAsStarting() {
    registry.apply(found("here", "app-a"));
    registry.apply(lost("here", LATER));
    registry.apply(foundStarting("here", "app-a"));

    assertThat(application(A).state()).isEqualTo(ApplicationState.STARTING);
  }

  @Test
  void removesApplicationKnownOnlyFromLabel() {
    registry.apply(foundStarting("here", "app-a"));
    registry.apply(found("here", "app-b"));

    assertThat(registry.find(A)).isEmpty();
    assertThat(registry.findRecentlyRemoved(A)).isEmpty();
    assertThat(registry.all()).containsExactly(application(new ApplicationId("app-b")));
    registry.apply(lost("here", LATER));
    assertThat(registry.find(A)).isEmpty();
  }

  @Test
  void removesUnconfirmedApplicationWithNoUiOrAuthRequired() {
    registry.apply(foundStarting("here", "app-a"));
    registry.apply(new DiscoveryEvent.NoUi(HERE));
    registry.apply(foundStarting("there", "app-c"));
    registry.apply(
        new DiscoveryEvent.AuthRequired(new SourceRef("static", "there"), address("there")));

    registry.apply(found("here", "app-b"));
    registry.apply(found("there", "app-d"));

    assertThat(registry.all())
        .extracting(application -> application.id().value())
        .containsExactly("app-b", "app-d");
  }

  @Test
  void transfersUnconfirmedIdToContender() {
    registry.apply(foundStarting("here", "app-a"));
    registry.apply(found("there", "app-a"));

    registry.apply(found("here", "app-b"));

    assertThat(application(A).state()).isEqualTo(ApplicationState.LIVE);
    assertThat(application(A).source()).isEqualTo(new SourceRef("static", "there"));
    assertThat(registry.conflicts()).isEmpty();
  }

  @Test
  void endsApplicationIfSourceReportsOther() {
    registry.apply(found("here", "app-a"));
    registry.apply(
        new DiscoveryEvent.DriverFound(
            HERE, B, true, info("app-b", LATER), Optional.of(address("here")), Optional.empty()));

    assertThat(application(A).state()).isEqualTo(ApplicationState.ENDED);
    assertThat(application(A).ended()).contains(LATER);
    assertThat(application(A).address()).isEmpty();
    assertThat(application(B).state()).isEqualTo(ApplicationState.LIVE);
    assertThat(registry.all()).containsExactly(application(A), application(B));
  }

  @Test
  void keepsFirstOfTwoDriversWithSameId() {
    registry.apply(found("here", "app-a"));
    registry.apply(found("there", "app-a"));
    registry.apply(found("there", "app-a"));

    assertThat(application(A).source()).isEqualTo(HERE);
    assertThat(registry.all()).hasSize(1);
    assertThat(registry.conflicts()).containsExactly(new Conflict(A, HERE, THERE));
  }

  @Test
  void keepsStartingDriverAsOwnerOfId() {
    registry.apply(foundStarting("here", "app-a"));
    registry.apply(found("there", "app-a"));

    assertThat(application(A).state()).isEqualTo(ApplicationState.STARTING);
    assertThat(application(A).source()).isEqualTo(HERE);
    assertThat(registry.conflicts()).containsExactly(new Conflict(A, HERE, THERE));
  }

  @Test
  void promotesContenderIfOwnerEnds() {
    registry.apply(found("here", "app-a"));
    registry.apply(found("there", "app-a"));
    registry.apply(lost("here", LATER));

    assertThat(application(A).source()).isEqualTo(THERE);
    assertThat(application(A).state()).isEqualTo(ApplicationState.LIVE);
    assertThat(registry.conflicts()).isEmpty();
    registry.apply(lost("there", LATER));
    assertThat(application(A).state()).isEqualTo(ApplicationState.ENDED);
  }

  @Test
  void promotesContendersInOrder() {
    registry.apply(found("here", "app-a"));
    registry.apply(found("there", "app-a"));
    registry.apply(found("elsewhere", "app-a"));
    assertThat(registry.conflicts())
        .containsExactly(new Conflict(A, HERE, THERE), new Conflict(A, HERE, ELSEWHERE));

    registry.apply(lost("here", LATER));

    assertThat(application(A).source()).isEqualTo(THERE);
    assertThat(registry.conflicts()).containsExactly(new Conflict(A, THERE, ELSEWHERE));
  }

  @Test
  void resolvesConflictIfContenderIsLost() {
    registry.apply(found("here", "app-a"));
    registry.apply(found("there", "app-a"));
    registry.apply(lost("there", LATER));

    assertThat(application(A).source()).isEqualTo(HERE);
    assertThat(application(A).state()).isEqualTo(ApplicationState.LIVE);
    assertThat(registry.conflicts()).isEmpty();
    registry.apply(lost("here", LATER));
    assertThat(application(A).state()).isEqualTo(ApplicationState.ENDED);
  }

  @Test
  void resolvesConflictIfContenderRunsOtherApplication() {
    registry.apply(found("here", "app-a"));
    registry.apply(found("there", "app-a"));
    registry.apply(found("there", "app-b"));

    assertThat(registry.conflicts()).isEmpty();
    assertThat(application(A).source()).isEqualTo(HERE);
    assertThat(application(B).source()).isEqualTo(THERE);
  }

  @Test
  void promotesContenderIfOwnerRunsOtherApplication() {
    registry.apply(found("here", "app-a"));
    registry.apply(found("there", "app-a"));
    registry.apply(found("here", "app-b"));

    assertThat(registry.conflicts()).isEmpty();
    assertThat(application(A).source()).isEqualTo(THERE);
    assertThat(application(A).state()).isEqualTo(ApplicationState.LIVE);
    assertThat(application(B).source()).isEqualTo(HERE);
  }

  @Test
  void endsFormerApplicationOfContender() {
    registry.apply(found("here", "app-a"));
    registry.apply(found("there", "app-b"));
    registry.apply(found("there", "app-a"));

    assertThat(application(A).source()).isEqualTo(HERE);
    assertThat(application(B).state()).isEqualTo(ApplicationState.ENDED);
    assertThat(registry.conflicts()).containsExactly(new Conflict(A, HERE, THERE));
  }

  @Test
  void keepsBothApplicationsIfSourcesSwap() {
    registry.apply(found("here", "app-a"));
    registry.apply(found("there", "app-b"));
    registry.apply(found("here", "app-b"));
    registry.apply(found("there", "app-a"));

    assertThat(application(A).source()).isEqualTo(THERE);
    assertThat(application(B).source()).isEqualTo(HERE);
    assertThat(registry.all()).allMatch(a -> a.state() == ApplicationState.LIVE);
    assertThat(registry.conflicts()).isEmpty();
  }

  @Test
  void removesEndedApplicationAfterHandoff() {
    registry.apply(found("here", "app-a"));
    registry.apply(found("there", "app-b"));
    registry.apply(lost("here", LATER));
    assertThat(registry.all()).hasSize(2);

    registry.apply(new DiscoveryEvent.HandedOff(A, History.COMPLETE, "its history is complete"));

    assertThat(registry.find(A)).isEmpty();
    assertThat(registry.all()).extracting(LiveApplication::id).containsExactly(B);
  }

  @Test
  void ignoresHandoffOfRunningApplication() {
    registry.apply(found("here", "app-a"));
    registry.apply(foundStarting("there", "app-b"));
    registry.apply(new DiscoveryEvent.HandedOff(A, History.COMPLETE, "a mistake"));
    registry.apply(new DiscoveryEvent.HandedOff(B, History.COMPLETE, "a mistake"));
    registry.apply(
        new DiscoveryEvent.HandedOff(new ApplicationId("nobody"), History.COMPLETE, "a mistake"));

    assertThat(registry.all()).extracting(LiveApplication::id).containsExactly(A, B);
  }

  @Test
  void registersRemovedApplicationAgain() {
    registry.apply(found("here", "app-a"));
    registry.apply(lost("here", LATER));
    registry.apply(new DiscoveryEvent.HandedOff(A, History.COMPLETE, "its history is complete"));
    registry.apply(found("here", "app-a"));

    assertThat(application(A).state()).isEqualTo(ApplicationState.LIVE);
  }

  @Test
  void sortsApplicationsById() {
    for (String id : List.of("app-c", "app-a", "Zeppelin", "app-b")) {
      registry.apply(found(id, id));
    }

    assertThat(registry.all())
        .extracting(a -> a.id().value())
        .containsExactly("Zeppelin", "app-a", "app-b", "app-c");
    assertThatThrownBy(() -> registry.all().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void showsConsistentApplicationsDuringConcurrentWrites()
      throws ExecutionException, InterruptedException, TimeoutException {
    int writers = 4;
    int rounds = 2_000;
    AtomicBoolean written = new AtomicBoolean();
    ExecutorService threads = Executors.newFixedThreadPool(writers + 2);
    try {
      List<Future<?>> writing = new ArrayList<>();
      for (int w = 0; w < writers; w++) {
        String place = "place-" + w;
        // Two writers share each id, so that conflicts begin and end all the time.
        String id = "app-" + w / 2;
        writing.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < rounds; i++) {
                    registry.apply(found(place, id));
                    registry.apply(lost(place, LATER));
                  }
                  registry.apply(found(place, id + "-" + place));
                }));
      }
      List<Future<?>> reading = new ArrayList<>();
      for (int r = 0; r < 2; r++) {
        reading.add(threads.submit(() -> readUntil(written)));
      }
      for (Future<?> writer : writing) {
        writer.get(60, TimeUnit.SECONDS);
      }
      written.set(true);
      for (Future<?> reader : reading) {
        reader.get(60, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(registry.conflicts()).isEmpty();
    assertThat(registry.all())
        .extracting(LiveApplication::toString)
        .hasSize(writers + 2)
        .isEqualTo(
            registry.all().stream()
                .map(a -> application(a.id()))
                .map(LiveApplication::toString)
                .toList());
    assertThat(registry.all().stream().filter(a -> a.state().isRunning())).hasSize(writers);
  }

  private void readUntil(AtomicBoolean done) {
    while (!done.get()) {
      List<LiveApplication> all = registry.all();
      assertThat(all).isSortedAccordingTo((a, b) -> a.id().compareTo(b.id()));
      for (LiveApplication application : all) {
        assertThat(registry.find(application.id())).isPresent();
        assertThat(application.address().isPresent()).isEqualTo(application.state().isRunning());
        assertThat(application.ended().isPresent()).isNotEqualTo(application.state().isRunning());
      }
      assertThat(registry.conflicts()).allMatch(c -> !c.owner().equals(c.contender()));
    }
  }

  @Test
  void reportsNoConflictIfTwoSourcesFindSameDriver() {
    registry.apply(found("here", "app-a"));
    registry.apply(
        new DiscoveryEvent.DriverFound(
            THERE, A, true, info("app-a"), Optional.of(address("here")), Optional.empty()));

    assertThat(registry.conflicts()).isEmpty();
    // If one source loses the driver, the other still has it.
    registry.apply(lost("here", LATER));
    assertThat(application(A).state()).isEqualTo(ApplicationState.LIVE);
    assertThat(application(A).source()).isEqualTo(THERE);
  }

  @Test
  void endsApplicationWithPodOfSameDriver() {
    registry.apply(found("here", "app-a"));
    registry.apply(
        new DiscoveryEvent.DriverFound(
            THERE, A, true, info("app-a"), Optional.of(address("here")), Optional.of("etl")));
    DriverEnd end = new DriverEnd(true, OptionalInt.of(137), "OOMKilled", "Killed: out of memory");

    registry.apply(new DiscoveryEvent.DriverLost(THERE, LATER, Optional.of(end)));
    assertThat(application(A).state()).isEqualTo(ApplicationState.ENDED);
    assertThat(application(A).end()).contains(end);
    registry.apply(lost("here", LATER.plusSeconds(5)));
    assertThat(application(A).end()).contains(end);
    assertThat(application(A).ended()).contains(LATER);

    // The address responds again, so the driver has not ended.
    registry.apply(found("here", "app-a"));
    assertThat(application(A).state()).isEqualTo(ApplicationState.LIVE);
    assertThat(application(A).end()).isEmpty();
  }

  @Test
  void keepsApplicationIfPodOfOtherDriverEnds() {
    registry.apply(found("here", "app-a"));
    registry.apply(found("there", "app-a"));
    DriverEnd end = new DriverEnd(true, OptionalInt.of(1), "Error", "Failed");

    registry.apply(new DiscoveryEvent.DriverLost(THERE, LATER, Optional.of(end)));

    assertThat(application(A).state()).isEqualTo(ApplicationState.LIVE);
    assertThat(application(A).source()).isEqualTo(HERE);
    assertThat(application(A).end()).isEmpty();
  }

  @Test
  void keepsDriverWithoutUiUntilItIsLost() {
    registry.apply(foundStarting("here", "app-a"));
    registry.apply(new DiscoveryEvent.NoUi(HERE));

    assertThat(application(A).state()).isEqualTo(ApplicationState.NO_UI);
    // Only the pod changes.
    registry.apply(foundStarting("here", "app-a"));
    assertThat(application(A).state()).isEqualTo(ApplicationState.NO_UI);
    // Its UI responds after all.
    registry.apply(found("here", "app-a"));
    assertThat(application(A).state()).isEqualTo(ApplicationState.LIVE);
    registry.apply(new DiscoveryEvent.NoUi(HERE));
    assertThat(application(A).state()).isEqualTo(ApplicationState.LIVE);
    registry.apply(lost("here", LATER));
    assertThat(application(A).state()).isEqualTo(ApplicationState.ENDED);
  }

  @Test
  void ignoresNoUiEventOfUnknownDriver() {
    registry.apply(new DiscoveryEvent.NoUi(HERE));

    assertThat(registry.all()).isEmpty();
  }

  @Test
  void registersAlreadyFinishedApplicationAsEnded() {
    registry.apply(
        new DiscoveryEvent.AlreadyFinished(HERE, A, info("app-a"), Optional.of("etl"), LATER));

    assertThat(application(A).state()).isEqualTo(ApplicationState.ENDED);
    assertThat(application(A).ended()).contains(LATER);
    assertThat(application(A).namespace()).contains("etl");
  }

  @Test
  void ignoresFinishedEventForLiveApplication() {
    registry.apply(found("here", "app-a"));
    registry.apply(
        new DiscoveryEvent.AlreadyFinished(THERE, A, info("app-a"), Optional.empty(), LATER));

    assertThat(application(A).state()).isEqualTo(ApplicationState.LIVE);
    assertThat(registry.conflicts()).isEmpty();
  }
}
