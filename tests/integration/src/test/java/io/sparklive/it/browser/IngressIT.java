// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.browser;

import static io.sparklive.it.browser.LiveUi.awaiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.it.shared.SharedHistories;
import io.sparklive.it.shared.SharedHistory;
import io.sparklive.testkit.BackgroundStart;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.Nginx;
import io.sparklive.testkit.SparkVersion;
import io.sparklive.testkit.browser.Chromium;
import io.sparklive.testkit.browser.Exchange;
import io.sparklive.testkit.browser.InChromium;
import io.sparklive.testkit.browser.PageActivity;
import java.net.URI;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A user's steps in a browser, behind a real nginx with the configuration of
 * docs/guides/ingress.md: all addresses keep the prefix and HTTPS.
 */
@Tag("browser")
@InChromium
@NeedsNginx
@ExtendWith(SharedHistories.class)
@ParameterizedClass
@MethodSource("io.sparklive.testkit.SparkVersion#newestUnderTest")
class IngressIT {
  /** Of {@link Ingress#PROXY_BASE}; also the prefix of Spark's own redirects. */
  private static final Map<String, String> REWRITTEN_REDIRECTS =
      Map.of(
          "spark.ui.proxyBase",
          "/spark-history",
          "spark.ui.proxyRedirectUri",
          "https://history.example.org");

  private static final Map<Map<String, String>, HistoryServerProcess> SERVERS = new HashMap<>();
  private static final Map<Ingress, Nginx> FRONTS = new EnumMap<>(Ingress.class);
  private static SharedHistory shared;
  private static DriverProcess driver;
  private static String completed;

  @Parameter SparkVersion version;

  private Chromium browser;

  /** Ingresses with the same settings share a History Server. */
  @BeforeParameterizedClassInvocation
  static void start(SparkVersion version, SharedHistories.Registry histories) {
    List<Ingress> ways = Ingress.underTest(version);
    Map<Map<String, String>, BackgroundStart<HistoryServerProcess>> own = new LinkedHashMap<>();
    EventLogs logs = EventLogs.newDirectory("ingress-" + version);
    TwoAttempts.writeTo(logs);
    String addresses = histories.drivers().addresses();
    Stream.concat(ways.stream().map(Ingress::settings), Stream.of(REWRITTEN_REDIRECTS))
        .forEach(
            settings ->
                own.computeIfAbsent(
                    settings,
                    any ->
                        new BackgroundStart<>(
                            () ->
                                SharedHistory.describe(version, logs, addresses)
                                    .properties(settings)
                                    .start())));
    shared = histories.history(version);
    driver = shared.driver();
    completed = logs.copyOfReal(version);
    assertThat(completed).isEqualTo(shared.completed());
    own.forEach((settings, server) -> SERVERS.put(settings, server.get()));
    for (Ingress ingress : ways) {
      FRONTS.put(ingress, ingress.before(SERVERS.get(ingress.settings())));
    }
    int all = shared.running().size() + 1;
    SERVERS.values().forEach(server -> LiveHistoryServer.awaitApplications(server, "", all));
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    FRONTS.values().forEach(Nginx::close);
    FRONTS.clear();
    SERVERS.values().forEach(HistoryServerProcess::close);
    SERVERS.clear();
  }

  @BeforeEach
  void take(Chromium browser) {
    this.browser = browser;
  }

  static Set<Ingress> ways() {
    return FRONTS.keySet();
  }

  // Spark does not support X-Forwarded-Prefix: its own pages are as wrong as without the plugin.
  static Stream<Ingress> ingressesThatSparkSupports() {
    return ways().stream().filter(way -> way != Ingress.PREFIX_NAMED_OTHERWISE);
  }

  @ParameterizedTest
  @MethodSource("ingressesThatSparkSupports")
  void linksFromHomePageToLiveUi(Ingress ingress) {
    LiveUi ui = liveUi(ingress);
    browser.open(rootOf(ingress) + "/");
    awaitRunning();
    awaiting(
        () -> assertThat(listed()).containsExactlyInAnyOrder(completed, TwoAttempts.COMPLETED));
    assertNoErrors(ingress);

    browser.click("a[href$='showIncomplete=true']");
    awaiting(
        () ->
            assertThat(listed())
                .contains(TwoAttempts.INCOMPLETE)
                .containsAll(shared.running())
                .hasSize(shared.running().size() + 1));
    assertNoErrors(ingress);

    browser.click(
        "#history-summary tbody td:nth-child(2) a[href*='" + driver.applicationId() + "']");
    awaiting(() -> assertThat(browser.url()).isEqualTo(ui.root() + "/jobs/"));
    assertNoErrors(ingress);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void linksFromOverviewToLiveUi(Ingress ingress) {
    LiveUi ui = liveUi(ingress);
    browser.open(rootOf(ingress) + ingress.base() + "/");
    awaitRunning();
    assertThat(browser.targets("a[href]"))
        .allMatch(target -> target.startsWith(rootOf(ingress) + "/"));
    browser.click(runningRow() + " [data-column=name] a");
    awaiting(() -> assertThat(browser.url()).isEqualTo(ui.root() + "/jobs/"));
  }

  @ParameterizedTest
  @MethodSource("ingressesThatSparkSupports")
  void keepsLiveUiTabsUnderExternalRoot(Ingress ingress) {
    LiveUi ui = liveUi(ingress);
    ui.open("/");
    awaiting(() -> assertThat(browser.url()).isEqualTo(ui.root() + "/jobs/"));
    ui.assertRows("#completedJob-table", ui.statuses("/jobs").get("SUCCEEDED"));
    for (String tab : List.of("/stages/", "/storage/", "/environment/", "/executors/")) {
      browser.click("a.nav-link[href$='" + tab + "']");
      awaiting(() -> assertThat(browser.url()).isEqualTo(ui.root() + tab));
    }
    ui.assertRows("#active-executors-table", 1);
    ui.assertNoErrors();

    ui.open("/stages/stage/?id=0&attempt=0");
    ui.assertRows("#active-tasks-table", 4);
    assertThat(browser.activity().exchanges())
        .anyMatch(exchange -> exchange.url().startsWith(ui.root() + "/api/v1/applications/"));
    ui.assertNoErrors();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void killsJobByLinkOnPage(Ingress ingress) {
    LiveUi ui = liveUi(ingress);
    String job = ui.startJobToKill();
    ui.open("/jobs/");
    browser.kill("jobs/job", job);

    await().untilAsserted(() -> assertThat(ui.statusOf(job)).isEqualTo("FAILED"));
    awaiting(() -> assertThat(browser.url()).isEqualTo(ui.root() + "/jobs/"));
    ui.assertStaysHere(browser.activity());
  }

  @ParameterizedTest
  @MethodSource("ways")
  void linksFromLiveUiToHomePage(Ingress ingress) {
    if (ingress == Ingress.PREFIX_NAMED_OTHERWISE) {
      // Spark requests its own files without the prefix.
      browser.expect("/static/");
      browser.expect("setUIRoot is not defined");
    }
    liveUi(ingress).open("/jobs/");
    browser.click(".live-history-link a");

    awaiting(() -> assertThat(browser.url()).isEqualTo(rootOf(ingress) + "/"));
    awaitRunning();
  }

  @ParameterizedTest
  @MethodSource("ingressesThatSparkSupports")
  void redirectsLiveLinkOfCompletedApplicationToHistory(Ingress ingress) {
    String history = rootOf(ingress) + "/history/" + completed;
    browser.open(
        rootOf(ingress) + ingress.base() + "/" + completed + "/stages/stage/?id=0&attempt=0");
    awaiting(() -> assertThat(browser.url()).isEqualTo(history + "/stages/stage/?id=0&attempt=0"));
    awaiting(() -> assertThat(browser.count("#active-tasks-table > tbody > tr")).isEqualTo(4));
    assertNoErrors(ingress);

    browser.open(history + "/");
    awaiting(() -> assertThat(browser.url()).isEqualTo(history + "/jobs/"));
    assertNoErrors(ingress);
  }

  // If a proxy changes no redirects. The last redirect is Spark's: the first request for a history
  // loads it.
  @Test
  void keepsOwnRedirectsPathOnlyIfSparkRewritesIts() {
    HistoryServerProcess server = SERVERS.get(REWRITTEN_REDIRECTS);
    assertThat(location(server, "/sparkui/" + completed + "/jobs/?a=b"))
        .contains("/spark-history/history/" + completed + "/jobs/?a=b");
    assertThat(location(server, "/sparkui/" + driver.applicationId() + "/"))
        .contains("/spark-history/sparkui/" + driver.applicationId() + "/jobs/");
    assertThat(location(server, "/history/" + completed + "/"))
        .contains("https://history.example.org/spark-history/history/" + completed + "/");
  }

  private static Optional<String> location(HistoryServerProcess server, String path) {
    return server.get(path).headers().firstValue("Location");
  }

  private LiveUi liveUi(Ingress ingress) {
    URI root = URI.create(rootOf(ingress) + ingress.base() + "/" + driver.applicationId());
    return new LiveUi(browser, root, driver);
  }

  private static String rootOf(Ingress ingress) {
    return ingress.uri(FRONTS.get(ingress)).toString();
  }

  private void awaitRunning() {
    awaiting(() -> assertThat(browser.count(runningRow())).isEqualTo(1));
  }

  private static String runningRow() {
    return "#live-history tr[data-id='" + driver.applicationId() + "']";
  }

  /** Each once: an application of two attempts has two rows. */
  private List<String> listed() {
    return browser.texts("#history-summary tbody td:nth-child(2)").stream().distinct().toList();
  }

  private void assertNoErrors(Ingress ingress) {
    PageActivity activity = browser.activity();
    assertThat(activity.errors()).as("console").isEmpty();
    assertThat(activity.exchanges()).isNotEmpty().filteredOn(Exchange::hasFailed).isEmpty();
    assertThat(activity.exchanges())
        .filteredOn(exchange -> !exchange.url().startsWith(rootOf(ingress) + "/"))
        .as("requests to elsewhere")
        .isEmpty();
    assertThat(browser.targets("a[href]"))
        .filteredOn(target -> target.startsWith("http"))
        .filteredOn(target -> !target.startsWith(rootOf(ingress) + "/"))
        .as("links to other addresses")
        .isEmpty();
  }
}
