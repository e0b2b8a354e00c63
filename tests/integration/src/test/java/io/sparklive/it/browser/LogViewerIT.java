// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import io.sparklive.testkit.BackgroundStart;
import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import io.sparklive.testkit.browser.InChromium;
import io.sparklive.testkit.cluster.PodManifests;
import io.sparklive.testkit.cluster.PodStatuses;
import io.sparklive.testkit.cluster.StandInCluster;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import org.openqa.selenium.Keys;
import org.openqa.selenium.support.ui.Select;

/**
 * The log viewer of a History Server in a browser. The logs are those of a stand-in for the API
 * server; {@code KubeletLogsTest} reads them through a real one. The tests in {@code
 * filter-core/src/test/javascript} cover the splitting of lines, the colours and the requests.
 */
@Tag("browser")
@InChromium
@ParameterizedClass
@MethodSource("io.sparklive.testkit.SparkVersion#ends")
class LogViewerIT {
  private static final String FILTER = "io.sparklive.LiveHistoryFilter";
  private static final String ID = "spark-logs";
  private static final String LOGS = "/sparkui/-/logs/" + ID;
  private static final String LINES = ".log-lines";
  private static final String FIND = ".log-find input";
  private static final String FOUND = ".log-find output";
  private static final String STATE = ".log-state";

  private static StandInCluster cluster;
  private static String namespace;
  private static String driver;
  private static String executor;
  private static HistoryServerProcess server;
  private static BrowserWindow window;

  @Parameter SparkVersion version;

  private GrowingLog log;

  @BeforeParameterizedClassInvocation
  static void start(SparkVersion version) {
    var browser = new BackgroundStart<>(BrowserWindow::start);
    cluster = new StandInCluster();
    namespace = cluster.newNamespace();
    JsonObject created = cluster.create(namespace, PodManifests.driver(ID));
    driver = PodManifests.name(created);
    executor = PodManifests.name(cluster.create(namespace, PodManifests.executorOf(created, 1)));
    cluster.setStatus(
        namespace,
        executor,
        PodStatuses.running(PodManifests.EXECUTOR_CONTAINER, "127.0.0.1", Instant.now()));
    server =
        HistoryServerProcess.builder(version, EventLogs.newDirectory("logs-" + version).directory())
            .plugin()
            .property("spark.ui.filters", FILTER)
            .property(parameter("discovery"), "kubernetes")
            .property(parameter("kubeconfig"), cluster.kubeconfig().toString())
            .property(parameter("jobNamespaces"), namespace)
            .property(parameter("podLogs"), "true")
            .start();
    await().until(() -> server.get(LOGS + "/-/pods").statusCode() == 200);
    window = browser.get();
  }

  private static String parameter(String name) {
    return "spark." + FILTER + ".param." + name;
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    window.close();
    server.close();
    cluster.close();
  }

  @BeforeEach
  void startWithEmptyLog() {
    log = new GrowingLog("The first instance");
    cluster.setLog(namespace, driver, log);
    setRestarts(0);
  }

  /** The viewer requests a log that it follows until the user leaves it. */
  @AfterEach
  void leave() {
    window.goTo("about:blank");
    log.end();
    await().until(() -> cluster.openLogs() == 0);
  }

  @Test
  void showsLinesAsTheyAreWritten() {
    log.add("INFO SparkContext: Running Spark");
    open("");
    awaitLines("INFO SparkContext: Running Spark");
    assertThat(window.text(STATE)).isEqualTo("Following");

    log.add("INFO DAGScheduler: Job 0 finished");
    awaitLines("INFO SparkContext: Running Spark", "INFO DAGScheduler: Job 0 finished");
    assertThat(window.text("#live-history-logs h4")).isEqualTo("Logs of " + ID);
    assertThat(window.violations("#live-history-logs")).isEmpty();
  }

  @Test
  void showsColoursAndNoHtml() {
    log.add("\u001b[1;31mERROR\u001b[0m <img src=x onerror=alert(1)><script>alert(2)</script>");
    log.add("\u001b]8;;javascript:alert(3)\u0007A link\u001b]8;;\u0007 and \u0008 a backspace");
    open("");

    awaitLines(
        "ERROR <img src=x onerror=alert(1)><script>alert(2)</script>",
        "A link and \u2408 a backspace");
    assertThat(window.text(LINES + " .ansi-red.ansi-bold")).isEqualTo("ERROR");
    assertThat(window.element(LINES + " .ansi-red").getCssValue("color"))
        .isNotEqualTo(window.element(LINES).getCssValue("color"));
    assertThat(window.count(LINES + " img, " + LINES + " script")).isZero();
    assertThat(window.count(LINES + " a:not(.log-time)")).isZero();
  }

  @Test
  void findsLines() {
    log.addNumbered(100);
    open("");
    await().until(() -> lines().size() == 100);

    window.element(FIND).sendKeys("line 5");
    awaitText(FOUND, "11 found");
    assertThat(window.count(LINES + " .log-match")).isEqualTo(11);
    window.press(Keys.ENTER);
    awaitText(FOUND, "1 of 11");
    assertCurrent("Line 5");
    window.press(Keys.ENTER);
    assertCurrent("Line 50");
    window.element(FIND).sendKeys(Keys.chord(Keys.SHIFT, Keys.ENTER));
    assertCurrent("Line 5");
    window.element(FIND).sendKeys(Keys.chord(Keys.SHIFT, Keys.ENTER));
    assertCurrent("Line 59");

    window.reload();
    awaitText(FOUND, "11 found");
  }

  private static void assertCurrent(String text) {
    await()
        .untilAsserted(
            () -> assertThat(textOf(LINES + " .log-current > span")).containsExactly(text));
    assertThat(isInView(LINES + " .log-current")).isTrue();
  }

  @Test
  void leadsLinkToItsLine() {
    log.addNumbered(200);
    open("");
    await().until(() -> lines().size() == 200);
    String link =
        (String)
            window.run(
                "return document.querySelectorAll(arguments[0])[99].querySelector('a').href",
                LINES + " > div");

    window.open("about:blank");
    window.open(link);

    await()
        .untilAsserted(
            () -> assertThat(textOf(LINES + " .log-linked > span")).containsExactly("Line 100"));
    assertThat(isInView(LINES + " .log-linked")).isTrue();
    assertThat(isInView(LINES + " > div:last-child")).isFalse();
  }

  @Test
  void wrapsLongLines() {
    log.add("a long line ".repeat(500));
    open("");
    await().until(() -> lines().size() == 1);
    assertThat(isWider()).isTrue();

    tick("Wrap");
    assertThat(isWider()).isFalse();
    assertThat(window.url()).contains("wrap");
    window.reload();
    await().until(() -> lines().size() == 1);
    assertThat(isWider()).isFalse();
  }

  @Test
  void staysWhereUserReadsAndReturnsToEnd() {
    log.addNumbered(300);
    open("");
    // The last line is in view too while the first ones alone have arrived.
    await().until(() -> lines().size() == 300);
    await().until(() -> isInView(LINES + " > div:last-child"));

    window.run("document.querySelector(arguments[0]).scrollTop = 0", LINES);
    await().until(() -> window.element(".log-end").isDisplayed());
    log.add("A new line");
    await().until(() -> lines().size() == 301);
    assertThat(isInView(LINES + " > div:first-child")).isTrue();

    window.element(".log-end").click();
    await().until(() -> isInView(LINES + " > div:last-child"));
    log.add("The last line");
    await().until(() -> lines().size() == 302);
    await().until(() -> isInView(LINES + " > div:last-child"));
    await().until(() -> !window.element(".log-end").isDisplayed());
  }

  /** Lines can arrive between a user's scrolling and its event, which this page never gets. */
  @Test
  void staysWhereUserHasJustScrolled() {
    log.addNumbered(300);
    open("");
    // The last line is in view too while the first ones alone have arrived.
    await().until(() -> lines().size() == 300);
    await().until(() -> isInView(LINES + " > div:last-child"));
    window.run(
        """
        document.addEventListener("scroll", (event) => event.stopImmediatePropagation(), true);
        document.querySelector(arguments[0]).scrollTop = 0;""",
        LINES);

    log.add("A new line");
    await().until(() -> lines().size() == 301);

    assertThat(isInView(LINES + " > div:first-child")).isTrue();
    assertThat(window.element(".log-end").isDisplayed()).isTrue();
  }

  @Test
  void downloadsWholeLog() {
    log.add("INFO SparkContext: Running Spark");
    log.add("\u001b[31mERROR\u001b[0m");
    open("");
    await().until(() -> lines().size() == 2);

    HttpResponse<String> file =
        server.get(path(window.element(".log-tools a[download]").getDomProperty("href")));
    assertThat(file.headers().firstValue("Content-Disposition").orElseThrow())
        .startsWith("attachment")
        .contains(driver);
    assertThat(file.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain");
    assertThat(file.body())
        .isEqualTo("INFO SparkContext: Running Spark\n\u001b[31mERROR\u001b[0m\n");
  }

  @Test
  void showsPreviousInstance() {
    setRestarts(1);
    log.add("The second instance");
    open("");
    awaitLines("The second instance");

    tick("Previous instance");
    awaitLines("The first instance");
    awaitText(STATE, "End of the log");
    window.reload();
    awaitLines("The first instance");
    tick("Previous instance");
    awaitLines("The second instance");
  }

  @Test
  void showsLogOfExecutor() {
    GrowingLog logOfExecutor = new GrowingLog("");
    logOfExecutor.add("INFO Executor: Running task 0.0");
    cluster.setLog(namespace, executor, logOfExecutor);
    log.add("INFO SparkContext: Running Spark");

    open("?executor=1");
    awaitLines("INFO Executor: Running task 0.0");
    Select pods = new Select(window.element("select[aria-label=Pod]"));
    assertThat(pods.getFirstSelectedOption().getText())
        .isEqualTo("Executor 1: Running (" + executor + ")");
    pods.selectByValue(driver);
    logOfExecutor.end();
    awaitLines("INFO SparkContext: Running Spark");
    assertThat(window.url()).contains("pod=" + driver).doesNotContain("executor");

    open("?executor=7");
    awaitText(STATE, "Executor 7 has no pod, or no longer.");
    assertThat(lines()).isEmpty();
  }

  @Test
  void showsLastLinesOfEndedContainer() {
    log.add("INFO SparkContext: Running Spark");
    open("");
    awaitLines("INFO SparkContext: Running Spark");

    Instant now = Instant.now();
    log.add("INFO SparkContext: Successfully stopped SparkContext");
    cluster.setStatus(
        namespace, driver, PodStatuses.terminated(137, "OOMKilled", now.minusSeconds(60), now));
    log.end();
    awaitText(STATE, "End of the log");
    awaitLines(
        "INFO SparkContext: Running Spark", "INFO SparkContext: Successfully stopped SparkContext");
    assertThat(window.element("select[aria-label=Pod] option").getText())
        .startsWith("Driver: ")
        .contains("OOMKilled");
  }

  private static void setRestarts(int restarts) {
    JsonObject status = PodStatuses.running("127.0.0.1", Instant.now());
    status
        .getAsJsonArray("containerStatuses")
        .forEach(of -> of.getAsJsonObject().addProperty("restartCount", restarts));
    cluster.setStatus(namespace, driver, status);
  }

  private static void open(String query) {
    window.open(server.uri() + LOGS + query);
  }

  private static String path(String url) {
    URI uri = URI.create(url);
    return uri.getRawPath() + "?" + uri.getRawQuery();
  }

  private static void tick(String label) {
    window.run(
        """
        const labels = [...document.querySelectorAll(".log-tools label")];
        labels.find((any) => any.textContent.trim() === arguments[0]).firstChild.click();""",
        label);
  }

  private static List<String> lines() {
    return textOf(LINES + " > div > span");
  }

  private static List<String> textOf(String selector) {
    Object texts =
        window.run(
            "return Array.from(document.querySelectorAll(arguments[0]), any => any.textContent)",
            selector);
    return ((List<?>) texts).stream().map(String::valueOf).toList();
  }

  private static void awaitLines(String... texts) {
    await().untilAsserted(() -> assertThat(lines()).containsExactly(texts));
  }

  private static void awaitText(String selector, String text) {
    await().untilAsserted(() -> assertThat(window.text(selector)).isEqualTo(text));
  }

  /** Whether the lines are wider than the page shows at a time. */
  private static boolean isWider() {
    return (Boolean)
        window.run(
            """
            const lines = document.querySelector(arguments[0]);
            return lines.scrollWidth > lines.clientWidth;""",
            LINES);
  }

  /** Whether the page shows a line. */
  private static boolean isInView(String selector) {
    return (Boolean)
        window.run(
            """
            const line = document.querySelector(arguments[1])?.getBoundingClientRect();
            const lines = document.querySelector(arguments[0]).getBoundingClientRect();
            return line !== undefined
              && line.top >= lines.top - 1 && line.bottom <= lines.bottom + 1;""",
            LINES,
            selector);
  }
}
