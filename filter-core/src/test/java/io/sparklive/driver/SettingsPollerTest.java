// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import static io.sparklive.application.SampleApplications.STARTED;
import static io.sparklive.application.SampleApplications.found;
import static io.sparklive.application.SampleApplications.foundStarting;
import static io.sparklive.application.SampleApplications.info;
import static io.sparklive.application.SampleApplications.lost;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.sparklive.application.AccessLists;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.DiscoveryEvent;
import io.sparklive.application.DriverAddress;
import io.sparklive.application.DriverSettings;
import io.sparklive.application.EndedApplication.History;
import io.sparklive.application.SourceRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SettingsPollerTest {
  private static final DriverSettings SETTINGS = new DriverSettings(true, AccessLists.EMPTY);
  private static final ApplicationId A = new ApplicationId("app-a");

  private final ApplicationRegistry registry = new ApplicationRegistry();
  private final DriverApi drivers = mock(DriverApi.class);
  private final List<String> polled = new ArrayList<>();
  private final List<CompletableFuture<Optional<DriverSettings>>> open = new ArrayList<>();
  private final SettingsPoller poller = new SettingsPoller(registry, drivers, () -> this.now);
  private Supplier<CompletableFuture<Optional<DriverSettings>>> reply = this::later;
  private Instant now = STARTED;

  @BeforeEach
  void recordPolls() {
    when(drivers.settings(any(), any()))
        .thenAnswer(
            call -> {
              polled.add(call.getArgument(0) + " at " + call.<DriverAddress>getArgument(1).host());
              return reply.get();
            });
  }

  private CompletableFuture<Optional<DriverSettings>> later() {
    CompletableFuture<Optional<DriverSettings>> response = new CompletableFuture<>();
    open.add(response);
    return response;
  }

  private static CompletableFuture<Optional<DriverSettings>> noSettings() {
    return CompletableFuture.completedFuture(Optional.empty());
  }

  private void runAt(long second) {
    now = STARTED.plusSeconds(second);
    poller.run();
  }

  private Optional<DriverSettings> settingsOf(ApplicationId id) {
    return registry.find(id).orElseThrow().settings();
  }

  @Test
  void pollsDriverImmediatelyUntilItReports() {
    registry.apply(found("here", "app-a"));
    poller.run();
    assertThat(polled).containsExactly("app-a at here");

    open.get(0).complete(Optional.of(SETTINGS));

    assertThat(settingsOf(A)).contains(SETTINGS);
    runAt(3600);
    assertThat(polled).hasSize(1);
  }

  @Test
  void backsOffFromFailingDriver() {
    reply = SettingsPollerTest::noSettings;
    registry.apply(found("here", "app-a"));
    List<Integer> seconds = new ArrayList<>();
    for (int second = 0; second < 300; second++) {
      int before = polled.size();
      runAt(second);
      if (polled.size() > before) {
        seconds.add(second);
      }
    }

    assertThat(seconds).containsExactly(0, 1, 3, 7, 15, 31, 63, 123, 183, 243);
    assertThat(settingsOf(A)).isEmpty();
  }

  @Test
  void endsPauseExactly() {
    reply = SettingsPollerTest::noSettings;
    registry.apply(found("here", "app-a"));
    poller.run();

    now = STARTED.plus(Duration.ofMillis(999));
    poller.run();
    assertThat(polled).hasSize(1);
    runAt(1);
    assertThat(polled).hasSize(2);
  }

  @Test
  void limitsConcurrentPollsToSixteen() {
    IntStream.range(0, 40)
        .forEach(i -> registry.apply(found("place-" + i, "app-%02d".formatted(i))));
    poller.run();
    assertThat(polled).hasSize(16);
    runAt(0);
    assertThat(polled).hasSize(16);

    open.get(3).complete(Optional.of(SETTINGS));
    open.get(7).complete(Optional.empty());
    runAt(0);

    assertThat(polled).hasSize(18).doesNotHaveDuplicates();
  }

  @Test
  void sendsNoSecondPollToSlowDriver() {
    registry.apply(found("here", "app-a"));
    runAt(0);
    runAt(29);
    assertThat(polled).hasSize(1);

    open.get(0).complete(Optional.empty());
    runAt(30);

    assertThat(polled).hasSize(2);
  }

  @Test
  void pollsRestartedIdImmediately() {
    registry.apply(found("here", "app-a"));
    runAt(0);
    registry.apply(
        new DiscoveryEvent.DriverFound(
            new SourceRef("static", "here"),
            A,
            true,
            info("app-a", STARTED.plusSeconds(9)),
            Optional.of(new DriverAddress("here", 4041)),
            Optional.empty()));
    runAt(0);
    assertThat(polled).hasSize(2);

    open.get(0).complete(Optional.of(SETTINGS));
    assertThat(settingsOf(A)).isEmpty();
    open.get(1).complete(Optional.of(SETTINGS));
    assertThat(settingsOf(A)).contains(SETTINGS);
  }

  @Test
  void continuesAfterUnsentRequest() {
    reply =
        () -> {
          throw new IllegalStateException("thrown by the test");
        };
    registry.apply(found("here", "app-a"));
    IntStream.range(0, 40).forEach(i -> runAt(60L * i));
    assertThat(polled).hasSize(40);

    reply = () -> CompletableFuture.completedFuture(Optional.of(SETTINGS));
    runAt(60L * 40);

    assertThat(settingsOf(A)).contains(SETTINGS);
  }

  @Test
  void pollsOnlyLiveDrivers() {
    registry.apply(foundStarting("starting", "app-starting"));
    registry.apply(foundStarting("guarded", "app-guarded"));
    registry.apply(
        new DiscoveryEvent.AuthRequired(
            new SourceRef("static", "guarded"), new DriverAddress("guarded", 4040)));
    registry.apply(found("ended", "app-ended"));
    registry.apply(lost("ended", STARTED));

    poller.run();

    assertThat(polled).isEmpty();
  }

  @Test
  void pollsReturningApplicationImmediately() {
    reply = SettingsPollerTest::noSettings;
    registry.apply(found("here", "app-a"));
    runAt(0);
    runAt(1);
    runAt(3);
    assertThat(polled).hasSize(3);
    registry.apply(lost("here", STARTED));
    registry.apply(new DiscoveryEvent.HandedOff(A, History.COMPLETE, "its history is complete"));
    runAt(4);

    registry.apply(found("there", "app-a"));
    runAt(4);

    assertThat(polled).hasSize(4).endsWith("app-a at there");
  }

  @Test
  void ignoresLateResponseOfPreviousDriver() {
    registry.apply(found("here", "app-a"));
    poller.run();
    registry.apply(lost("here", STARTED));
    registry.apply(found("there", "app-a"));

    open.get(0).complete(Optional.of(SETTINGS));

    assertThat(settingsOf(A)).isEmpty();
  }
}
