// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.harness.Container;
import io.sparklive.harness.HistoryServerPlan;
import io.sparklive.harness.OneLiveApplication;
import io.sparklive.harness.Reply;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Paths that a login or a check before the filter could read differently than the driver. */
class UnsafePathsFilterTest {
  private static final String ID = "app-20261121083600-0000";

  /** The container rejects some of them before the filter. */
  @Nested
  @ParameterizedClass
  @EnumSource(Container.class)
  class InStrictContainer extends OneLiveApplication {
    @ParameterizedTest
    @MethodSource("io.sparklive.UnsafePathsFilterTest#underABase")
    void rejectsUnsafePathsUnderBase(String path) {
      assertThat(server.get(path).status()).isEqualTo(400);
      assertThat(driver.requests()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("io.sparklive.UnsafePathsFilterTest#hidingABase")
    void rejectsPathsThatHideBase(String path) {
      assertThat(server.get(path).status()).isEqualTo(400);
      assertThat(driver.requests()).isEmpty();
    }
  }

  /** The container passes every path, as that of Spark 3.5 does: the filter rejects them. */
  @Nested
  @ParameterizedClass
  @EnumSource(Container.class)
  class InLenientContainer extends OneLiveApplication {
    @Override
    protected HistoryServerPlan plan() {
      return new HistoryServerPlan().lenient();
    }

    @ParameterizedTest
    @MethodSource("io.sparklive.UnsafePathsFilterTest#underABase")
    void rejectsUnsafePathsUnderBase(String path) {
      assertRejected(path);
    }

    @ParameterizedTest
    @MethodSource("io.sparklive.UnsafePathsFilterTest#hidingABase")
    void rejectsPathsThatHideBase(String path) {
      assertRejected(path);
    }

    @ParameterizedTest
    @MethodSource("io.sparklive.UnsafePathsFilterTest#outsideABase")
    void passesUnsafePathsOutsideBaseToHistoryServer(String path) {
      assertThat(server.get(path).status()).isIn(200, 302, 404);
      assertThat(driver.requests()).isEmpty();
    }

    @Test
    void rejectsKillRequestsOnNonCanonicalPaths() {
      for (String method : List.of("GET", "POST", "HEAD")) {
        for (String path :
            List.of(
                "/jobs/job/kill;a=b/?id=0",
                "/jobs;a/job/kill/?id=0",
                "/x/../jobs/job/kill/?id=0",
                "/jobs/job/%6bill/?id=0",
                "/jobs//job/kill/?id=0")) {
          assertThat(server.request(method, "/sparkui/" + ID + path).status())
              .as(method + " " + path)
              .isEqualTo(400);
        }
      }
      assertThat(driver.requests()).isEmpty();
    }

    private void assertRejected(String path) {
      Reply reply = server.get(path);
      assertThat(reply.status()).isEqualTo(400);
      assertThat(driver.requests()).isEmpty();
      assertThat(server.passed()).isEmpty();
    }
  }

  /** Paths below the application, under both bases. */
  static Stream<String> underABase() {
    return Stream.of("/sparkui/" + ID, "/proxy/" + ID)
        .flatMap(
            live ->
                Stream.of(
                        "/jobs/%6aob/",
                        "/jobs/a%2fb/",
                        "/jobs/a%5cb/",
                        "/jobs/a%252fb/",
                        "/jobs/%2e%2e/",
                        "/jobs/%2e/",
                        "/%2e%2e/%2e%2e/",
                        "/jobs/%0d%0aX:y/",
                        "/jobs/%00/",
                        "/jobs/%zz/",
                        "/jobs/%u0041/",
                        "/jobs/../stages/",
                        "/jobs/./",
                        "/jobs/..",
                        "/..",
                        "/../../api/v1/applications",
                        "/jobs/..;/stages/",
                        "/jobs;a=b/",
                        "/jobs/;jsessionid=1",
                        ";a=b/jobs/",
                        ";/",
                        "//jobs/",
                        "/jobs//",
                        "//",
                        "/jobs/a|b/",
                        "/jobs/a\\b/",
                        "/jobs/<b>/",
                        "/jobs/\"/",
                        "/jobs/[1]/",
                        "/jobs/{1}/",
                        "/environment/%78.css",
                        "/environment/x.css;y",
                        "/static/../environment/x.css",
                        "/static//x.css",
                        "/" + "long/".repeat(420))
                    .map(page -> live + page));
  }

  /** Paths that are not under a base as they are spelled. */
  static Stream<String> hidingABase() {
    return Stream.of("sparkui", "proxy")
        .flatMap(
            base ->
                Stream.of(
                        "/x/../BASE/ID/jobs/",
                        "/x//../BASE/ID/jobs/",
                        "/./BASE/ID/jobs/",
                        "//BASE/ID/jobs/",
                        "/BASE;a=b/ID/jobs/",
                        "/;a/BASE/ID/jobs/",
                        "/%41/../BASE/ID/jobs/",
                        "/x/%2e%2e/BASE/ID/jobs/",
                        "/x/..;/BASE/ID/jobs/",
                        "/x%2f..%2fBASE/ID/jobs/",
                        "/%2fBASE/ID/jobs/",
                        "/x/..%5cBASE/ID/jobs/",
                        "/"
                            + "%"
                            + Integer.toHexString(base.charAt(0))
                            + base.substring(1)
                            + "/ID/",
                        "/%25" + Integer.toHexString(base.charAt(0)) + base.substring(1) + "/ID/",
                        "/static/../BASE/ID/jobs/x.css",
                        "/api/../BASE/ID/jobs/",
                        "/history/../BASE/ID/jobs/",
                        "/api/v1/applications/../../../BASE/ID/jobs/")
                    .map(path -> path.replace("BASE", base).replace("ID", ID)));
  }

  /** The History Server's own paths in a form that the filter never forwards to drivers. */
  static Stream<String> outsideABase() {
    return Stream.of(
        "/api/v1/applications/" + ID + "/jobs;a=b",
        "/api/v1/applications/" + ID + "/%6aobs",
        "/api/v1/applications/" + ID + "/../" + ID + "/jobs",
        "/api/v1/applications//" + ID + "/jobs",
        "/api/v1/applications/" + ID + "/environment;.css",
        "/api/v1/applications/;a/" + ID + "/jobs",
        "/history/" + ID + "/jobs;a=b/",
        "/history/" + ID + "/%2e%2e/jobs/",
        "/history/" + ID + "//jobs/",
        "/sparkuis/" + ID + "/jobs/",
        "/SPARKUI/" + ID + "/jobs/",
        "/x/sparkui/" + ID + "/jobs/",
        "/a;b/c%20d/x.css");
  }
}
