// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.browser;

import static io.sparklive.it.browser.RunningTable.FILTER;
import static io.sparklive.it.browser.RunningTable.STATUS;
import static io.sparklive.it.browser.RunningTable.awaiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonParser;
import io.sparklive.it.browser.RunningTable.Row;
import io.sparklive.it.overview.SignalledDriver;
import io.sparklive.testkit.BackgroundStart;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.FreePorts;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import io.sparklive.testkit.browser.InChromium;
import io.sparklive.testkit.driver.FakeDriver;
import io.sparklive.testkit.driver.RunningApplication;
import io.sparklive.testkit.driver.Script;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

/**
 * The running table, on the home page of a History Server and on the overview, in a browser, while
 * real drivers start, work and end. The tests in {@code filter-core/src/test/javascript} cover the
 * texts, the order of the rows, the filter and the polling.
 */
@Tag("browser")
@InChromium
@ParameterizedClass
@MethodSource("io.sparklive.testkit.SparkVersion#ends")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RunningTableIT {
  private static final String OVERVIEW = "/sparkui/";
  private static final String APPLICATIONS = "/sparkui/-/applications";
  private static final String MEANS_HARM =
      "\"'><img src=x onerror=alert(1)><script>alert(2)</script>";
  private static final DateTimeFormatter AS_SPARK_DOES =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

  private static final int WIDTH_OF_A_TELEPHONE = 360;

  /** From the link beside the table, over totals, tools and heads, to the name of the first row. */
  private static final int MOST_TABS = 30;

  /** With the driver they are more than the number of rows without a filter. */
  private static final int OTHERS = 10;

  private static final List<FakeDriver> FAKE_DRIVERS = new ArrayList<>();
  private static SignalledDriver driver;
  private static HistoryServerProcess server;
  private static BrowserWindow screen;
  private static int portOfNextDriver;

  @Parameter SparkVersion version;

  private RunningTable here;

  @BeforeParameterizedClassInvocation
  static void start(SparkVersion version) throws IOException {
    int port = FreePorts.next();
    portOfNextDriver = FreePorts.next();
    var starting =
        new BackgroundStart<>(
            () ->
                SignalledDriver.start(
                    version,
                    DriverProcess.builder(version, "Clicks " + MEANS_HARM)
                        .user("ada")
                        .uiPort(port)));
    var browser = new BackgroundStart<>(BrowserWindow::start);
    for (int i = 0; i < OTHERS; i++) {
      FakeDriver other =
          new FakeDriver(
              RunningApplication.of("app-other-" + i).withName(MEANS_HARM).withUser("<b>eve</b>"));
      other.respondToAllButList(Script.silence());
      FAKE_DRIVERS.add(other);
    }
    server =
        LiveHistoryServer.start(
            version,
            Stream.concat(
                    FAKE_DRIVERS.stream().map(FakeDriver::address),
                    Stream.of("127.0.0.1:" + port, "127.0.0.1:" + portOfNextDriver))
                .collect(Collectors.joining(",")),
            "2s");
    driver = starting.get();
    LiveHistoryServer.awaitApplications(server, "", 1 + OTHERS);
    screen = browser.get();
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    screen.close();
    server.close();
    driver.close();
    FAKE_DRIVERS.forEach(FakeDriver::close);
    FAKE_DRIVERS.clear();
  }

  @BeforeEach
  void useHistoryServer() {
    here = new RunningTable(screen, server.uri());
  }

  @AfterEach
  void leaveNoJob() {
    if (driver.process().isAlive()) {
      driver.cancelJobs();
    }
  }

  @Test
  @Order(1)
  void addsAndRemovesRowWithDriver() {
    here.open("/");
    try (DriverProcess another =
        DriverProcess.builder(version, "Short-lived")
            .user("bob")
            .uiPort(portOfNextDriver)
            .start()) {
      String id = another.applicationId();
      awaiting(() -> assertThat(here.row(id).orElseThrow().text("executors")).isEqualTo("1"));
      Row row = here.row(id).orElseThrow();
      assertThat(row.text("name")).isEqualTo("Short-lived");
      assertThat(row.text("id")).isEqualTo(id);
      assertThat(row.text("user")).isEqualTo("bob");
      assertThat(row.text("cores")).matches("(0 of )?2");
      assertThat(row.text("started")).isEqualTo(started(another));
      assertThat(row.work()).isEqualTo("No job yet");
      assertThat(row.counts()).isEmpty();
      here.assertNoErrors();

      screen.element("tr[data-id='" + id + "'] [data-column=name] a").click();
      awaiting(() -> assertThat(screen.url()).isEqualTo(server.uri() + page(id)));
      screen.element("li.live-history-link a").click();
      here.awaitState("ready");
      assertThat(screen.url()).isEqualTo(server.uri() + "/");
      awaiting(() -> assertThat(here.row(id)).isPresent());
      another.kill();
      awaiting(() -> assertThat(here.row(id)).isEmpty());
      assertThat(here.row(driver.id())).isPresent();

      here.open(OVERVIEW);
      assertThat(here.row(id).orElseThrow().ended()).isTrue();
      here.assertNoErrors();
    }
  }

  @ParameterizedTest
  @Order(2)
  @ValueSource(strings = {"/", "/?showIncomplete=true", OVERVIEW})
  void updatesDurationAndEscapesUserText(String page) {
    here.open(page);
    assertThat(row().text("name")).isEqualTo("Clicks " + asListed(MEANS_HARM));
    Row other = here.row("app-other-3").orElseThrow();
    assertThat(other.text("name")).isEqualTo(asListed(MEANS_HARM));
    assertThat(other.text("user")).isEqualTo(asListed("<b>eve</b>"));
    awaiting(
        () -> assertThat(here.row(driver.id()).orElseThrow().text("cores")).matches("(\\d of )?2"));
    Set<String> seen = new HashSet<>();
    await()
        .atMost(Duration.ofSeconds(5))
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              seen.add(here.row(driver.id()).orElseThrow().text("duration"));
              return seen.size() > 2;
            });
    assertThat(screen.count("#live-history :is(img, script, b)")).isZero();
    assertThat(screen.text("#live-history")).contains("Running now", "" + (1 + OTHERS));
    here.assertNoErrors();
  }

  @Test
  @Order(2)
  void followsAJobThatSucceeds() {
    String job = "Succeeds " + MEANS_HARM;
    here.open("/");
    driver.startJob(job, 6);
    driver.succeed(job, 3);
    driver.awaitTasks(3, 2);
    assertShowsCountsOfDriver();
    assertThat(row().work()).isEqualTo(job);
    assertThat(row().shown()).isEqualTo("3/6 (2 running)");

    driver.succeed(job, 3);
    driver.awaitEndOfJob("SUCCEEDED");
    assertShowsCountsOfDriver();
    assertThat(row().shown()).isEqualTo("6/6");
    assertThat(row().work()).startsWith("Last job succeeded").contains(job);
    here.assertNoErrors();
  }

  @Test
  @Order(2)
  void followsAJobThatFails() {
    here.open("/?showIncomplete=true");
    driver.startJob("Fails", 4);
    driver.succeed("Fails", 1);
    driver.awaitTasks(1, 2);
    assertShowsCountsOfDriver();

    driver.fail("Fails");
    driver.awaitEndOfJob("FAILED");
    assertShowsCountsOfDriver();
    assertThat(row().shown()).contains("1/4", "(1 failed)");
    assertThat(row().work()).startsWith("Last job failed").contains("Fails");
    here.assertNoErrors();
  }

  @Test
  @Order(2)
  void followsAJobThatIsKilledOnTheLiveUi() {
    driver.startJob("Is killed", 5);
    driver.succeed("Is killed", 2);
    driver.awaitTasks(2, 2);
    here.open(OVERVIEW);
    assertShowsCountsOfDriver();

    String job = Integer.toString(driver.newestJob());
    screen.open(server.uri() + page(driver.id()));
    screen.kill("jobs/job", job);
    driver.awaitEndOfJob("FAILED");
    here.open(OVERVIEW);
    assertShowsCountsOfDriver();
    assertThat(row().work()).startsWith("Last job failed").contains("Is killed");
    here.assertNoErrors();
  }

  @Test
  @Order(2)
  void countsSkippedTasksSeparately() {
    here.open(OVERVIEW);
    driver.startJobThatSkips("Skips", 3);
    driver.succeed("Skips", 3);
    driver.awaitEndOfJob("SUCCEEDED");
    assertShowsCountsOfDriver();
    assertThat(row().shown()).isEqualTo("3/3 (3 skipped)");
  }

  @Test
  @Order(2)
  void staysFoldedAfterReload() {
    here.open("/");
    assertThat(here.visibleRows()).isPositive();
    screen.element("#live-history summary h4").click();
    awaiting(() -> assertThat(here.visibleRows()).isZero());
    screen.reload();
    here.awaitState("ready");
    assertThat(here.visibleRows()).isZero();
    assertThat(screen.text("#live-history summary")).contains("Running now", "" + (1 + OTHERS));

    screen.element("#live-history summary h4").click();
    awaiting(() -> assertThat(here.visibleRows()).isEqualTo(1 + OTHERS));
    screen.reload();
    here.awaitState("ready");
    assertThat(here.visibleRows()).isEqualTo(1 + OTHERS);
  }

  @Test
  @Order(2)
  void filtersRows() {
    here.open("/");
    screen.element(FILTER).sendKeys("ADA");
    awaiting(() -> assertThat(here.visibleRows()).isEqualTo(1));
    awaitNextResponse();
    assertThat(here.visibleRows()).isEqualTo(1);
    assertThat(screen.element(FILTER).getDomProperty("value")).isEqualTo("ADA");
    assertThat(screen.run("return document.activeElement.type")).isEqualTo("search");

    screen.press(Keys.ESCAPE);
    awaiting(() -> assertThat(here.visibleRows()).isEqualTo(1 + OTHERS));
    here.assertNoErrors();
  }

  @Test
  @Order(2)
  void sendsNoRequestsWhileTabIsHidden() {
    try (SwitchableProxy router = new SwitchableProxy(server)) {
      RunningTable through = new RunningTable(screen, router.uri());
      through.open(OVERVIEW);
      awaitMore(router);
      screen.behindAnotherTab(
          () -> {
            // Waits for the end of requests in progress.
            Duration twoTurns = Duration.ofSeconds(4);
            long[] before = {router.requests(APPLICATIONS)};
            await()
                .during(twoTurns)
                .atMost(twoTurns.multipliedBy(2))
                .until(
                    () -> {
                      long now = router.requests(APPLICATIONS);
                      boolean still = now == before[0];
                      before[0] = now;
                      return still;
                    });
          });
      // The other tab is closed, and this one is visible again.
      awaitMore(router);
      through.awaitState("ready");
      here.open(OVERVIEW);
    }
  }

  @Test
  @Order(2)
  void reportsServerOutageAndRecovery() {
    try (SwitchableProxy router = new SwitchableProxy(server)) {
      RunningTable through = new RunningTable(screen, router.uri());
      through.open(OVERVIEW);
      awaiting(() -> assertThat(through.row(driver.id())).isPresent());
      assertThat(screen.text(STATUS)).isEmpty();

      screen.expect(router.uri().toString());
      router.shut();
      through.awaitState("lost");
      assertThat(screen.text(STATUS)).contains("No response from the History Server since");
      assertThat(through.row(driver.id())).isPresent();

      router.open();
      through.awaitState("ready");
      assertThat(screen.text(STATUS)).contains("responds again");
    }
  }

  @ParameterizedTest
  @Order(2)
  @ValueSource(strings = {"light", "dark"})
  void meetsAccessibilityRules(String scheme) {
    screen.prefer(scheme);
    try {
      driver.startJob("In " + scheme, 4);
      driver.succeed("In " + scheme, 1);
      driver.awaitTasks(1, 2);
      for (String page : List.of("/", OVERVIEW)) {
        here.open(page);
        assertShowsCountsOfDriver();
        assertThat(screen.violations(page.equals("/") ? "#live-history" : "html"))
            .as("%s in %s", page, scheme)
            .isEmpty();
      }
    } finally {
      screen.prefer("light");
    }
  }

  @ParameterizedTest
  @Order(2)
  @ValueSource(strings = {"/", OVERVIEW})
  void fitsPhoneScreen(String page) {
    screen.narrow(WIDTH_OF_A_TELEPHONE);
    try {
      here.open(page);
      awaiting(() -> assertThat(here.row(driver.id())).isPresent());
      Object widest =
          screen.run(
              "return Math.max(...[...document.querySelectorAll('#live-history > *')]"
                  + ".map(e => e.getBoundingClientRect().right))");
      assertThat(((Number) widest).intValue()).isLessThanOrEqualTo(WIDTH_OF_A_TELEPHONE);
      if (page.equals(OVERVIEW)) {
        // On the home page, Spark's own table is wider than that.
        Object tooWide =
            screen.run(
                "const page = document.documentElement;"
                    + "return page.scrollWidth > page.clientWidth");
        assertThat(tooWide).isEqualTo(false);
      }
    } finally {
      screen.widen();
    }
  }

  @Test
  @Order(2)
  void canBeUsedByKeyboard() {
    here.open("/");
    screen.run("document.querySelector('#live-history').tabIndex = -1");
    screen.run("document.querySelector('#live-history').focus()");
    List<String> reached = new ArrayList<>();
    for (int i = 0; i < MOST_TABS; i++) {
      screen.press(Keys.TAB);
      reached.add(
          String.valueOf(
              screen.run(
                  "const e = document.activeElement;"
                      + "return e.closest('tbody th') ? 'name' : e.ariaExpanded ? 'toggle'"
                      + " : e.ariaPressed ? 'total' : e.closest('thead') ? 'head'"
                      + " : e.localName + (e.role ?? '')")));
    }
    assertThat(reached)
        .containsSubsequence("a", "summary", "total", "input", "select", "head", "toggle", "name");

    screen.element("#live-history summary").sendKeys(Keys.ENTER);
    awaiting(() -> assertThat(here.visibleRows()).isZero());
    screen.press(Keys.ENTER);
    awaiting(() -> assertThat(here.visibleRows()).isEqualTo(1 + OTHERS));
  }

  @Test
  @Order(2)
  void staysUnderAPrefix() throws IOException {
    try (PrefixProxy front = PrefixProxy.before(server)) {
      RunningTable prefixed = new RunningTable(screen, front.uri());
      for (String page : List.of("/?showIncomplete=true", OVERVIEW)) {
        prefixed.open(page);
        awaiting(() -> assertThat(prefixed.row(driver.id())).isPresent());
        prefixed.assertNoErrors();
        screen.element("tr[data-id='" + driver.id() + "'] [data-column=name] a").click();
        awaiting(() -> assertThat(screen.url()).isEqualTo(front.uri() + page(driver.id())));
        screen.element("li.live-history-link a").click();
        prefixed.awaitState("ready");
        assertThat(screen.url()).isEqualTo(front.uri() + "/");
      }
      prefixed.open(OVERVIEW);
      screen.element("a[href='" + PrefixProxy.PREFIX + "/']").click();
      prefixed.awaitState("ready");
      assertThat(screen.url()).isEqualTo(front.uri() + "/");
      here.open(OVERVIEW);
    }
  }

  @ParameterizedTest
  @Order(2)
  @ValueSource(strings = {"/executors/", "/SQL/"})
  void linksToHistoryServerFromOtherLiveUiPages(String page) {
    screen.open(server.uri() + OVERVIEW + driver.id() + page);
    assertThat(screen.text("nav.navbar")).contains("History Server");
    assertThat(screen.count("li.live-history-link")).isEqualTo(1);
    assertThat(screen.element("li.live-history-link a").getDomProperty("href"))
        .isEqualTo(server.uri() + "/");
    here.assertNoErrors();
  }

  @Test
  @Order(3)
  void collapsesToOneLineIfNothingRuns() {
    here.open("/");
    FAKE_DRIVERS.forEach(FakeDriver::close);
    driver.process().kill();
    awaiting(() -> assertThat(here.visibleRows()).isZero());
    assertThat(screen.text("#live-history .live-history-none")).isNotBlank();
    here.assertNoErrors();
  }

  /**
   * Asserts that within four seconds the bar shows the driver's own counts, which do not change.
   */
  private void assertShowsCountsOfDriver() {
    await()
        .atMost(Duration.ofSeconds(4))
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(() -> assertThat(row().counts()).contains(driver.counts()));
  }

  private Row row() {
    return here.row(driver.id()).orElseThrow();
  }

  /** After two more responses, the first one is shown. */
  private void awaitNextResponse() {
    int before = responses();
    awaiting(() -> assertThat(responses()).isGreaterThan(before + 1));
  }

  private static int responses() {
    return (int)
        screen.activity().exchanges().stream()
            .filter(exchange -> exchange.url().endsWith(APPLICATIONS))
            .count();
  }

  private static void awaitMore(SwitchableProxy router) {
    long before = router.requests(APPLICATIONS);
    awaiting(() -> assertThat(router.requests(APPLICATIONS)).isGreaterThan(before));
  }

  private static String started(DriverProcess another) {
    long epoch =
        JsonParser.parseString(another.get("/api/v1/applications").body())
            .getAsJsonArray()
            .get(0)
            .getAsJsonObject()
            .getAsJsonArray("attempts")
            .get(0)
            .getAsJsonObject()
            .get("startTimeEpoch")
            .getAsLong();
    return LocalDateTime.ofInstant(Instant.ofEpochMilli(epoch), ZoneId.systemDefault())
        .truncatedTo(ChronoUnit.SECONDS)
        .format(AS_SPARK_DOES);
  }

  /** In the list, another character replaces a {@code <} that could begin a tag. */
  private static String asListed(String text) {
    return text.replaceAll("<(?=[A-Za-z/])", "‹");
  }

  private static String page(String id) {
    return OVERVIEW + id + "/jobs/";
  }
}
