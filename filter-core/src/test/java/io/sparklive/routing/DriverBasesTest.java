// SPDX-License-Identifier: Apache-2.0
package io.sparklive.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.application.AccessLists;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationInfo;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.DiscoveryEvent;
import io.sparklive.application.DriverAddress;
import io.sparklive.application.DriverSettings;
import io.sparklive.application.SourceRef;
import io.sparklive.harness.LoggedLines;
import io.sparklive.routing.DriverBases.Conflict;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bases of drivers in the registry, and the paths below them. */
class DriverBasesTest {
  private static final Instant STARTED = Instant.parse("2026-11-21T08:43:54.879Z");
  private static final String BASE = "/etl/nightly";

  private final DriverBases bases = new DriverBases("/sparkui");
  private final ApplicationRegistry registry =
      new ApplicationRegistry(application -> {}, bases::update);

  private void run(String id, String namespace, String base) {
    SourceRef source = new SourceRef("driver pods", id);
    registry.apply(
        new DiscoveryEvent.DriverFound(
            source,
            new ApplicationId(id),
            true,
            new ApplicationInfo(id, Optional.empty(), STARTED, "ada", "4.2.0"),
            Optional.of(new DriverAddress("10.0.0.7", 4040)),
            Optional.ofNullable(namespace)));
    registry.apply(
        new DiscoveryEvent.SettingsReported(
            source,
            new ApplicationId(id),
            STARTED,
            new DriverSettings(true, AccessLists.EMPTY, Optional.of(base))));
  }

  private void end(String id) {
    registry.apply(
        new DiscoveryEvent.DriverLost(new SourceRef("driver pods", id), STARTED.plusSeconds(9)));
  }

  private Optional<String> ownerOf(String path) {
    return bases.find("", path).map(route -> route.id().value());
  }

  private static Optional<Route.LiveUi> liveUi(String id, String root, String page) {
    return Optional.of(new Route.LiveUi(new ApplicationId(id), root, page));
  }

  private static ApplicationId id(String id) {
    return new ApplicationId(id);
  }

  @Test
  void findsPathsAtAndBelowBase() {
    assertThat(bases.isEmpty()).isTrue();
    run("app-1", "etl", BASE);

    assertThat(bases.isEmpty()).isFalse();
    assertThat(bases.find("", BASE)).isEqualTo(liveUi("app-1", BASE, ""));
    assertThat(bases.find("", BASE + "/")).isEqualTo(liveUi("app-1", BASE, "/"));
    assertThat(bases.find("", BASE + "/jobs/job/")).isEqualTo(liveUi("app-1", BASE, "/jobs/job/"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/etl", "/etl/", "/etl/nightly2/", "/etl/other/", "/x/etl/nightly/", "//etl"})
  void findsNoOtherPath(String path) {
    run("app-1", "etl", BASE);

    assertThat(bases.find("", path)).isEmpty();
  }

  @Test
  void findsBasesOfManySegments() {
    run("app-1", null, "/user/jo/a/b/c");

    assertThat(bases.find("", "/user/jo/a/b/c/jobs/"))
        .isEqualTo(liveUi("app-1", "/user/jo/a/b/c", "/jobs/"));
    assertThat(bases.find("", "/user/jo/a/b/d/jobs/")).isEmpty();
    assertThat(bases.find("", "/user/jo" + "/long".repeat(500))).isEmpty();
  }

  @Test
  void findsBaseThatBeginsWithPrefix() {
    run("app-1", "etl", "/shs/etl/nightly");

    assertThat(bases.find("/shs", "/etl/nightly/jobs/"))
        .isEqualTo(liveUi("app-1", "/etl/nightly", "/jobs/"));
    assertThat(bases.find("", "/etl/nightly/jobs/")).isEmpty();
    assertThat(bases.find("/shs", "/shs/etl/nightly/jobs/"))
        .isEqualTo(liveUi("app-1", "/shs/etl/nightly", "/jobs/"));
  }

  /** Below the prefix, the same rules apply as without one. */
  @ParameterizedTest
  @CsvSource({"/shs/api, /api/v1/x", "/shs/oauth2/callback, /oauth2/callback", "/shs/x, /x/jobs/"})
  void findsNothingOfHistoryServerBelowPrefix(String base, String path) {
    run("app-1", null, base);

    assertThat(bases.find("/shs", path)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/nightly",
        "etl/nightly",
        "https://example.org/etl/nightly",
        "/etl/nightly/",
        "/etl//nightly",
        "//etl/nightly",
        "/etl/../nightly",
        "/etl/%6eightly",
        "/etl;a/nightly",
        "/etl/a\nb",
        "/api/v1/applications",
        "/API/x",
        "/history/app-1",
        "/static/x",
        "/json/x",
        "/log/x",
        "/logPage/x",
        "/metrics/x",
        "/home/x",
        "/proxy/app-2",
        "/sparkui/app-2",
        "/sparkui/-/health",
        "/oauth2/callback",
        "/login/oauth2",
        "/logout/x",
        "/callback/x",
        "/auth/x",
        "/cas/x",
        "/oauth/x",
        "/oidc/x",
        "/openid/x",
        "/saml/x",
        "/saml2/x",
        "/signin/x",
        "/sso/x",
        "/.well-known/x",
        "/_oauth/x"
      })
  void ignoresUnsafeBase(String base) {
    try (LoggedLines log = new LoggedLines()) {
      run("app-1", "etl", base);

      assertThat(bases.isEmpty()).isTrue();
      assertThat(bases.conflicts()).isEmpty();
      assertThat(log.with("WARN"))
          .singleElement()
          .asString()
          .contains("app-1", base.replace('\n', ' '), "spark.ui.proxyBase");
    }
  }

  @Test
  void limitsLengthOfBase() {
    String longest = "/etl/" + "x".repeat(251);
    String tooLong = longest.replace('x', 'y') + "y";
    try (LoggedLines log = new LoggedLines()) {
      run("app-1", "etl", longest);
      run("app-2", "etl", tooLong);

      assertThat(log.with("WARN")).singleElement().asString().contains("app-2", "256 characters");
    }

    assertThat(ownerOf(longest + "/jobs/")).contains("app-1");
    assertThat(bases.find("", tooLong + "/")).isEmpty();
    end("app-1");
    assertThat(ownerOf(longest + "/jobs/")).contains("app-1");
  }

  @Test
  void cutsLongBaseInLog() {
    try (LoggedLines log = new LoggedLines()) {
      run("app-1", "etl", "/etl/" + "x".repeat(10_000));

      assertThat(bases.isEmpty()).isTrue();
      assertThat(log.with("WARN")).singleElement().asString().hasSizeLessThan(600);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/sparkui/app-1", "/proxy/app-1"})
  void acceptsOwnPathInSilence(String base) {
    try (LoggedLines log = new LoggedLines()) {
      run("app-1", "etl", base);

      assertThat(bases.isEmpty()).isTrue();
      assertThat(log.with("WARN")).isEmpty();
    }
  }

  @Test
  void servesNeitherOfTwoDriversWithOneBase() {
    try (LoggedLines log = new LoggedLines()) {
      run("app-1", null, BASE);
      run("app-2", null, BASE);

      assertThat(bases.find("", BASE + "/")).isEmpty();
      assertThat(bases.conflicts())
          .containsExactly(new Conflict(BASE, Optional.empty(), List.of(id("app-1"), id("app-2"))));
      assertThat(log.with("WARN"))
          .singleElement()
          .asString()
          .contains(BASE, "app-1", "app-2", "none of them");
    }

    end("app-1");

    assertThat(ownerOf(BASE + "/")).contains("app-2");
    assertThat(bases.conflicts()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/etl/nightly/jobs", "/etl/nightly/static/x"})
  void servesNeitherBaseWithinAnother(String inner) {
    run("app-1", null, BASE);
    run("app-2", null, inner);

    assertThat(bases.find("", BASE + "/stages/")).isEmpty();
    assertThat(bases.find("", inner + "/")).isEmpty();
    assertThat(bases.conflicts()).hasSize(2);
  }

  @Test
  void servesBasesWithCommonStart() {
    run("app-1", null, BASE);
    run("app-2", null, BASE + "2");

    assertThat(ownerOf(BASE + "/")).contains("app-1");
    assertThat(ownerOf(BASE + "2/")).contains("app-2");
    assertThat(bases.conflicts()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {BASE, "/etl/nightly/jobs"})
  void prefersDriverInNamespaceOfBase(String claimed) {
    run("hostile", "elsewhere", claimed);
    run("app-1", "etl", BASE);

    assertThat(ownerOf(BASE + "/jobs/")).contains("app-1");
    assertThat(bases.conflicts())
        .contains(new Conflict(BASE, Optional.of(id("app-1")), List.of(id("hostile"))));
    end("app-1");
    run("app-3", "etl", BASE);
    assertThat(ownerOf(BASE + "/jobs/")).contains("app-3");
  }

  @Test
  void servesNeitherOfTwoDriversInNamespaceOfBase() {
    run("app-1", "etl", BASE);
    run("app-2", "etl", BASE);

    assertThat(bases.find("", BASE + "/")).isEmpty();
  }

  @Test
  void leadsToEndedApplicationUntilNextRun() {
    run("app-1", "etl", BASE);
    end("app-1");
    assertThat(ownerOf(BASE + "/jobs/")).contains("app-1");

    run("app-2", "etl", BASE);
    assertThat(ownerOf(BASE + "/jobs/")).contains("app-2");
    end("app-2");
    assertThat(ownerOf(BASE + "/jobs/")).contains("app-2");
    run("app-3", "etl", "/etl/nightly/jobs");
    assertThat(ownerOf(BASE + "/jobs/")).contains("app-3");
    assertThat(bases.find("", BASE + "/stages/")).isEmpty();
  }

  @Test
  void leadsNotToEndedApplicationThatWasNotServed() {
    run("app-1", null, BASE);
    run("app-2", null, BASE + "/jobs");
    end("app-1");
    end("app-2");

    assertThat(ownerOf(BASE + "/jobs/")).contains("app-2");
    assertThat(bases.find("", BASE + "/stages/")).isEmpty();
  }

  @Test
  void keepsBaseThatEndedAgain() {
    for (int i = 0; i < 1000; i++) {
      run("app-" + i, "etl", "/etl/run-" + i);
      end("app-" + i);
    }
    run("again", "etl", "/etl/run-0");
    end("again");
    run("app-1000", "etl", "/etl/run-1000");
    end("app-1000");

    assertThat(ownerOf("/etl/run-0/")).contains("again");
    assertThat(bases.find("", "/etl/run-1/")).isEmpty();
  }

  @Test
  void forgetsEldestOfManyEndedApplications() {
    for (int i = 0; i <= 1000; i++) {
      run("app-" + i, "etl", "/etl/run-" + i);
      end("app-" + i);
    }

    assertThat(bases.find("", "/etl/run-0/")).isEmpty();
    assertThat(ownerOf("/etl/run-1/")).contains("app-1");
    assertThat(ownerOf("/etl/run-1000/")).contains("app-1000");
  }
}
