// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.browser;

import static io.sparklive.it.browser.RunningTable.STATUS;
import static io.sparklive.it.browser.RunningTable.awaiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.it.security.filters.LoginByScriptFilter;
import io.sparklive.it.security.filters.OidcFilter;
import io.sparklive.testkit.BackgroundStart;
import io.sparklive.testkit.BuildDirectory;
import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.FilterJar;
import io.sparklive.testkit.FreePorts;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import io.sparklive.testkit.browser.InChromium;
import io.sparklive.testkit.driver.FakeDriver;
import io.sparklive.testkit.driver.Response;
import io.sparklive.testkit.driver.RunningApplication;
import io.sparklive.testkit.driver.Script;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.OAuth2Config;
import no.nav.security.mock.oauth2.http.NettyWrapper;
import no.nav.security.mock.oauth2.token.OAuth2TokenProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A page with the running applications whose user has lost the login, behind a filter that begins a
 * login with each request: by a redirect, or by a page with a script. The tests in {@code
 * filter-core/src/test/javascript} cover each sign of a lost login and each cause of a request.
 */
@Tag("browser")
@InChromium
@ParameterizedClass
@MethodSource("io.sparklive.testkit.SparkVersion#newestUnderTest")
class LostLoginIT {
  private static final String OVERVIEW = "/sparkui/";
  private static final String LIVE = "/sparkui/app-1/jobs/";
  private static final String LIVE_HISTORY = "io.sparklive.LiveHistoryFilter";
  private static final String USERNAME = "input[name=username]";
  private static final String BUTTON = STATUS + " button";

  /** The former pause of the page was 30 s, and a login takes longer than two of them. */
  private static final Duration OF_A_LOGIN = Duration.ofSeconds(70);

  /**
   * Makes the clock and the timers of a page run 30 times as fast, and counts its requests. The
   * browser, its network and its cookies are real; a minute of the page takes two seconds.
   */
  private static final String FAST =
      """
      const { setTimeout: start, fetch: send } = window;
      const now = performance.now.bind(performance);
      window.setTimeout = (action, delay = 0, ...rest) => start(action, delay / 30, ...rest);
      performance.now = () => now() * 30;
      window.sent = 0;
      window.fetch = (...request) => {
        window.sent += 1;
        return send(...request);
      };
      """;

  /** The provider's own login page loads a font from the Internet. */
  private static final String LOGIN_PAGE =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head><title>Log in</title><link rel="icon" href="data:,"></head>
      <body><form method="post"><input name="username"></form></body>
      </html>
      """;

  private static final String LIVE_PAGE =
      """
      <html><head><title>Live</title>
      <script src="/sparkui/app-1/static/webui.js"></script></head></html>
      """;

  private static MockOAuth2Server provider;
  private static HistoryServerProcess server;
  private static FakeDriver driver;
  private static BrowserWindow screen;
  private static int portToCome;

  @Parameter SparkVersion version;

  @BeforeParameterizedClassInvocation
  static void start(SparkVersion version) throws IOException {
    Path loginPage = Files.writeString(BuildDirectory.at("login.html"), LOGIN_PAGE);
    provider =
        new MockOAuth2Server(
            new OAuth2Config(
                true,
                loginPage.toString(),
                null,
                false,
                new OAuth2TokenProvider(),
                Set.of(),
                new NettyWrapper()));
    provider.start();
    driver = new FakeDriver("app-1");
    portToCome = FreePorts.next();
    var browser = new BackgroundStart<>(BrowserWindow::start);
    server =
        LiveHistoryServer.builder(
                EventLogs.newDirectory("lost-login-" + version),
                version,
                driver.address() + ",127.0.0.1:" + portToCome,
                "2s")
            .classPath(FilterJar.of(version, OidcFilter.class))
            .property(
                "spark.ui.filters",
                String.join(
                    ",",
                    LoginByScriptFilter.class.getName(),
                    OidcFilter.class.getName(),
                    LIVE_HISTORY))
            .property(parameter(LoginByScriptFilter.class, "issuer"), issuer())
            .property(parameter(OidcFilter.class, "issuer"), issuer())
            .property(parameter(OidcFilter.class, "clientId"), "history-server")
            .property(parameter(OidcFilter.class, "cookieKey"), "of this test alone")
            .start();
    // Until its filter has started, the home page contains no running table.
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> server.log().contains("Application app-1 appeared"));
    screen = browser.get();
  }

  private static String parameter(Class<?> filter, String name) {
    return "spark." + filter.getName() + ".param." + name;
  }

  private static String issuer() {
    return provider.issuerUrl("company").toString();
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    screen.close();
    server.close();
    driver.close();
    provider.shutdown();
  }

  /** Like Spark, the page loads the file to which the filter adds a script. */
  @BeforeEach
  void runDriver() {
    driver.respond("/jobs/", Response.of(200, LIVE_PAGE, "Content-Type", "text/html"));
    driver.respond(
        "/static/webui.js", Response.of(200, "// Spark's.", "Content-Type", "text/javascript"));
  }

  @AfterEach
  void logOut() {
    screen.deleteCookies();
    driver.forget();
  }

  /** The form of the login, the page that loses it, and the page of the next login. */
  @ParameterizedTest
  @CsvSource({"127.0.0.1, /, /", "localhost, /sparkui/, /sparkui/app-1/jobs/"})
  void pausesDuringLoginInAnotherWindowAndResumes(String host, String page, String next) {
    RunningTable here = new RunningTable(screen, at(host));
    screen.beforeEachPage(FAST);
    logIn(here.root() + page);
    here.awaitState("ready");
    awaiting(() -> assertThat(here.row("app-1")).isPresent());
    screen.deleteCookie(OidcFilter.SESSION);
    awaiting(() -> assertThat(screen.text(STATUS)).contains("You are no longer logged in."));
    assertThat(here.row("app-1")).isPresent();
    String first = screen.window();
    long sent = number("sent");

    screen.openWindow();
    screen.goTo(here.root() + next);
    assertThat(screen.element(USERNAME)).isNotNull();
    String second = screen.window();

    screen.switchTo(first);
    assertThat(screen.run("return document.visibilityState")).isEqualTo("visible");
    long begun = number("performance.now()");
    awaiting(
        () -> assertThat(number("performance.now()") - begun).isGreaterThan(OF_A_LOGIN.toMillis()));
    long sentMeanwhile = number("sent") - sent;

    try (FakeDriver another = new FakeDriver(RunningApplication.of("app-2"), portToCome)) {
      screen.switchTo(second);
      enterName();
      awaiting(() -> assertThat(screen.url()).isEqualTo(here.root() + next));
      assertThat(sentMeanwhile).isZero();

      screen.switchTo(first);
      here.awaitState("ready");
      awaiting(() -> assertThat(here.row(another.application().id())).isPresent());
      assertThat(screen.text(STATUS)).doesNotContain("no longer");
    }
    screen.switchTo(second);
    screen.closeWindow(first);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", LoginByScriptFilter.HOST})
  void logsInByButton(String host) {
    RunningTable here = new RunningTable(screen, at(host));
    logIn(here.root() + OVERVIEW);
    here.awaitState("ready");
    screen.deleteCookie(OidcFilter.SESSION);

    here.awaitState("logged-out");
    screen.element(BUTTON).click();
    enterName();
    here.awaitState("ready");
    assertThat(screen.url()).isEqualTo(here.root() + OVERVIEW);
    assertThat(screen.text(STATUS)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"light, /", "dark, /", "light, /sparkui/", "dark, /sparkui/"})
  void showsAccessibleLoginNotice(String scheme, String page) {
    RunningTable here = new RunningTable(screen, at("127.0.0.1"));
    screen.prefer(scheme);
    try {
      logIn(here.root() + page);
      awaiting(() -> assertThat(here.row("app-1")).isPresent());
      screen.deleteCookie(OidcFilter.SESSION);
      here.awaitState("logged-out");
      assertThat(screen.text(STATUS))
          .matches("You are no longer logged in[.] Last update at [0-9:]{8}[.] Log in");
      assertThat(screen.violations(page.equals("/") ? "#live-history" : "html")).isEmpty();
    } finally {
      screen.prefer("light");
    }
  }

  /** A page that reloads itself also stops if its login is lost. */
  @Test
  void redirectsReloadingPageToLogin() {
    driver.respond("/jobs/", Script.silence());
    screen.expect(LIVE);
    logIn(at("127.0.0.1") + LIVE);
    awaiting(() -> assertThat(screen.text("h4")).contains("does not respond in time"));
    screen.deleteCookie(OidcFilter.SESSION);

    assertThat(screen.element(USERNAME)).isNotNull();
    assertThat(screen.url()).startsWith(issuer());
  }

  private static URI at(String host) {
    return URI.create("http://" + host + ":" + server.port());
  }

  private static void logIn(String page) {
    screen.open(page);
    enterName();
    awaiting(() -> assertThat(screen.url()).isEqualTo(page));
  }

  private static void enterName() {
    screen.element(USERNAME).sendKeys("alice");
    screen.element(USERNAME).submit();
  }

  private static long number(String expression) {
    return ((Number) screen.run("return " + expression)).longValue();
  }
}
