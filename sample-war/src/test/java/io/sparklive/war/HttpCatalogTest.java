// SPDX-License-Identifier: Apache-2.0
package io.sparklive.war;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.application.ApplicationId;
import io.sparklive.spi.CatalogStatus;
import io.sparklive.spi.EntryFields;
import io.sparklive.spi.HistoryCatalog;
import io.sparklive.spi.HistoryCatalog.Freshness;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpCatalogTest {
  private static final ApplicationId ID = new ApplicationId("app-1");
  private static final String ONE = "/api/v1/applications/app-1";
  private static final String FIRST = "/api/v1/applications?limit=1";
  private static final String LATELY =
      "/api/v1/applications?status=completed&minEndDate=2025-12-31T23:30:00.000GMT";

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private FakeHistoryServer historyServer;
  private HttpCatalog catalog;
  private HistoryCatalog ofA;

  @BeforeEach
  void start() throws Exception {
    historyServer = new FakeHistoryServer();
    catalog = new HttpCatalog(historyServer.client(), historyServer.renewedCookies(), () -> now);
    ofA = catalog.forCaller(HttpAccessControlTest.request("a"));
  }

  @AfterEach
  void stop() {
    historyServer.close();
  }

  @Test
  void sendsCallerCredentialsOncePerSecond() {
    historyServer.respond(ONE, 200, entry(false));
    assertThat(ofA.status(ID)).isEqualTo(CatalogStatus.INCOMPLETE);
    historyServer.respond(ONE, 200, entry(true));
    assertThat(ofA.newestAttempt(ID)).contains("2");
    assertThat(ofA.status(ID)).isEqualTo(CatalogStatus.INCOMPLETE);
    assertThat(historyServer.requests()).containsExactly(ONE + " [session=a]");

    assertThat(ofA.status(ID, Freshness.CURRENT)).isEqualTo(CatalogStatus.COMPLETE);
    assertThat(ofA.status(ID)).isEqualTo(CatalogStatus.COMPLETE);
    historyServer.respond(ONE, 404, "unknown app");
    now = now.plus(Duration.ofSeconds(1));
    assertThat(ofA.status(ID)).isEqualTo(CatalogStatus.UNKNOWN);
  }

  @Test
  void sendsNoCredentialsInBackground() {
    historyServer.respond(ONE, 200, entry(true));
    assertThat(catalog.status(ID)).isEqualTo(CatalogStatus.COMPLETE);
    assertThat(historyServer.requests()).containsExactly(ONE + " []");
  }

  @Test
  void readsLastScanFromHomePageOncePerSecond() {
    historyServer.respond("/?showIncomplete=true", 200, homePage(Duration.ofSeconds(5)));

    assertThat(ofA.hasScannedSince(now.minusSeconds(60))).isTrue();
    assertThat(ofA.hasScannedSince(now)).isFalse();
    assertThat(historyServer.requests()).containsExactly("/?showIncomplete=true [session=a]");

    now = now.plus(Duration.ofSeconds(2));
    assertThat(ofA.hasScannedSince(now)).isFalse();
    assertThat(historyServer.requests()).hasSize(2);
  }

  @Test
  void assumesScanIfHomePageShowsNone() {
    for (int status : new int[] {200, 403, 500}) {
      historyServer.respond("/?showIncomplete=true", status, FakeHistoryServer.HOME_PAGE);
      assertThat(ofA.hasScannedSince(now)).isTrue();
    }
  }

  private static String homePage(Duration sinceScan) {
    return FakeHistoryServer.HOME_PAGE
        + "<p>Last updated: <span id=\"last-updated\">%d</span></p>"
            .formatted(Instant.now().minus(sinceScan).toEpochMilli());
  }

  @Test
  void keepsStatusesOfCallersApart() {
    historyServer.respond(ONE, 200, entry(true));
    assertThat(ofA.status(ID)).isEqualTo(CatalogStatus.COMPLETE);
    historyServer.respond(ONE, 404, "unknown app");
    HistoryCatalog ofB = catalog.forCaller(HttpAccessControlTest.request("b"));
    assertThat(ofB.status(ID)).isEqualTo(CatalogStatus.UNKNOWN);
  }

  @Test
  void keepsLastStatusIfHistoryServerIsDownOrRedirects() {
    historyServer.respond(ONE, 200, entry(true));
    assertThat(ofA.status(ID)).isEqualTo(CatalogStatus.COMPLETE);
    historyServer.respond(ONE, 302, "");
    assertThat(catalog.status(ID)).isEqualTo(CatalogStatus.COMPLETE);

    historyServer.stop();
    now = now.plus(Duration.ofMinutes(1));
    assertThat(ofA.status(ID)).isEqualTo(CatalogStatus.COMPLETE);
    assertThat(ofA.status(new ApplicationId("app-2"))).isEqualTo(CatalogStatus.UNKNOWN);
  }

  /** A History Server with the plugin responds in place of a driver, which may have ended. */
  @ParameterizedTest
  @ValueSource(ints = {429, 502, 503, 504, 508})
  void doesNotTreatDriverErrorAsHistoryServerOutage(int status) {
    historyServer.respond(ONE, status, "the driver does not respond");
    historyServer.respond(LATELY, 200, "[" + entry(true) + "]");
    ApplicationId other = new ApplicationId("app-2");
    historyServer.respond("/api/v1/applications/app-2", 200, entry(true));

    assertThat(ofA.status(ID, Freshness.CURRENT)).isEqualTo(CatalogStatus.UNKNOWN);
    assertThat(ofA.status(other, Freshness.CURRENT)).isEqualTo(CatalogStatus.COMPLETE);
    assertThat(ofA.isComplete(ID)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 502, 503, 504})
  void stopsRequestingIfListFails(int status) {
    historyServer.respond(LATELY, status, "the History Server is away");
    historyServer.respond(ONE, 200, entry(true));

    assertThat(ofA.isComplete(ID)).isFalse();
    assertThat(ofA.status(ID, Freshness.CURRENT)).isEqualTo(CatalogStatus.UNKNOWN);
    assertThat(historyServer.requests()).hasSize(1);
  }

  @Test
  void queriesRecentCompletionsThenEachApplicationOnce() {
    historyServer.respond(LATELY, 200, "[" + entry(true) + "]");
    for (int i = 0; i < 3; i++) {
      assertThat(ofA.isComplete(ID)).isTrue();
      assertThat(ofA.isComplete(new ApplicationId("app-2"))).isFalse();
    }
    assertThat(historyServer.requests())
        .containsExactly(LATELY + " [session=a]", "/api/v1/applications/app-2 [session=a]");
  }

  @Test
  void findsApplicationThatCompletedLongAgo() {
    historyServer.respond(LATELY, 200, "[]");
    historyServer.respond(ONE, 200, entry(true));
    assertThat(ofA.isComplete(ID)).isTrue();
  }

  @Test
  void detectsNewCompletionsAfterTwoSeconds() {
    historyServer.respond(LATELY, 200, "[]");
    assertThat(ofA.isComplete(ID)).isFalse();

    now = now.plus(Duration.ofSeconds(2));
    historyServer.respond(LATELY.replace("23:30:00", "23:30:02"), 200, "[" + entry(true) + "]");
    assertThat(ofA.isComplete(ID)).isTrue();
  }

  @Test
  void readsEntryFieldsOncePerMinuteForAllCallers() {
    historyServer.respond(FIRST, 200, listWith("\"logSourceName\":\"logs\""));
    EntryFields fields = new EntryFields(List.of(), List.of("\"logSourceName\" : \"\""));
    assertThat(ofA.entryFields()).contains(fields);
    assertThat(ofA.entryFields()).contains(fields);
    assertThat(catalog.entryFields()).contains(fields);
    assertThat(historyServer.requests()).containsExactly(FIRST + " [session=a]");

    // The History Server is replaced by another version.
    historyServer.respond(FIRST, 200, listWith("\"later\":[]"));
    now = now.plus(Duration.ofMinutes(1));
    EntryFields later = new EntryFields(List.of(), List.of("\"later\" : [ ]"));
    assertThat(catalog.entryFields()).contains(later);
    assertThat(ofA.entryFields()).contains(later);
  }

  @Test
  void readsEntryFieldsOnceListHasAnEntry() {
    historyServer.respond(FIRST, 200, "[ ]");
    assertThat(ofA.entryFields()).isEmpty();

    historyServer.respond(FIRST, 200, listWith("\"x\":1.5"));
    assertThat(ofA.entryFields()).contains(new EntryFields(List.of(), List.of("\"x\" : 0")));
  }

  @Test
  void keepsEntryFieldsIfListIsEmptyOrUnavailable() {
    historyServer.respond(FIRST, 200, listWith("\"x\":true"));
    EntryFields fields = new EntryFields(List.of(), List.of("\"x\" : false"));
    assertThat(ofA.entryFields()).contains(fields);

    now = now.plus(Duration.ofMinutes(1));
    historyServer.respond(FIRST, 200, "[ ]");
    assertThat(ofA.entryFields()).contains(fields);
    historyServer.respond(FIRST, 302, "");
    assertThat(ofA.entryFields()).contains(fields);
    historyServer.respond(FIRST, 200, "<form action=\"/login\">");
    assertThat(ofA.entryFields()).contains(fields);
    historyServer.stop();
    assertThat(ofA.entryFields()).contains(fields);
  }

  @Test
  void readsRunningListEveryTwoSeconds() {
    String running = "/api/v1/applications?status=running";
    historyServer.respond(running, 200, "[]");
    assertThat(ofA.isListed(ID)).isFalse();
    assertThat(ofA.isListed(new ApplicationId("app-2"))).isFalse();
    assertThat(historyServer.requests()).containsExactly(running + " [session=a]");

    historyServer.respond(running, 200, "[" + entry(false) + "]");
    assertThat(ofA.isListed(ID)).isFalse();
    now = now.plus(Duration.ofSeconds(2));
    assertThat(ofA.isListed(ID)).isTrue();
    assertThat(ofA.isListed(new ApplicationId("app-2"))).isFalse();
  }

  private static String listWith(String field) {
    return "[{\"id\":\"app-1\",\"attempts\":[{\"completed\":true,%s}]}]".formatted(field);
  }

  @Test
  void readsDriverHostFromEventLog() {
    historyServer.respond(ONE, 200, entry(false));
    historyServer.respond(
        ONE + "/2/environment", 200, "{\"sparkProperties\":[[\"spark.driver.host\",\"lab\"]]}");
    assertThat(ofA.loggedDriver(ID).map(driver -> driver.host())).contains("lab");

    now = now.plus(Duration.ofDays(8));
    assertThat(ofA.loggedDriver(ID)).isEmpty();
    historyServer.stop();
    assertThat(ofA.loggedDriver(new ApplicationId("app-9"))).isEqualTo(Optional.empty());
  }

  private String entry(boolean completed) {
    return """
        {"id":"app-1","name":"x","attempts":[{"attemptId":"2","completed":%s,"lastUpdatedEpoch":%d}]}
        """
        .formatted(completed, Instant.parse("2026-01-01T00:00:00Z").toEpochMilli());
  }
}
