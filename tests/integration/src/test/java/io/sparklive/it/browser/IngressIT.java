package io.sparklive.it.browser;

import static io.sparklive.it.browser.LiveUi.awaiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.Nginx;
import io.sparklive.testkit.SparkVersion;
import io.sparklive.testkit.browser.Chromium;
import io.sparklive.testkit.browser.Exchange;
import io.sparklive.testkit.browser.InChromium;
import io.sparklive.testkit.browser.Seen;
import java.net.URI;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What people do, in a browser, behind a real nginx as docs/guides/ingress.md sets it up: they
 * never leave the prefix, nor HTTPS.
 */
@InChromium
@ThroughNginx
@ParameterizedClass
@MethodSource("io.sparklive.testkit.SparkVersion#underTest")
class IngressIT {
  private static final Map<Map<String, String>, HistoryServerProcess> SERVERS = new HashMap<>();
  private static final Map<Ingress, Nginx> FRONTS = new EnumMap<>(Ingress.class);
  private static DriverProcess driver;
  private static EventLogs logs;
  private static String completed;

  @Parameter SparkVersion version;

  private Chromium browser;

  @BeforeParameterizedClassInvocation
  static void start(SparkVersion version) {
    driver = DriverProcess.builder(version, "Behind an ingress").start();
    logs = EventLogs.newDirectory("ingress-" + version);
    completed = logs.copyOfReal(version);
    for (Ingress ingress : Ingress.underTest(version)) {
      HistoryServerProcess server =
          SERVERS.computeIfAbsent(
              ingress.settings(),
              settings ->
                  LiveHistoryServer.builder(logs, version, driver.address(), "30s")
                      .properties(settings)
                      .start());
      FRONTS.put(ingress, ingress.before(server));
    }
    driver.runJob("Squares of four numbers", 4, Duration.ofMillis(10));
    SERVERS.values().forEach(server -> LiveHistoryServer.awaitApplications(server, "", 2));
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    FRONTS.values().forEach(Nginx::close);
    FRONTS.clear();
    SERVERS.values().forEach(HistoryServerProcess::close);
    SERVERS.clear();
    driver.close();
  }

  @BeforeEach
  void take(Chromium browser) {
    this.browser = browser;
  }

  static Set<Ingress> ways() {
    return FRONTS.keySet();
  }

  // Spark knows no X-Forwarded-Prefix: its own pages are as wrong then as without the plugin.
  static Stream<Ingress> waysThatSparkKnows() {
    return ways().stream().filter(way -> way != Ingress.PREFIX_NAMED_OTHERWISE);
  }

  @ParameterizedTest
  @MethodSource("waysThatSparkKnows")
  void theHomePageLeadsToWhatRuns(Ingress ingress) {
    LiveUi ui = liveUi(ingress);
    browser.open(rootOf(ingress) + "/");
    awaitRunning();
    awaiting(() -> assertThat(listed()).containsExactly(completed));
    assertUntroubled(ingress);

    browser.click("a[href$='showIncomplete=true']");
    awaiting(() -> assertThat(listed()).containsExactly(driver.applicationId()));
    assertUntroubled(ingress);

    browser.click("#history-summary tbody td:nth-child(2) a");
    awaiting(() -> assertThat(browser.url()).isEqualTo(ui.root() + "/jobs/"));
    assertUntroubled(ingress);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void theOverviewLeadsToWhatRuns(Ingress ingress) {
    LiveUi ui = liveUi(ingress);
    browser.open(rootOf(ingress) + ingress.base() + "/");
    awaitRunning();
    assertThat(browser.targets("a[href]"))
        .allMatch(target -> target.startsWith(rootOf(ingress) + "/"));
    browser.click(runningRow() + " a");
    awaiting(() -> assertThat(browser.url()).isEqualTo(ui.root() + "/jobs/"));
  }

  @ParameterizedTest
  @MethodSource("waysThatSparkKnows")
  void everyTabOfALiveUiStaysInside(Ingress ingress) {
    LiveUi ui = liveUi(ingress);
    ui.open("/");
    awaiting(() -> assertThat(browser.url()).isEqualTo(ui.root() + "/jobs/"));
    ui.assertRows("#completedJob-table", ui.statuses("/jobs").get("SUCCEEDED"));
    for (String tab : List.of("/stages/", "/storage/", "/environment/", "/executors/")) {
      browser.click("a.nav-link[href$='" + tab + "']");
      awaiting(() -> assertThat(browser.url()).isEqualTo(ui.root() + tab));
    }
    ui.assertRows("#active-executors-table", 1);
    ui.assertUntroubled();

    ui.open("/stages/stage/?id=0&attempt=0");
    ui.assertRows("#active-tasks-table", 4);
    assertThat(browser.seen().exchanges())
        .anyMatch(exchange -> exchange.url().startsWith(ui.root() + "/api/v1/applications/"));
    ui.assertUntroubled();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void theKillLinkOfAPageKills(Ingress ingress) {
    LiveUi ui = liveUi(ingress);
    String job = ui.startJobToKill();
    ui.open("/jobs/");
    browser.clickAndConfirm("a.kill-link[href*='/jobs/job/kill/?id=" + job + "']");

    await().untilAsserted(() -> assertThat(ui.statusOf(job)).isEqualTo("FAILED"));
    awaiting(() -> assertThat(browser.url()).isEqualTo(ui.root() + "/jobs/"));
    ui.assertStaysHere(browser.seen());
  }

  @ParameterizedTest
  @MethodSource("waysThatSparkKnows")
  void afterTheEndALiveLinkLeadsToTheHistory(Ingress ingress) {
    String history = rootOf(ingress) + "/history/" + completed;
    browser.open(
        rootOf(ingress) + ingress.base() + "/" + completed + "/stages/stage/?id=0&attempt=0");
    awaiting(() -> assertThat(browser.url()).isEqualTo(history + "/stages/stage/?id=0&attempt=0"));
    awaiting(() -> assertThat(browser.count("#active-tasks-table > tbody > tr")).isEqualTo(4));
    assertUntroubled(ingress);

    browser.open(history + "/");
    awaiting(() -> assertThat(browser.url()).isEqualTo(history + "/jobs/"));
    assertUntroubled(ingress);
  }

  // Where a proxy changes no redirects. The last one is Spark's: it loads what is looked at first.
  @Test
  void ourRedirectsStayAsTheyAreWhereSparkRewritesItsOwn() {
    try (HistoryServerProcess server =
        LiveHistoryServer.builder(logs, version, driver.address(), "30s")
            .properties(Ingress.PROXY_BASE.settings())
            .property("spark.ui.proxyRedirectUri", "https://history.example.org")
            .start()) {
      LiveHistoryServer.awaitApplications(server, "", 2);
      assertThat(location(server, "/sparkui/" + completed + "/jobs/?a=b"))
          .contains("/spark-history/history/" + completed + "/jobs/?a=b");
      assertThat(location(server, "/sparkui/" + driver.applicationId() + "/"))
          .contains("/spark-history/sparkui/" + driver.applicationId() + "/jobs/");
      assertThat(location(server, "/history/" + completed + "/"))
          .contains("https://history.example.org/spark-history/history/" + completed + "/");
    }
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

  private List<String> listed() {
    return browser.texts("#history-summary tbody td:nth-child(2)");
  }

  private void assertUntroubled(Ingress ingress) {
    Seen seen = browser.seen();
    assertThat(seen.errors()).as("console").isEmpty();
    assertThat(seen.exchanges()).isNotEmpty().filteredOn(Exchange::hasFailed).isEmpty();
    assertThat(seen.exchanges())
        .filteredOn(exchange -> !exchange.url().startsWith(rootOf(ingress) + "/"))
        .as("requests to elsewhere")
        .isEmpty();
    assertThat(browser.targets("a[href]"))
        .filteredOn(target -> target.startsWith("http"))
        .filteredOn(target -> !target.startsWith(rootOf(ingress) + "/"))
        .as("links that lead elsewhere")
        .isEmpty();
  }
}
