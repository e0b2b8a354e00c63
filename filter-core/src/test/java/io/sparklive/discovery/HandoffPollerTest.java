// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery;

import static io.sparklive.application.SampleApplications.STARTED;
import static io.sparklive.application.SampleApplications.found;
import static io.sparklive.application.SampleApplications.lost;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doReturn;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;

import io.sparklive.application.AccessLists;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.DiscoveryEvent;
import io.sparklive.application.DriverSettings;
import io.sparklive.application.EndedApplication.History;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.SourceRef;
import io.sparklive.metrics.Metrics;
import io.sparklive.spi.CatalogStatus;
import io.sparklive.spi.HistoryCatalog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HandoffPollerTest {
  private static final Instant ENDED = STARTED.plusSeconds(60);
  private static final Duration TIMEOUT = Duration.ofMinutes(10);
  private static final Duration RENAME_TIME = Duration.ofSeconds(30);

  private final ApplicationRegistry registry = new ApplicationRegistry();
  private final HistoryCatalog catalog = mock(HistoryCatalog.class);
  private Instant now = ENDED;
  private final Metrics metrics = new Metrics(() -> now);
  private final HandoffPoller poller =
      new HandoffPoller(registry, catalog, TIMEOUT, () -> now, metrics);

  @BeforeEach
  void catalogIsEmpty() {
    doReturn(CatalogStatus.UNKNOWN).when(catalog).status(any());
    doReturn(true).when(catalog).hasScannedSince(any());
  }

  private void catalogReturns(String id, CatalogStatus status) {
    doReturn(status).when(catalog).status(new ApplicationId(id));
  }

  private void ended(String id) {
    registry.apply(found(id, id));
    registry.apply(lost(id, ENDED));
  }

  @Test
  void dropsAnEndedApplicationWithCompleteHistory() {
    ended("app-1");
    ended("app-2");
    catalogReturns("app-1", CatalogStatus.COMPLETE);

    pollUntilRenamed();

    assertThat(registry.all()).extracting(a -> a.id().value()).containsExactly("app-2");
  }

  /** Polls before and after the time that a driver needs to rename its log. */
  private void pollUntilRenamed() {
    poller.run();
    assertThat(registry.all()).extracting(a -> a.id().value()).contains("app-1");
    now = now.plus(RENAME_TIME).plusMillis(1);
    poller.run();
  }

  @Test
  void keepsAnApplicationUntilItsRenamedLogIsScanned() {
    ended("app-1");
    catalogReturns("app-1", CatalogStatus.COMPLETE);
    doReturn(false).when(catalog).hasScannedSince(any());
    pollUntilRenamed();
    assertThat(registry.all()).hasSize(1);

    // The scan removes the entry of the old name, and reads the log under the new one.
    catalogReturns("app-1", CatalogStatus.UNKNOWN);
    poller.run();
    assertThat(registry.all()).hasSize(1);
    catalogReturns("app-1", CatalogStatus.COMPLETE);
    doReturn(true).when(catalog).hasScannedSince(ENDED.plus(RENAME_TIME));
    poller.run();

    assertThat(registry.all()).isEmpty();
  }

  @Test
  void dropsACompleteApplicationAfterTheTimeoutWithoutAScan() throws IOException {
    ended("app-1");
    catalogReturns("app-1", CatalogStatus.COMPLETE);
    doReturn(false).when(catalog).hasScannedSince(any());
    poller.run();

    now = ENDED.plus(TIMEOUT).plusMillis(1);
    poller.run();

    assertThat(registry.all()).isEmpty();
    assertThat(handoffs())
        .contains("outcome=\"completed\"} 1")
        .contains("outcome=\"timed_out\"} 0");
  }

  @Test
  void waitsAgainForAnApplicationThatEndsTwice() throws IOException {
    ended("app-1");
    catalogReturns("app-1", CatalogStatus.COMPLETE);
    poller.run();
    registry.apply(found("app-1", "app-1"));
    poller.run();
    registry.apply(lost("app-1", ENDED));
    now = now.plus(RENAME_TIME).plusMillis(1);

    pollUntilRenamed();

    assertThat(registry.all()).isEmpty();
    assertThat(handoffs()).contains("outcome=\"completed\"} 2");
  }

  private String handoffs() throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    metrics.write("", text);
    return text.toString(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @EnumSource(
      value = CatalogStatus.class,
      names = {"UNKNOWN", "INCOMPLETE"})
  void keepsAnEndedApplicationUntilTheTimeout(CatalogStatus status) {
    ended("app-1");
    catalogReturns("app-1", status);

    now = ENDED.plus(TIMEOUT);
    poller.run();
    assertThat(registry.all()).hasSize(1);

    now = ENDED.plus(TIMEOUT).plusMillis(1);
    poller.run();
    assertThat(registry.all()).isEmpty();
  }

  @Test
  void reportsCompleteHistory() {
    ended("app-1");
    catalogReturns("app-1", CatalogStatus.COMPLETE);

    pollUntilRenamed();

    assertThat(histories()).containsExactly(entry("app-1", History.COMPLETE));
  }

  @ParameterizedTest
  @EnumSource(
      value = CatalogStatus.class,
      names = {"UNKNOWN", "INCOMPLETE"})
  void reportsHistoryThatIsNotCompleteInTime(CatalogStatus status) {
    ended("app-1");
    endedWithSettings("app-2", true);
    endedWithSettings("app-3", false);
    List.of("app-1", "app-2", "app-3").forEach(id -> catalogReturns(id, status));

    now = ENDED.plus(TIMEOUT).plusMillis(1);
    poller.run();

    assertThat(registry.all()).isEmpty();
    assertThat(histories())
        .containsExactly(
            entry("app-1", History.INCOMPLETE),
            entry("app-2", History.INCOMPLETE),
            entry("app-3", History.NONE));
  }

  private void endedWithSettings(String id, boolean logsEvents) {
    registry.apply(found(id, id));
    registry.apply(
        new DiscoveryEvent.SettingsReported(
            new SourceRef("static", id),
            new ApplicationId(id),
            STARTED,
            new DriverSettings(logsEvents, AccessLists.EMPTY)));
    registry.apply(lost(id, ENDED));
  }

  private List<Map.Entry<String, History>> histories() {
    return registry.recentlyEnded(Instant.EPOCH).stream()
        .map(ended -> entry(ended.application().id().value(), ended.history()))
        .toList();
  }

  @Test
  void ignoresRunningApplications() {
    registry.apply(found("here", "app-1"));
    catalogReturns("app-1", CatalogStatus.COMPLETE);
    now = ENDED.plus(Duration.ofDays(1));

    poller.run();

    assertThat(registry.all()).extracting(LiveApplication::id).hasSize(1);
    verify(catalog, never()).status(any());
  }

  @Test
  void pollsAgainAfterTheCatalogFails() {
    ended("app-1");
    doThrow(new IllegalStateException("no catalog")).when(catalog).status(any());
    poller.run();
    poller.run();
    assertThat(registry.all()).hasSize(1);

    catalogReturns("app-1", CatalogStatus.COMPLETE);
    pollUntilRenamed();

    assertThat(registry.all()).isEmpty();
  }
}
