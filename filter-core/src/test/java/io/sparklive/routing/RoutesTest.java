// SPDX-License-Identifier: Apache-2.0
package io.sparklive.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.sparklive.application.AccessLists;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.DiscoveryEvent;
import io.sparklive.application.DriverSettings;
import io.sparklive.application.SampleApplications;
import io.sparklive.application.SourceRef;
import io.sparklive.http.Prefixes;
import io.sparklive.spi.Deployment;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoutesTest {
  private static final Routes ROUTES = new Routes("/sparkui", Deployment.EMBEDDED);
  private static final Route REFUSED = new Route.Invalid();
  private static final Route MISSING = new Route.NotFound();
  private static final Route ELSEWHERE = new Route.PassThrough();
  private static final Route HOME = new Route.Home();
  private static final Route LIST = new Route.SparkApplicationList();

  /** The route in the servlet context of the home page, which handles all other paths. */
  private static Route route(String path) {
    return ROUTES.of(path, "");
  }

  private static ApplicationId id(String id) {
    return new ApplicationId(id);
  }

  private static Route liveUi(String id, String page) {
    return new Route.LiveUi(id(id), "/sparkui/" + id, page);
  }

  private static Route rest(String id, String path) {
    return new Route.ApplicationApi(id(id), path);
  }

  private static Route history(String id, String page, String path) {
    return new Route.HistoryPage(id(id), page, path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/home", "/jobs/", "/jobs", "/no/such/page", "/sparkuix", "/proxyx/a"})
  void resolvesUnownedPathsToHomePage(String path) {
    assertThat(ROUTES.of(path, "")).isEqualTo(HOME);
  }

  @ParameterizedTest
  @CsvSource({
    "/static/webui.css, /static",
    "/json/v1, /json",
    "/api/v1/version, /api",
    "/api/, /api",
    "/log, /log",
    "/logPage/json, /logPage/json"
  })
  void passesThroughPathsOfTheHistoryServer(String path, String context) {
    assertThat(ROUTES.of(path, context)).isEqualTo(ELSEWHERE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/applications",
        "/api/v1/applications/",
        "/api/v1/applications;x=y",
        "/api/v1/applications;",
        "/api/v1/applications;x=y/"
      })
  void resolvesAllFormsOfTheListPath(String path) {
    assertThat(ROUTES.of(path, "/api")).isEqualTo(LIST);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/v1/applicationsx", "/api/v1/Applications", "/api/v1/application"})
  void resolvesNoPathThatOnlyResemblesTheList(String path) {
    assertThat(ROUTES.of(path, "/api")).isEqualTo(ELSEWHERE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/applications/app-1",
        "/api/v1/applications/app-1/",
        "/api/v1/applications/app-1/jobs",
        "/api/v1/applications/app-1/jobs/0",
        "/api/v1/applications/app-1/1/jobs",
        "/api/v1/applications/app-1/storage/rdd",
        "/api/v1/applications/app-1/logs/x",
        "/api/v1/applications/app-1/environment/x.css",
        "/api/v1/applications/app-1/x.js",
        "/api/v1/applications/app-1/1/2/logs"
      })
  void resolvesRestApiOfApplication(String path) {
    assertThat(ROUTES.of(path, "/api")).isEqualTo(rest("app-1", path));
  }

  @Test
  void distinguishesApplicationFromPathsBelow() {
    assertThat(
            ((Route.ApplicationApi) ROUTES.of("/api/v1/applications/a", "/api"))
                .isApplicationItself())
        .isTrue();
    assertThat(
            ((Route.ApplicationApi) ROUTES.of("/api/v1/applications/a/jobs", "/api"))
                .isApplicationItself())
        .isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/applications/app-1/logs",
        "/api/v1/applications/app-1/logs/",
        "/api/v1/applications/app-1/1/logs",
        "/api/v1/applications/app-1/1/logs/"
      })
  void recognizesEventLogPaths(String path) {
    assertThat(((Route.ApplicationApi) ROUTES.of(path, "/api")).isEventLog()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/applications/logs",
        "/api/v1/applications/app-1/logs/x",
        "/api/v1/applications/app-1/logsx",
        "/api/v1/applications/app-1/1/2/logs"
      })
  void recognizesNoOtherPathAsEventLog(String path) {
    assertThat(((Route.ApplicationApi) ROUTES.of(path, "/api")).isEventLog()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/applications/app-1;x=y/jobs",
        "/api/v1/applications/app-1/jobs;x",
        "/api/v1/applications/app-1//jobs",
        "/api/v1/applications//jobs",
        "/api/v1/applications/app-1/../app-2",
        "/api/v1/applications/./app-1",
        "/api/v1/applications/app%2d1",
        "/api/v1/applications/-app",
        "/api/v1/applications;x=y/app-1",
        "/api/v1/applications/<script>"
      })
  void passesThroughNonCanonicalRestPath(String path) {
    assertThat(ROUTES.of(path, "/api")).isEqualTo(ELSEWHERE);
  }

  @Test
  void passesThroughRestPathOverTwoKilobytes() {
    String path = "/api/v1/applications/app-1/";
    String fits = path + "x".repeat(2048 - path.length());
    assertThat(ROUTES.of(fits, "/api")).isEqualTo(rest("app-1", fits));
    assertThat(ROUTES.of(fits + "x", "/api")).isEqualTo(ELSEWHERE);
  }

  @ParameterizedTest
  @CsvSource({
    "/history/app-1, /",
    "/history/app-1/, /",
    "/history/app-1/jobs, /jobs",
    "/history/app-1/jobs/, /jobs/",
    "/history/app-1/stages/stage/, /stages/stage/",
    "/history/app-1/1, /",
    "/history/app-1/1/, /",
    "/history/app-1/1/jobs/, /jobs/",
    "/history/app-1/12/stages/stage/, /stages/stage/",
    "/history/app-1/1x/jobs/, /1x/jobs/",
    "/history/app-1/1/2/jobs/, /2/jobs/",
    "/history/app-1/jobs/1/, /jobs/1/"
  })
  void separatesAttemptFromHistoryPage(String path, String page) {
    assertThat(ROUTES.of(path, "/history")).isEqualTo(history("app-1", page, path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/history",
        "/history/",
        "/history//app-1",
        "/history/-app/jobs/",
        "/history/app-1/%6aobs/",
        "/history/app-1;x/jobs/",
        "/history;x/app-1/",
        "/history/app-1/../app-2/",
        "/history/app-1//jobs/",
        "/history/app 1/"
      })
  void passesThroughNonCanonicalHistoryPath(String path) {
    assertThat(ROUTES.of(path, "/history")).isEqualTo(ELSEWHERE);
    assertThat(ROUTES.of(path, "")).isEqualTo(ELSEWHERE);
  }

  @Test
  void resolvesOwnedPathsBelowTheBase() {
    assertThat(route("/sparkui")).isEqualTo(new Route.OverviewPage());
    assertThat(route("/sparkui/")).isEqualTo(new Route.OverviewPage());
    assertThat(route("/sparkui/-/applications")).isEqualTo(new Route.OverviewJson());
    assertThat(route("/sparkui/-/health")).isEqualTo(new Route.Health());
    assertThat(route("/sparkui/-/metrics")).isEqualTo(new Route.Metrics());
    assertThat(route("/sparkui/-/assets/theme.js")).isEqualTo(new Route.Asset("theme.js"));
    assertThat(route("/sparkui/-/assets/")).isEqualTo(new Route.Asset(""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/sparkui/-",
        "/sparkui/-/",
        "/sparkui/-/applications/",
        "/sparkui/-/applications/app-1",
        "/sparkui/-/health/",
        "/sparkui/-/nothing",
        "/sparkui/-/assets",
        "/sparkui/-/assets/a/b.js",
        "/sparkui/_app/jobs/",
        "/sparkui/~app/",
        "/sparkui/a@b/",
        "/proxy",
        "/proxy/",
        "/proxy/-/health"
      })
  void findsNoOtherPathBelowTheBases(String path) {
    assertThat(route(path)).isEqualTo(MISSING);
  }

  @Test
  void findsNoApplicationWithIdOf129Characters() {
    assertThat(route("/sparkui/" + "a".repeat(128) + "/")).isEqualTo(liveUi("a".repeat(128), "/"));
    assertThat(route("/sparkui/" + "a".repeat(129) + "/")).isEqualTo(MISSING);
  }

  @ParameterizedTest
  @CsvSource({
    "/sparkui/app-1, ''",
    "/sparkui/app-1/, /",
    "/sparkui/app-1/jobs/, /jobs/",
    "/sparkui/app-1/jobs, /jobs",
    "/sparkui/app-1/jobs/job/kill/, /jobs/job/kill/",
    "/sparkui/app-1/SQL/execution/, /SQL/execution/",
    "/sparkui/app-1/api/v1/applications/app-1/jobs, /api/v1/applications/app-1/jobs",
    "/sparkui/app-1/static/webui.css, /static/webui.css",
    "/sparkui/app-1/static/a/b.js, /static/a/b.js",
    "/sparkui/app-1/a.1/2.3, /a.1/2.3",
    "/sparkui/app-1/x.css/, /x.css/",
    "/sparkui/app-1/x.css/y, /x.css/y",
    "'/sparkui/app-1/a!$&''()*+,=:@~b', '/a!$&''()*+,=:@~b'",
    "/sparkui/app-1/..., /...",
    "/sparkui/app-1/.hidden/, /.hidden/"
  })
  void resolvesLiveUiBelowTheBase(String path, String page) {
    assertThat(route(path)).isEqualTo(liveUi("app-1", page));
    assertThat(route(path.replaceFirst("/sparkui", "/proxy")))
        .isEqualTo(new Route.LiveUi(id("app-1"), "/proxy/app-1", page));
  }

  @Test
  void resolvesLiveUiInEveryContext() {
    assertThat(ROUTES.of("/sparkui/app-1/jobs/", "/api")).isEqualTo(liveUi("app-1", "/jobs/"));
  }

  @Test
  void recognizesRestApiOfDriver() {
    assertThat(((Route.LiveUi) route("/sparkui/a/api/v1/version")).isRest()).isTrue();
    assertThat(((Route.LiveUi) route("/sparkui/a/apis/")).isRest()).isFalse();
    assertThat(((Route.LiveUi) route("/sparkui/a/jobs/api/")).isRest()).isFalse();
  }

  @Test
  void acceptsIdWithDots() {
    assertThat(route("/sparkui/my.job.js")).isEqualTo(liveUi("my.job.js", ""));
    assertThat(route("/sparkui/my.job.js/jobs/")).isEqualTo(liveUi("my.job.js", "/jobs/"));
    assertThat(ROUTES.of("/api/v1/applications/my.job.js", "/api"))
        .isEqualTo(rest("my.job.js", "/api/v1/applications/my.job.js"));
    assertThat(ROUTES.of("/api/v1/applications/my.job.js/jobs", "/api"))
        .isEqualTo(rest("my.job.js", "/api/v1/applications/my.job.js/jobs"));
    assertThat(ROUTES.of("/history/my.job.js/jobs/", "/history"))
        .isEqualTo(history("my.job.js", "/jobs/", "/history/my.job.js/jobs/"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/environment/x.css",
        "/jobs/job/kill/x.css",
        "/x.PNG",
        "/x.css~",
        "/.css",
        "/dataflint/index.html",
        "/dataflint/static/js/main.0a1b2c3d.js",
        "/api/v1/applications/x.css"
      })
  void acceptsAnyFileName(String page) {
    assertThat(route("/sparkui/app-1" + page)).isEqualTo(liveUi("app-1", page));
    assertThat(route("/proxy/my.job.css" + page))
        .isEqualTo(new Route.LiveUi(id("my.job.css"), "/proxy/my.job.css", page));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/sparkui;x",
        "/sparkui;x=y/app-1/",
        "/sparkui//app-1/",
        "/sparkui//",
        "/sparkui/./app-1/",
        "/sparkui/.",
        "/sparkui/..",
        "/sparkui/../",
        "/sparkui/../api/v1/applications",
        "/sparkui/app-1/.",
        "/sparkui/app-1/..",
        "/sparkui/app-1/./jobs/",
        "/sparkui/app-1/../app-2/",
        "/sparkui/app-1//jobs/",
        "/sparkui/app-1/jobs//",
        "/sparkui/app-1;x/jobs/",
        "/sparkui/app-1/jobs;a/job/kill/",
        "/sparkui/app-1/jobs/job/kill;a=b/",
        "/sparkui/app-1/jobs/job/%6bill/",
        "/sparkui/app-1/%2e%2e/app-2/",
        "/sparkui/app-1/a%2fb",
        "/sparkui/app-1/a%5cb",
        "/sparkui/app-1/a%25b",
        "/sparkui/app-1/a%00b",
        "/sparkui/app-1/a%0d%0ab",
        "/sparkui/app-1/a%u0041",
        "/sparkui/app-1/a%zz",
        "/sparkui/app-1/a\\b",
        "/sparkui/app-1/a|b",
        "/sparkui/app-1/a\"b",
        "/sparkui/app-1/<b>",
        "/sparkui/app-1/a b",
        "/sparkui/app-1/a\u0000b",
        "/sparkui/app-1/a\nb",
        "/sparkui/app-1/jobs/\n",
        "/sparkui/app-1/ä",
        "/sparkui/app-1/{a}",
        "/sparkui/app-1/^",
        "/sparkui/app-1/`",
        "/sparkui/app-1/a#b",
        "/sparkui/app-1/a?b",
        "/sparkui/%61pp-1/",
        "/sparkui/-/%68ealth",
        "/sparkui/-/assets/../health",
        "/sparkui/app-1/static/../environment/x.css",
        "/sparkui/app-1/dataflint/..%2fx.css",
        "/sparkui/app-1/dataflint/x.css;y"
      })
  void rejectsNonCanonicalPathsBelowTheBases(String path) {
    assertThat(route(path)).isEqualTo(REFUSED);
    assertThat(route(path.replaceFirst("/sparkui", "/proxy"))).isEqualTo(REFUSED);
    assertThat(ROUTES.of(path, "/api")).isEqualTo(REFUSED);
  }

  @Test
  void rejectsPathsOverTwoKilobytesBelowTheBases() {
    String fits = "/sparkui/app-1/" + "x".repeat(2048 - "/sparkui/app-1/".length());
    assertThat(route(fits)).isEqualTo(liveUi("app-1", fits.substring("/sparkui/app-1".length())));
    assertThat(route(fits + "x")).isEqualTo(REFUSED);
    assertThat(route("/sparkui" + "/a".repeat(1020))).isInstanceOf(Route.LiveUi.class);
    assertThat(route("/sparkui" + "/a".repeat(100_000))).isEqualTo(REFUSED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/x/../sparkui/a",
        "/x/../sparkui",
        "/./sparkui/a",
        "//sparkui/a",
        "///sparkui",
        "/%73parkui/a",
        "/%53%50/../%73parkui/a",
        "/sparku%69",
        "/%73%70%61%72%6b%75%69/a",
        "/%2573parkui/a",
        "/%252573parkui/a",
        "/%25252573parkui/a",
        "/%u0073parkui/a",
        "/%25u0073parkui/a",
        "/sparkui%2fa",
        "/sparkui%2Fa",
        "/%2fsparkui/a",
        "/sparkui%252fa",
        "/sparkui\\a",
        "/\\sparkui/a",
        "/x\\..\\sparkui\\a",
        "/sparkui%5ca",
        "/x/%2e%2e/sparkui/a",
        "/x/%2E./sparkui/a",
        "/x/..;/sparkui/a",
        "/x/..;a=b/sparkui/a",
        "/x/..%3b/sparkui/a",
        "/x/%252e%252e/sparkui/a",
        "/;/sparkui/a",
        "/;x=y/sparkui/a",
        "/.;/sparkui/a",
        "/%3b/sparkui/a",
        "//sparkui;x/a",
        "/sparkui%3bx/a",
        "/sparkui%3b",
        "/../sparkui/a",
        "/a/b/../../sparkui/a",
        "/a//../sparkui/a",
        "/static/../sparkui/a",
        "/history/../sparkui/a",
        "/api/v1/applications/../../../sparkui/a",
        "/x/..//sparkui//a",
        "/x/..%2fsparkui/a",
        "/x%2f..%2fsparkui/a",
        "/x%2f%2e%2e%2fsparkui%2fa",
        "/x/../sparkui/../sparkui/a"
      })
  void rejectsObfuscatedBase(String path) {
    assertThat(route(path)).isEqualTo(REFUSED);
    assertThat(ROUTES.of(path, "/api")).isEqualTo(REFUSED);
    assertThat(ROUTES.of(path, "/history")).isEqualTo(REFUSED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/x/../proxy/a",
        "/%70roxy/a",
        "/%2570roxy/a",
        "/%u0070roxy/a",
        "//proxy/a",
        "/proxy%2fa",
        "/proxy\\a",
        "/;/proxy"
      })
  void rejectsObfuscatedReverseProxyBase(String path) {
    assertThat(route(path)).isEqualTo(REFUSED);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/x/../sparkui//../a", "/x/../sparkui//..;/a", "/%73parkui//../a"})
  void rejectsBaseBehindEmptySegment(String path) {
    assertThat(route(path)).isEqualTo(REFUSED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/x/../y",
        "//",
        "//x",
        "/x;y=z",
        "/%41",
        "/%2525252541",
        "/%zz",
        "/%",
        "/a%2fb",
        "/a\\b",
        "/x.css",
        "/..",
        "/x/sparkui/a",
        "/x/%73parkui/a",
        "/x/y/../sparkui/a",
        "/sparkui2/a",
        "/%73parkui2/a",
        "/xsparkui;a/b",
        "/SPARKUI/a",
        "/Proxy/a",
        "/sparku",
        "/ä",
        "/a b",
        "/x/../sparkuis/a"
      })
  void passesThroughEveryOtherPath(String path) {
    assertThat(ROUTES.of(path, "")).isEqualTo(HOME);
    assertThat(ROUTES.of(path, "/static")).isEqualTo(ELSEWHERE);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {
        "",
        "*",
        "http://other.example.org/sparkui/app-1/jobs/",
        "http://other.example.org/x/../sparkui/app-1/",
        "sparkui/app-1/",
        "example.org:443"
      })
  void passesThroughTargetThatIsNoPath(String path) {
    assertThat(ROUTES.of(path, "")).isEqualTo(ELSEWHERE);
  }

  @ParameterizedTest
  @CsvSource({
    "pods/etl/nightly-driver, POD, etl, nightly-driver",
    "pods/etl/nightly-driver/, POD, etl, nightly-driver",
    "pods/e-1/a.b-c.0, POD, e-1, a.b-c.0",
    "apps/etl/nightly, SPARK_APPLICATION, etl, nightly",
    "apps/pods/apps, SPARK_APPLICATION, pods, apps"
  })
  void resolvesSubmission(String link, Route.Submission.Kind kind, String namespace, String name) {
    assertThat(route("/sparkui/-/" + link)).isEqualTo(new Route.Submission(kind, namespace, name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pods",
        "pods/",
        "pods/etl",
        "pods/etl/",
        "pods/Etl/a",
        "pods/etl/A",
        "pods/-etl/a",
        "pods/etl/-a",
        "pods/etl/a-",
        "pods/etl/a..b",
        "pods/etl/a.-b",
        "pods/etl/a_b",
        "pods/e.t/a",
        "pods/etl/a/jobs",
        "apps/etl/a/b",
        "jobs/etl/a"
      })
  void findsNoSubmissionForNamesThatKubernetesRejects(String link) {
    assertThat(route("/sparkui/-/" + link)).isEqualTo(MISSING);
  }

  @Test
  void limitsNamesOfSubmissionAsKubernetesDoes() {
    String pods = "/sparkui/-/pods/";
    assertThat(route(pods + "n".repeat(63) + "/" + "p".repeat(253)))
        .isInstanceOf(Route.Submission.class);
    assertThat(route(pods + "n".repeat(64) + "/a")).isEqualTo(MISSING);
    assertThat(route(pods + "etl/" + "p".repeat(254))).isEqualTo(MISSING);
    assertThat(route(pods + "etl/" + "a.".repeat(900) + "a")).isEqualTo(MISSING);
  }

  /** A request in the servlet context that the History Server has for the path. */
  private static Route routeWithDriverBase(String path, String prefix) {
    return routeWithDriverBase("/etl/nightly", "", path, prefix);
  }

  private static Route routeWithDriverBase(
      String base, String webApplication, String path, String prefix) {
    DriverBases bases = new DriverBases("/sparkui");
    ApplicationRegistry registry = new ApplicationRegistry(application -> {}, bases::update);
    registry.apply(SampleApplications.found("here", "app-1"));
    registry.apply(
        new DiscoveryEvent.SettingsReported(
            new SourceRef("static", "here"),
            id("app-1"),
            SampleApplications.STARTED,
            new DriverSettings(true, AccessLists.EMPTY, Optional.of(base))));
    HttpServletRequest request = mock(HttpServletRequest.class);
    when(request.getRequestURI()).thenReturn(path);
    when(request.getContextPath()).thenReturn(webApplication);
    when(request.getHeader("X-Forwarded-Prefix")).thenReturn(prefix);
    return new Routes(
            new ExternalLinks(new Prefixes(Optional::empty), "/sparkui", Deployment.FRONTING),
            bases)
        .of(request);
  }

  /** A container sends only paths below the web application to it. */
  @Test
  void resolvesBaseOfDriverBelowWebApplication() {
    assertThat(routeWithDriverBase("/live/etl/nightly", "/live", "/live/etl/nightly/jobs/", null))
        .isEqualTo(new Route.LiveUi(id("app-1"), "/etl/nightly", "/jobs/"));
    assertThat(routeWithDriverBase("/live/api", "/live", "/live/api/v1/applications", null))
        .isEqualTo(LIST);
  }

  @Test
  void resolvesBaseOfDriver() {
    Route expected = new Route.LiveUi(id("app-1"), "/etl/nightly", "/jobs/");
    assertThat(routeWithDriverBase("/etl/nightly/jobs/", null)).isEqualTo(expected);
    assertThat(routeWithDriverBase("/etl/nightly/jobs/", "/shs")).isEqualTo(expected);
    assertThat(routeWithDriverBase("/etl/other/jobs/", null)).isEqualTo(HOME);
    assertThat(routeWithDriverBase("/sparkui/app-2/jobs/", null))
        .isEqualTo(liveUi("app-2", "/jobs/"));
    assertThat(routeWithDriverBase("/history/app-1/jobs/", null))
        .isEqualTo(history("app-1", "/jobs/", "/history/app-1/jobs/"));
    assertThat(routeWithDriverBase("/static/webui.js", null)).isEqualTo(ELSEWHERE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/etl/nightly/jobs;a=b/",
        "/etl/nightly//jobs/",
        "/etl/nightly/../other/",
        "/etl/nightly/jobs%2fjob/"
      })
  void rejectsObfuscatedPathBelowBaseOfDriver(String path) {
    assertThat(routeWithDriverBase(path, null)).isEqualTo(REFUSED);
  }

  /** The History Server responds with its home page, as to all paths of nobody. */
  @ParameterizedTest
  @ValueSource(
      strings = {"/etl;a/nightly/", "/x/../etl/nightly/", "/%65tl/nightly/", "//etl/nightly/"})
  void findsNoBaseOfDriverInObfuscatedPath(String path) {
    assertThat(routeWithDriverBase(path, null)).isEqualTo(HOME);
  }

  @Test
  void acceptsBaseOfSeveralSegments() {
    Routes routes = new Routes("/live/ui", Deployment.EMBEDDED);
    assertThat(routes.of("/live/ui", "")).isEqualTo(new Route.OverviewPage());
    assertThat(routes.of("/live/ui/-/applications", "")).isEqualTo(new Route.OverviewJson());
    assertThat(routes.of("/live/ui/-/health", "")).isEqualTo(new Route.Health());
    assertThat(routes.of("/live/ui/app-1/jobs/", ""))
        .isEqualTo(new Route.LiveUi(id("app-1"), "/live/ui/app-1", "/jobs/"));
    assertThat(routes.of("/proxy/app-1/jobs/", ""))
        .isEqualTo(new Route.LiveUi(id("app-1"), "/proxy/app-1", "/jobs/"));
    assertThat(routes.of("/live/ui;x/app-1/", "")).isEqualTo(REFUSED);
    assertThat(routes.of("/live//ui/app-1/", "")).isEqualTo(REFUSED);
    assertThat(routes.of("/live;x/ui/app-1/", "")).isEqualTo(REFUSED);
    assertThat(routes.of("/live/x/../ui/app-1/", "")).isEqualTo(REFUSED);
    assertThat(routes.of("/live%2fui/app-1/", "")).isEqualTo(REFUSED);
    assertThat(routes.of("/live", "")).isEqualTo(HOME);
    assertThat(routes.of("/live/uix/", "")).isEqualTo(HOME);
    assertThat(routes.of("/sparkui/app-1/", "")).isEqualTo(HOME);
    assertThat(routes.of("/x/../sparkui/app-1/", "")).isEqualTo(HOME);
  }

  @Test
  void acceptsReverseProxyBaseAsBase() {
    Routes routes = new Routes("/proxy", Deployment.EMBEDDED);
    assertThat(routes.of("/proxy/", "")).isEqualTo(new Route.OverviewPage());
    assertThat(routes.of("/proxy/-/health", "")).isEqualTo(new Route.Health());
    assertThat(routes.of("/proxy/app-1/jobs/", ""))
        .isEqualTo(new Route.LiveUi(id("app-1"), "/proxy/app-1", "/jobs/"));
    assertThat(routes.of("/sparkui/app-1/jobs/", "")).isEqualTo(HOME);
  }

  @Test
  void resolvesLongPathOnSmallStack() throws InterruptedException {
    Route[] read = new Route[1];
    Thread thread =
        new Thread(
            null, () -> read[0] = route("/sparkui" + "/a".repeat(1020)), "small", 256 * 1024);
    thread.setUncaughtExceptionHandler((t, e) -> read[0] = MISSING);
    thread.start();
    thread.join();
    assertThat(read[0]).isInstanceOf(Route.LiveUi.class);
  }
}
