// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.browser;

import static io.sparklive.it.browser.LiveUi.awaiting;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.testkit.BackgroundStart;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.FreePorts;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import io.sparklive.testkit.browser.Chromium;
import io.sparklive.testkit.browser.Exchange;
import io.sparklive.testkit.browser.InChromium;
import io.sparklive.testkit.browser.PageActivity;
import io.sparklive.testkit.driver.FakeDriver;
import io.sparklive.testkit.driver.RunningApplication;
import io.sparklive.testkit.driver.Script;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The home page of a History Server that lists only {@link TwoAttempts}, and the pages of the
 * filter, in a browser. Names, users, versions and ids of live and ended applications contain
 * markup.
 */
@Tag("smoke-spark4")
@Tag("war")
@Tag("browser")
@InChromium
@ParameterizedClass
@MethodSource("io.sparklive.testkit.SparkVersion#underTest")
class HomePageIT {
  private static final String IMAGE = "<img src=x onerror=alert(1)>";
  private static final String SCRIPT = "\"'></td></tr><script>alert(2)</script>";
  private static final String LONG = "&lt;b&gt;" + "<svg/onload=alert(3)>'\"".repeat(10);

  private static final List<FakeDriver> FAKE_DRIVERS = new ArrayList<>();
  private static DriverProcess driver;
  private static HistoryServerProcess server;

  @Parameter SparkVersion version;

  private Chromium browser;

  @BeforeParameterizedClassInvocation
  static void start(SparkVersion version) {
    int port = FreePorts.next();
    var starting =
        new BackgroundStart<>(
            () -> DriverProcess.builder(version, IMAGE).user(IMAGE).uiPort(port).start());
    addDriver("app-breaks-off", IMAGE, SCRIPT, IMAGE).respondToAllButList(Script.sending(""));
    addDriver("app-silent", LONG, LONG, SCRIPT);
    addDriver(IMAGE, "An id that is none", "eve", "4.2.0");
    addDriver("x\" onfocus=\"alert(4)", "Another", "eve", "4.2.0");
    FakeDriver ended = addDriver("app-ended", SCRIPT, IMAGE, SCRIPT);
    server =
        LiveHistoryServer.start(
            version,
            Stream.concat(
                    Stream.of("127.0.0.1:" + port), FAKE_DRIVERS.stream().map(FakeDriver::address))
                .collect(Collectors.joining(",")),
            "2s");
    driver = starting.get();
    LiveHistoryServer.awaitApplications(server, "", 4);
    ended.close();
    LiveHistoryServer.awaitApplications(server, "?status=completed", 1);
  }

  /** Adds a driver that sends its list and nothing else. */
  private static FakeDriver addDriver(String id, String name, String user, String version) {
    FakeDriver added =
        new FakeDriver(
            RunningApplication.of(id).withName(name).withUser(user).withSparkVersion(version));
    added.respondToAllButList(Script.silence());
    FAKE_DRIVERS.add(added);
    return added;
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    server.close();
    driver.close();
    FAKE_DRIVERS.forEach(FakeDriver::close);
    FAKE_DRIVERS.clear();
  }

  @BeforeEach
  void take(Chromium browser) {
    this.browser = browser;
  }

  @Test
  void listsRunningApplications() {
    listsRunningApplications(server.uri());
  }

  @Test
  void listsRunningApplicationsUnderPrefix() throws IOException {
    try (PrefixProxy front = PrefixProxy.before(server)) {
      listsRunningApplications(front.uri());
    }
  }

  private void listsRunningApplications(URI root) {
    browser.open(root + "/?showIncomplete=true");
    awaitIds("app-breaks-off", "app-silent", driver.applicationId(), TwoAttempts.INCOMPLETE);
    assertThat(browser.texts("#history-summary tbody td")).contains(inTable(IMAGE));
    assertNoErrors(root);

    browser.click("#history-summary thead th:nth-child(2)");
    List<String> sorted =
        Stream.of("app-breaks-off", "app-silent", driver.applicationId(), TwoAttempts.INCOMPLETE)
            .sorted()
            .toList();
    awaiting(() -> assertThat(ids()).isEqualTo(sorted));
    browser.click("#history-summary thead th:nth-child(2)");
    awaiting(() -> assertThat(ids().get(3)).isEqualTo("app-breaks-off"));
    browser.type("#history-summary input[type=search]", driver.applicationId());
    awaitIds(driver.applicationId());
    assertNoErrors(root);

    browser.click("#history-summary tbody td:nth-child(2) a");
    awaiting(
        () ->
            assertThat(browser.url())
                .isEqualTo(root + "/sparkui/" + driver.applicationId() + "/jobs/"));
    assertThat(browser.texts("h3")).anyMatch(title -> title.startsWith("Spark Jobs"));
    assertNoErrors(root);
    // The table stores its last search.
    browser.run("localStorage.clear()");
  }

  @Test
  void listsEndedApplicationBeforeItsLogIsRead() {
    browser.open(server.uri() + "/");
    awaitIds("app-ended", TwoAttempts.COMPLETED);
    assertThat(browser.texts("#history-summary tbody td")).contains(inTable(IMAGE));
    assertNoErrors(server.uri());
  }

  @Test
  void showsStatusPages() throws IOException {
    assertPages(server.uri());
  }

  @Test
  void showsStatusPagesUnderPrefix() throws IOException {
    try (PrefixProxy front = PrefixProxy.before(server)) {
      assertPages(front.uri());
    }
  }

  private void assertPages(URI root) {
    assertPage(root, "/sparkui/app-ended/jobs/", 503, "has ended");
    assertPage(root, "/history/app-ended/jobs/", 503, "has ended");
    assertPage(root, "/sparkui/app-breaks-off/jobs/", 502, "could not be reached");
    assertPage(root, "/sparkui/app-silent/jobs/", 504, "did not respond within");
    assertPage(root, "/sparkui/app-unknown/jobs/", 404, "No such application");
    assertPage(root, "/sparkui/-/nothing", 404, "No such");
    assertPage(root, "/sparkui/" + IMAGE + "/jobs/", 400, "is invalid");
    assertPage(root, "/sparkui/app-silent/;" + IMAGE, 400, "is invalid");
  }

  private void assertPage(URI root, String path, int status, String text) {
    browser.open(root + path.replace(" ", "%20"));
    assertThat(browser.text("main")).contains(text);
    PageActivity activity = browser.activity();
    Exchange page = activity.exchanges().get(0);
    // The only errors in the console are those of the page's own status.
    browser.expect(page.url());
    assertThat(page.status()).as(path).isEqualTo(status);
    assertThat(page.body()).isPresent();
    assertThat(activity.exchanges().stream().skip(1)).noneMatch(Exchange::hasFailed);
    assertThat(activity.errors())
        .allMatch(error -> error.contains("Failed to load resource: the server responded"));
    assertStaysUnder(root, activity);
  }

  private void assertNoErrors(URI root) {
    PageActivity activity = browser.activity();
    assertThat(activity.errors()).isEmpty();
    assertThat(activity.exchanges()).filteredOn(Exchange::hasFailed).isEmpty();
    assertStaysUnder(root, activity);
  }

  private void assertStaysUnder(URI root, PageActivity activity) {
    assertThat(activity.exchanges())
        .filteredOn(exchange -> !exchange.url().startsWith(root + "/"))
        .as("requests to elsewhere")
        .isEmpty();
    assertThat(browser.targets("a[href]"))
        .filteredOn(target -> !target.startsWith(root + "/"))
        .as("links to other addresses")
        .isEmpty();
    assertThat(activity.dialogs()).isEmpty();
    assertThat(browser.count("img[src='x'], svg[onload], td script, [onfocus]")).isZero();
  }

  private void awaitIds(String... ids) {
    awaiting(() -> assertThat(ids()).containsExactlyInAnyOrder(ids));
  }

  /** Without repetitions: an application of two attempts has two rows. */
  private List<String> ids() {
    return browser.texts("#history-summary tbody td:nth-child(2)").stream().distinct().toList();
  }

  /**
   * In the form of the list, in which another character replaces a {@code <} that could begin a
   * tag.
   */
  private static String inTable(String text) {
    return text.replaceAll("<(?=[A-Za-z/])", "‹");
  }
}
