// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security;

import static io.sparklive.it.security.SecureHistory.ids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.HadoopAuthClassPath;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Behind Hadoop's {@code AuthenticationFilter}, which sets the user. Up to Hadoop 3.5 it uses
 * {@code javax.servlet}, so it works with Spark 3 only.
 */
class HadoopAuthFilterIT {
  private static final String HADOOP =
      "org.apache.hadoop.security.authentication.server.AuthenticationFilter";

  @TempDir Path files;

  static List<SparkVersion> versions() {
    return SparkVersion.underTest().stream()
        .filter(version -> version.line().startsWith("3."))
        .toList();
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("versions")
  void appliesAclsToUserSetByFilter(SparkVersion version) throws IOException {
    EventLogs logs = EventLogs.newDirectory("hadoop-auth-" + version);
    try (DriverProcess driver = DriverProcess.builder(version, "Kept").user("olga").start();
        HistoryServerProcess server =
            historyServer(version, logs, driver.address(), false)
                .property("spark.history.ui.acls.enable", "true")
                .property("spark.history.ui.admin.acls", "ada")
                .start()) {
      String id = driver.applicationId();
      String page = "/sparkui/" + id + "/jobs/";
      String rest = "/api/v1/applications/" + id + "/jobs";
      String olga = cookieOf(server, "olga");
      await().untilAsserted(() -> assertThat(ids(server, "Cookie", olga)).contains(id));

      for (String path :
          List.of(
              "/",
              "/api/v1/applications",
              "/static/webui.css",
              "/sparkui/-/health",
              "/sparkui/" + id + "/static/webui.css",
              page,
              rest)) {
        assertThat(server.get(path).statusCode()).as(path).isEqualTo(401);
        // One cookie for all servlet contexts.
        await()
            .untilAsserted(
                () ->
                    assertThat(server.get(path, "Cookie", olga).statusCode())
                        .as(path)
                        .isEqualTo(200));
      }
      for (String path : List.of(page, rest)) {
        assertThat(server.get(path + "?user.name=ada").statusCode()).as(path).isEqualTo(200);
        assertThat(server.get(path + "?user.name=bob").statusCode()).as(path).isEqualTo(403);
        assertThat(server.get(path, "Cookie", olga.replace("u=olga", "u=ada")).statusCode())
            .as("forged cookie for " + path)
            .isEqualTo(401);
      }
      assertThat(server.log()).doesNotContain("Live content requires a user");
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("versions")
  void deniesLiveContentToAnonymousUser(SparkVersion version) throws IOException {
    EventLogs logs = EventLogs.newDirectory("hadoop-anonymous-" + version);
    try (DriverProcess driver = DriverProcess.builder(version, "Kept").user("olga").start();
        HistoryServerProcess server =
            historyServer(version, logs, driver.address(), true).start()) {
      String page = "/sparkui/" + driver.applicationId() + "/jobs/";
      await()
          .untilAsserted(
              () -> assertThat(server.get("/sparkui/-/health").body()).contains("\"live\": 1"));
      assertThat(ids(server)).isEmpty();

      HttpResponse<String> anonymous = server.get(page);
      assertThat(anonymous.statusCode()).isEqualTo(401);
      assertThat(anonymous.body()).contains("as requireUser is auto", HADOOP);
      assertThat(server.get(page + "?user.name=bob").statusCode()).isEqualTo(200);
      assertThat(server.get(page).body()).contains("Login required").doesNotContain(HADOOP);
      assertThat(server.log().lines().filter(line -> line.contains("Live content requires a user")))
          .hasSize(1);
    }
  }

  private HistoryServerProcess.Builder historyServer(
      SparkVersion version, EventLogs logs, String driver, boolean anonymous) throws IOException {
    String parameter = "spark." + HADOOP + ".param.";
    Path secret = Files.writeString(files.resolve("secret"), "The same for all servlet contexts");
    return SecureHistory.historyServer(version, logs, driver)
        .classPathBefore(HadoopAuthClassPath.of(version))
        .property("spark.ui.filters", HADOOP + "," + SecureHistory.FILTER)
        .property(parameter + "type", "simple")
        .property(parameter + "simple.anonymous.allowed", Boolean.toString(anonymous))
        .property(parameter + "signature.secret.file", secret.toString())
        .property(parameter + "cookie.path", "/");
  }

  /** The part of Hadoop's cookie that contains the user's name. */
  private static String cookieOf(HistoryServerProcess server, String user) {
    String cookie =
        server.get("/?user.name=" + user).headers().firstValue("Set-Cookie").orElseThrow();
    assertThat(cookie).contains("Path=/");
    return cookie.split(";", 2)[0];
  }
}
