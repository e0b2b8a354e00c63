// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.argThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.sparklive.application.ApplicationId;
import io.sparklive.harness.LoggedLines;
import io.sparklive.spi.EventLogEndpoint;
import io.sparklive.spi.HistoryCatalog;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.ArgumentCaptor;

class EventLogDriversTest {
  private static final ApplicationId ID = new ApplicationId("app-1");
  private static final Optional<ClientModeDrivers.NotFound> FOUND = Optional.empty();
  private static final Optional<ClientModeDrivers.NotFound> NOT_FOUND =
      Optional.of(new ClientModeDrivers.NotFound("no response"));
  private static final Optional<ClientModeDrivers.NotFound> EXCLUDED =
      Optional.of(
          new ClientModeDrivers.NotFound(
              "no response from 10.0.0.7; spark.ui.port=5050 is outside clientUiPorts=4040-4099",
              Optional.of("spark.ui.port=5050 is outside clientUiPorts=4040-4099")));

  private final HistoryCatalog catalog = mock(HistoryCatalog.class);
  private final ClientModeDrivers clientDrivers = mock(ClientModeDrivers.class);
  private Instant now = Instant.parse("2026-11-21T09:00:00Z");
  private final EventLogDrivers drivers = new EventLogDrivers(clientDrivers, () -> now);

  @BeforeEach
  void findNoDriver() {
    when(clientDrivers.startSearch(any()))
        .thenAnswer(call -> CompletableFuture.completedFuture(NOT_FOUND));
  }

  private CompletableFuture<Optional<ClientModeDrivers.NotFound>> searchInFlight(String id) {
    CompletableFuture<Optional<ClientModeDrivers.NotFound>> search = new CompletableFuture<>();
    when(clientDrivers.startSearch(hintFor(id))).thenReturn(search);
    return search;
  }

  private static DriverHint hintFor(String id) {
    return argThat(hint -> hint != null && hint.id().value().equals(id));
  }

  private void assertSearches(String id, int searches) {
    verify(clientDrivers, times(searches)).startSearch(hintFor(id));
  }

  @Test
  void waitsAMinuteAfterTheFirstFailedSearch() {
    assertThat(drivers.startSearch(ID, catalog)).isTrue();
    assertSearches("app-1", 1);

    assertThat(drivers.startSearch(ID, catalog)).isFalse();
    now = now.plusSeconds(59);
    assertThat(drivers.startSearch(ID, catalog)).isFalse();
    assertSearches("app-1", 1);

    now = now.plusSeconds(1);
    assertThat(drivers.startSearch(ID, catalog)).isTrue();
    assertSearches("app-1", 2);
  }

  @Test
  void doublesTheDelayWithEachFailureUpTo64Minutes() {
    for (long minutes : List.of(1, 2, 4, 8, 16, 32, 64, 64, 64)) {
      assertThat(drivers.startSearch(ID, catalog)).isTrue();
      now = now.plus(Duration.ofMinutes(minutes)).minusMillis(1);
      assertThat(drivers.startSearch(ID, catalog)).isFalse();
      now = now.plusMillis(1);
    }
    assertSearches("app-1", 9);
  }

  @Test
  void resetsTheDelayWhenTheDriverIsFound() {
    drivers.startSearch(ID, catalog);
    now = now.plus(Duration.ofMinutes(1));
    when(clientDrivers.startSearch(hintFor("app-1")))
        .thenReturn(CompletableFuture.completedFuture(FOUND));
    assertThat(drivers.startSearch(ID, catalog)).isTrue();
    assertThat(drivers.startSearch(ID, catalog)).isTrue();
    assertSearches("app-1", 3);

    when(clientDrivers.startSearch(hintFor("app-1")))
        .thenReturn(CompletableFuture.completedFuture(NOT_FOUND));
    assertThat(drivers.startSearch(ID, catalog)).isTrue();
    now = now.plus(Duration.ofMinutes(1));
    assertThat(drivers.startSearch(ID, catalog)).isTrue();
  }

  @Test
  void startsOneSearchForConcurrentRequests() {
    CompletableFuture<Optional<ClientModeDrivers.NotFound>> search = searchInFlight("app-1");

    assertThat(drivers.startSearch(ID, catalog)).isTrue();
    assertThat(drivers.startSearch(ID, catalog)).isTrue();
    assertSearches("app-1", 1);

    search.complete(NOT_FOUND);
    assertThat(drivers.startSearch(ID, catalog)).isFalse();
  }

  @Test
  void runsTwoSearchesAtATime() {
    CompletableFuture<Optional<ClientModeDrivers.NotFound>> first = searchInFlight("app-1");
    CompletableFuture<Optional<ClientModeDrivers.NotFound>> second = searchInFlight("app-2");
    CompletableFuture<Optional<ClientModeDrivers.NotFound>> third = searchInFlight("app-3");
    drivers.startSearch(ID, catalog);
    drivers.startSearch(new ApplicationId("app-2"), catalog);

    assertThat(drivers.startSearch(new ApplicationId("app-3"), catalog)).isTrue();
    assertSearches("app-3", 0);

    first.complete(NOT_FOUND);
    assertThat(drivers.startSearch(new ApplicationId("app-3"), catalog)).isTrue();
    assertSearches("app-3", 1);
    assertThat(List.of(second, third)).noneMatch(CompletableFuture::isDone);
  }

  @Test
  void keepsAtMostAThousandFailures() {
    for (int i = 0; i < 1001; i++) {
      drivers.startSearch(new ApplicationId("app-" + i), catalog);
    }

    assertThat(drivers.startSearch(new ApplicationId("app-1000"), catalog)).isFalse();
    assertThat(drivers.startSearch(new ApplicationId("app-0"), catalog)).isTrue();
  }

  @Test
  void returnsTheReasonOfTheLastFailedSearch() {
    assertThat(drivers.lastFailure(ID)).isEmpty();
    drivers.startSearch(ID, catalog);
    assertThat(drivers.lastFailure(ID)).contains("no response");

    now = now.plus(Duration.ofMinutes(1));
    CompletableFuture<Optional<ClientModeDrivers.NotFound>> search = searchInFlight("app-1");
    drivers.startSearch(ID, catalog);
    assertThat(drivers.lastFailure(ID)).contains("no response");
    search.complete(FOUND);

    assertThat(drivers.lastFailure(ID)).isEmpty();
  }

  @Test
  void reportsAnExclusionUntilTheNextSearchAndWarnsOnce() {
    when(clientDrivers.startSearch(any())).thenReturn(CompletableFuture.completedFuture(EXCLUDED));
    String error =
        "application app-1, event log: spark.ui.port=5050 is outside clientUiPorts=4040-4099";
    try (LoggedLines log = new LoggedLines()) {
      drivers.startSearch(ID, catalog);
      assertThat(drivers.errors()).containsExactly(error);

      now = now.plus(Duration.ofMinutes(1));
      assertThat(drivers.errors()).isEmpty();
      drivers.startSearch(ID, catalog);

      assertThat(drivers.errors()).containsExactly(error);
      assertThat(log.with("application app-1, event log: no response from 10.0.0.7; spark.ui.port"))
          .hasSize(1)
          .allMatch(line -> line.contains("WARN"));
    }
  }

  @Test
  void reportsNoErrorIfNoSettingExcludesTheDriver() {
    drivers.startSearch(ID, catalog);

    assertThat(drivers.errors()).isEmpty();
    assertThat(drivers.lastFailure(ID)).contains("no response");
  }

  private DriverHint hint() {
    drivers.startSearch(ID, catalog);
    ArgumentCaptor<DriverHint> hint = ArgumentCaptor.forClass(DriverHint.class);
    verify(clientDrivers).startSearch(hint.capture());
    return hint.getValue();
  }

  @Test
  void returnsTheHostAndPortInTheEventLog() throws IOException {
    when(catalog.loggedDriver(ID))
        .thenReturn(
            Optional.of(new EventLogEndpoint("jupyter", Optional.of(4041), Optional.of("team-a"))));

    assertThat(hint().candidateHosts())
        .isEqualTo(new CandidateHosts(List.of("jupyter.team-a.svc", "jupyter"), Optional.of(4041)));
    assertThat(hint().hasRunningExecutors()).isFalse();
  }

  @Test
  void failsIfTheEventLogNamesNoHost() {
    when(catalog.loggedDriver(ID)).thenReturn(Optional.empty());

    Assertions.assertThatIOException()
        .isThrownBy(() -> hint().candidateHosts())
        .withMessage("its event log has no address of its driver");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a/b", "[]"})
  void failsIfTheHostInTheEventLogIsInvalid(String host) {
    when(catalog.loggedDriver(ID))
        .thenReturn(Optional.of(new EventLogEndpoint(host, Optional.empty(), Optional.empty())));

    Assertions.assertThatIOException()
        .isThrownBy(() -> hint().candidateHosts())
        .withMessage("its event log has an invalid host of its driver");
  }
}
