// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import static io.sparklive.application.SampleApplications.STARTED;
import static io.sparklive.application.SampleApplications.found;
import static io.sparklive.application.SampleApplications.info;
import static io.sparklive.application.SampleApplications.lost;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.application.EndedApplication.History;
import io.sparklive.application.EndedApplication.Result;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Applications whose driver waits, and the ends of drivers. */
class PendingApplicationsTest {
  private static final ApplicationId A = new ApplicationId("app-a");
  private static final Instant LATER = STARTED.plusSeconds(60);
  private static final PendingReason IMAGE =
      new PendingReason(PendingReason.Kind.IMAGE, "Image x cannot be pulled");
  private static final PendingReason CRASHED =
      new PendingReason(PendingReason.Kind.CRASH_LOOP, "Crash loop: exit code 1");
  private static final DriverEnd DELETED =
      new DriverEnd(false, OptionalInt.empty(), "Deleted", "The pod was deleted");
  private static final DriverEnd OUT_OF_MEMORY =
      new DriverEnd(true, OptionalInt.of(137), "OOMKilled", "Killed: out of memory");

  private final List<String> appeared = new ArrayList<>();
  private final ApplicationRegistry registry =
      new ApplicationRegistry(
          application -> appeared.add(application.id().value()), application -> {});

  private static SourceRef source(String key) {
    return new SourceRef("static", key);
  }

  private void pend(String key, Instant created, PendingReason reason) {
    registry.apply(
        new DiscoveryEvent.DriverPending(
            source(key), A, info("app-a", created), Optional.of("etl"), reason));
  }

  private void lose(String key, DriverEnd end) {
    registry.apply(new DiscoveryEvent.DriverLost(source(key), LATER, Optional.of(end)));
  }

  private void handOff() {
    registry.apply(new DiscoveryEvent.HandedOff(A, History.COMPLETE, "a test"));
  }

  private LiveApplication application() {
    return registry.find(A).orElseThrow();
  }

  private ApplicationState state() {
    return application().state();
  }

  private LiveApplication removed() {
    return registry.findRecentlyRemoved(A).orElseThrow();
  }

  @Test
  void registersWaitingDriver() {
    pend("here", STARTED, IMAGE);

    assertThat(state()).isEqualTo(ApplicationState.PENDING);
    assertThat(state().isRunning()).isFalse();
    assertThat(state().isEnded()).isFalse();
    assertThat(application().pending()).contains(IMAGE);
    assertThat(application().hasRun()).isFalse();
    assertThat(application().namespace()).contains("etl");
    assertThat(application().info().started()).isEqualTo(STARTED);
    assertThat(appeared).isEmpty();
    assertThat(registry.recentlyEnded(Instant.EPOCH)).isEmpty();
  }

  @Test
  void updatesReason() {
    PendingReason next = new PendingReason(PendingReason.Kind.CREATING, "The node pulls");
    pend("here", STARTED, IMAGE);
    pend("here", STARTED, next);

    assertThat(application().pending()).contains(next);
  }

  @Test
  void startsWaitingDriver() {
    pend("here", STARTED, IMAGE);
    registry.apply(SampleApplications.foundStarting("here", "app-a"));

    assertThat(state()).isEqualTo(ApplicationState.STARTING);
    assertThat(application().pending()).isEmpty();
    assertThat(application().hasRun()).isTrue();
    assertThat(appeared).containsExactly("app-a");
  }

  @Test
  void removesDriverThatNeverStarted() {
    pend("here", STARTED, IMAGE);
    lose("here", DELETED);

    assertThat(registry.all()).isEmpty();
    assertThat(removed().hasRun()).isFalse();
    assertThat(removed().end()).contains(DELETED);
    assertThat(registry.recentlyEnded(LATER))
        .singleElement()
        .satisfies(ended -> assertThat(ended.history()).isEqualTo(History.NONE))
        .satisfies(ended -> assertThat(ended.result()).isEqualTo(Result.UNKNOWN));
  }

  @Test
  void keepsRunningDriverOfSameId() {
    registry.apply(found("here", "app-a"));
    pend("there", LATER, IMAGE);
    assertThat(state()).isEqualTo(ApplicationState.LIVE);
    assertThat(registry.conflicts()).isEmpty();

    lose("there", DELETED);

    assertThat(state()).isEqualTo(ApplicationState.LIVE);
  }

  @Test
  void waitsAgainOnceRunningDriverOfSameIdEnds() {
    registry.apply(found("here", "app-a"));
    pend("there", LATER, IMAGE);
    lose("here", OUT_OF_MEMORY);

    assertThat(state()).isEqualTo(ApplicationState.PENDING);
    assertThat(application().source()).isEqualTo(source("there"));
  }

  @Test
  void keepsFirstWaitingPodOfSameId() {
    pend("here", STARTED, IMAGE);
    pend("there", STARTED, CRASHED);
    assertThat(application().pending()).contains(IMAGE);

    lose("here", DELETED);

    assertThat(application().pending()).contains(CRASHED);
  }

  @Test
  void prefersRunningDriverToWaitingPod() {
    pend("here", STARTED, IMAGE);
    registry.apply(found("there", "app-a"));
    assertThat(state()).isEqualTo(ApplicationState.LIVE);
    lose("here", DELETED);
    assertThat(state()).isEqualTo(ApplicationState.LIVE);
  }

  /** The pod of the run that ended may still wait, for example in another cluster's view. */
  @Test
  void keepsEndOfRunThatPodBelongsTo() {
    registry.apply(found("here", "app-a"));
    registry.apply(lost("here", LATER));
    pend("there", STARTED, IMAGE);
    assertThat(state()).isEqualTo(ApplicationState.ENDED);

    handOff();

    assertThat(state()).isEqualTo(ApplicationState.PENDING);
  }

  @Test
  void keepsRunBeforeListedInCrashLoop() {
    registry.apply(found("here", "app-a"));
    lose("here", OUT_OF_MEMORY);
    pend("here", STARTED, CRASHED);

    assertThat(state()).isEqualTo(ApplicationState.PENDING);
    assertThat(application().hasRun()).isTrue();
    assertThat(application().ended()).contains(LATER);
    assertThat(application().address()).isEmpty();
    assertThat(registry.recentlyEnded(LATER))
        .extracting(ended -> ended.application().end())
        .containsExactly(Optional.of(OUT_OF_MEMORY));

    handOff();

    assertThat(state()).isEqualTo(ApplicationState.PENDING);
    assertThat(application().hasRun()).isFalse();
    assertThat(removed().state()).isEqualTo(ApplicationState.ENDED);
    assertThat(registry.recentlyEnded(LATER)).hasSize(1);
  }

  @Test
  void restartsInCrashLoop() {
    registry.apply(found("here", "app-a"));
    lose("here", OUT_OF_MEMORY);
    pend("here", STARTED, CRASHED);
    registry.apply(
        new DiscoveryEvent.DriverFound(
            source("here"), A, false, info("app-a", LATER), Optional.empty(), Optional.empty()));

    assertThat(state()).isEqualTo(ApplicationState.STARTING);
    assertThat(application().ended()).isEmpty();
    assertThat(application().end()).isEmpty();
    assertThat(appeared).containsExactly("app-a", "app-a");
  }

  @Test
  void returnsToRunBeforeIfPodIsDeletedInCrashLoop() {
    registry.apply(found("here", "app-a"));
    lose("here", OUT_OF_MEMORY);
    pend("here", STARTED, CRASHED);
    lose("here", OUT_OF_MEMORY);

    assertThat(state()).isEqualTo(ApplicationState.ENDED);
    assertThat(application().end()).contains(OUT_OF_MEMORY);
    assertThat(application().pending()).isEmpty();
  }

  @Test
  void keepsHandedOffRunIfPodIsDeletedInCrashLoop() {
    registry.apply(found("here", "app-a"));
    lose("here", OUT_OF_MEMORY);
    pend("here", STARTED, CRASHED);
    handOff();
    lose("here", OUT_OF_MEMORY);

    assertThat(registry.all()).isEmpty();
    assertThat(registry.recentlyEnded(LATER))
        .extracting(EndedApplication::history)
        .containsExactly(History.COMPLETE);
  }

  @Test
  void keepsEndOfDriver() {
    registry.apply(found("here", "app-a"));
    lose("here", OUT_OF_MEMORY);

    assertThat(application().end()).contains(OUT_OF_MEMORY);
    assertThat(registry.recentlyEnded(LATER))
        .extracting(EndedApplication::result)
        .containsExactly(Result.FAILED);
  }

  @Test
  void improvesEndByLaterReportOfSameSource() {
    registry.apply(found("here", "app-a"));
    registry.apply(lost("here", LATER));
    lose("there", DELETED);
    assertThat(application().end()).isEmpty();

    lose("here", OUT_OF_MEMORY);
    assertThat(application().end()).contains(OUT_OF_MEMORY);
    assertThat(application().ended()).contains(LATER);

    handOff();
    DriverEnd better = new DriverEnd(true, OptionalInt.of(137), "Evicted", "Evicted");
    lose("here", better);
    assertThat(removed().end()).contains(better);
  }

  @Test
  void remembersPodThatEndedBeforeItRan() {
    finished(DELETED);

    assertThat(registry.all()).isEmpty();
    assertThat(removed().end()).contains(DELETED);
    assertThat(registry.recentlyEnded(LATER)).hasSize(1);
  }

  @Test
  void listsDriverThatEndedBeforeDiscovery() {
    finished(OUT_OF_MEMORY);

    assertThat(state()).isEqualTo(ApplicationState.ENDED);
    assertThat(application().end()).contains(OUT_OF_MEMORY);
  }

  private void fail(String pod, DriverEnd end, String namespace) {
    registry.apply(
        new DiscoveryEvent.ExecutorFailed(
            A, namespace, ExecutorFailures.Failure.of(pod, LATER, end)));
  }

  private void run() {
    registry.apply(
        new DiscoveryEvent.DriverFound(
            source("here"),
            A,
            true,
            info("app-a"),
            Optional.of(SampleApplications.ADDRESS),
            Optional.of("etl")));
  }

  @Test
  void countsFailedExecutors() {
    run();
    fail("exec-1", OUT_OF_MEMORY, "etl");
    assertThat(application().executorFailures().text())
        .contains("1 executor failed: killed: out of memory");
    fail("exec-2", OUT_OF_MEMORY, "etl");
    DriverEnd strange = new DriverEnd(true, OptionalInt.empty(), "Strange", "Strange");
    fail("exec-3", strange, "etl");
    fail("exec-4", OUT_OF_MEMORY, "other");

    assertThat(application().executorFailures().byReason())
        .isEqualTo(Map.of("OOMKilled", 2, "other", 1));
    assertThat(application().executorFailures().text())
        .contains("3 executors failed, the last: strange");

    run();
    assertThat(application().executorFailures().count()).isEqualTo(3);
    lose("here", OUT_OF_MEMORY);
    fail("exec-5", OUT_OF_MEMORY, "etl");
    assertThat(application().executorFailures().count()).isEqualTo(3);
  }

  @Test
  void namesFailedExecutorsAsCause() {
    run();
    registry.apply(
        new DiscoveryEvent.ProgressReported(
            source("here"),
            A,
            STARTED,
            new Reports().end(7, JobProgress.Status.FAILED).after(Duration.ofSeconds(1))));
    fail("exec-1", OUT_OF_MEMORY, "etl");

    Diagnosis diagnosis = Diagnosis.of(application(), LATER);

    assertThat(diagnosis.verdict()).isEqualTo(Verdict.FAILING);
    assertThat(diagnosis.reason())
        .isEqualTo("The last job failed; 1 executor failed: killed: out of memory");
  }

  private void finished(DriverEnd end) {
    registry.apply(
        new DiscoveryEvent.AlreadyFinished(
            source("here"), A, info("app-a"), Optional.empty(), LATER, Optional.of(end)));
  }
}
