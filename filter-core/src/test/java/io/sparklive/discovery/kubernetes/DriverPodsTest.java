// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import static io.sparklive.application.ApplicationState.LIVE;
import static io.sparklive.application.ApplicationState.NO_UI;
import static io.sparklive.application.ApplicationState.STARTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationInfo;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.ApplicationState;
import io.sparklive.application.DriverAddress;
import io.sparklive.driver.DriverApi;
import io.sparklive.driver.ProbeResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The responses from the port of the UI, and their effects over time. */
class DriverPodsTest {
  private static final Instant STARTED = Instant.parse("2026-11-21T09:00:00Z");
  private static final ApplicationId ID = new ApplicationId("spark-declared");
  private static final DriverAddress ADDRESS = new DriverAddress("10.0.0.7", 4040);
  private static final ProbeResult REFUSED = new ProbeResult.ConnectionRefused();
  private static final ProbeResult NOT_A_DRIVER = new ProbeResult.NotADriver();
  private static final ProbeResult STARTING_UP = new ProbeResult.StartingUp();

  private final DriverApi api = mock(DriverApi.class);
  private final ScheduledExecutorService scheduler = mock(ScheduledExecutorService.class);
  private final ApplicationRegistry registry = new ApplicationRegistry();
  private final Queue<Runnable> polls = new ArrayDeque<>();
  private Instant now = STARTED;
  private ProbeResult reply = REFUSED;
  private final DriverPods pods =
      new DriverPods(
          api,
          registry,
          application -> false,
          Duration.ofMinutes(10),
          Duration.ofSeconds(1),
          scheduler,
          () -> now);

  @BeforeEach
  void script() {
    when(api.probe(any()))
        .thenAnswer(
            call ->
                CompletableFuture.completedFuture(
                    call.getArgument(0).equals(ADDRESS) ? reply : REFUSED));
    doAnswer(
            call -> {
              polls.add(call.getArgument(0));
              return mock(ScheduledFuture.class);
            })
        .when(scheduler)
        .schedule(any(Runnable.class), anyLong(), any(TimeUnit.class));
  }

  private void start(boolean hostNetwork) {
    String container = "spark-kubernetes-driver";
    pods.onPod(
        new Pod(
            "uid-1",
            "etl",
            "driver",
            "1",
            Map.of("spark-app-selector", ID.value()),
            Optional.of(STARTED),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of(new Pod.Container(container, "", Map.of(), Map.of("spark-ui", ADDRESS.port()))),
            List.of(),
            hostNetwork,
            new PodStatus(
                "Running",
                "",
                "",
                Optional.of(ADDRESS.host()),
                Optional.of(STARTED),
                Optional.of(STARTED),
                Map.of(),
                Map.of(),
                Map.of(
                    container,
                    new PodStatus.Container(
                        0,
                        new PodStatus.State(
                            PodStatus.Phase.RUNNING,
                            "",
                            "",
                            OptionalInt.empty(),
                            Optional.of(STARTED),
                            Optional.empty()),
                        PodStatus.State.NONE)))));
  }

  private void poll(ProbeResult next, int times) {
    reply = next;
    for (int i = 0; i < times; i++) {
      polls.remove().run();
    }
  }

  private static ProbeResult.Running running(String id) {
    return new ProbeResult.Running(
        new ApplicationId(id),
        new ApplicationInfo(id, Optional.empty(), STARTED, "ada", "4.2.0"),
        ADDRESS);
  }

  private ApplicationState state() {
    return registry.find(ID).orElseThrow().state();
  }

  static Stream<ProbeResult> repliesWithoutAContradiction() {
    return Stream.of(
        REFUSED,
        new ProbeResult.Unreachable(),
        NOT_A_DRIVER,
        STARTING_UP,
        new ProbeResult.AuthRequired(ADDRESS),
        running(ID.value()));
  }

  @ParameterizedTest
  @MethodSource("repliesWithoutAContradiction")
  void reportsOtherDriverOnlyWhileItResponds(ProbeResult next) {
    start(true);
    poll(running("spark-other"), 1);
    assertThat(pods.contradictions("etl"))
        .singleElement()
        .asString()
        .contains("another driver, of spark-other, responds at");

    poll(next, 1);

    assertThat(pods.contradictions("etl")).isEmpty();
  }

  /** The other driver may be busy. */
  @Test
  void keepsReportingUnresponsiveOtherDriver() {
    start(true);
    poll(running("spark-other"), 1);
    poll(new ProbeResult.NoResponse(), 5);

    assertThat(pods.contradictions("etl")).hasSize(1);
  }

  @Test
  void reportsWrongLabelUntilDriverEnds() {
    start(false);
    poll(running("spark-other"), 1);
    poll(REFUSED, 2);
    assertThat(pods.contradictions("etl"))
        .singleElement()
        .asString()
        .contains("responds as spark-other");

    poll(REFUSED, 1);

    assertThat(pods.contradictions("etl")).isEmpty();
  }

  @Test
  void reportsOtherProgramOnlyWhileItResponds() {
    start(false);
    now = STARTED.plusSeconds(61);
    poll(NOT_A_DRIVER, 1);
    assertThat(pods.contradictions("etl"))
        .singleElement()
        .asString()
        .contains("something other than the UI of");

    poll(REFUSED, 1);

    assertThat(pods.contradictions("etl")).isEmpty();
  }

  @Test
  void marksNoUiIfOtherProgramHoldsPortForOneMinute() {
    start(false);
    now = STARTED.plusSeconds(60);
    poll(NOT_A_DRIVER, 10);
    assertThat(state()).isEqualTo(STARTING);

    now = STARTED.plusSeconds(61);
    poll(NOT_A_DRIVER, 2);
    assertThat(state()).isEqualTo(STARTING);
    poll(NOT_A_DRIVER, 1);
    assertThat(state()).isEqualTo(NO_UI);

    poll(running(ID.value()), 1);
    assertThat(state()).isEqualTo(LIVE);
  }

  @Test
  void countsRefusalsAndOtherProgramTogether() {
    start(false);
    now = STARTED.plusSeconds(61);
    poll(REFUSED, 1);
    poll(NOT_A_DRIVER, 1);
    poll(REFUSED, 1);

    assertThat(state()).isEqualTo(NO_UI);
  }

  @Test
  void keepsStartingStateWhileDriverReportsStartup() {
    start(false);
    now = STARTED.plusSeconds(600);
    poll(STARTING_UP, 20);
    assertThat(state()).isEqualTo(STARTING);

    poll(NOT_A_DRIVER, 2);
    poll(STARTING_UP, 1);
    poll(NOT_A_DRIVER, 2);
    assertThat(state()).isEqualTo(STARTING);
  }
}
