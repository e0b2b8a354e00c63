// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security;

import static io.sparklive.it.security.SecureHistory.ids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Behind Spark's own {@code JWSFilter}, new in Spark 4.0: it sets no user. */
@Tag("war")
class JwsFilterIT {
  private static final String JWS = "org.apache.spark.ui.JWSFilter";
  private static final String KEY = "The key of this History Server..";
  private static final String HEADER = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
  private static final String PROBLEM = "Live content requires a user";

  static List<SparkVersion> versions() {
    return SparkVersion.underTest().stream()
        .filter(version -> !version.line().startsWith("3."))
        .toList();
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("versions")
  void showsLiveContentToEveryRequestWithToken(SparkVersion version) {
    EventLogs logs = EventLogs.newDirectory("jws-" + version);
    try (DriverProcess driver = DriverProcess.builder(version, "Behind JWS").user("olga").start();
        HistoryServerProcess server = historyServer(version, logs, driver.address()).start()) {
      String[] token = {"Authorization", "Bearer " + token(HEADER, "{\"sub\":\"ada\"}", KEY)};
      String id = driver.applicationId();
      await().untilAsserted(() -> assertThat(ids(server, token)).contains(id));

      for (String path : paths(id, server.isBehindWar())) {
        assertThat(server.get(path, token).statusCode()).as(path).isEqualTo(200);
        assertThat(server.get(path).statusCode()).as(path).isEqualTo(403);
      }
      for (String path : pathsThatOtherFiltersLetThrough(id)) {
        assertThat(server.get(path).statusCode()).as(path).isEqualTo(403);
      }
      for (String credentials : wrongCredentials()) {
        HttpResponse<String> live =
            server.get("/sparkui/" + id + "/jobs/", "Authorization", credentials);
        assertThat(live.statusCode()).as(credentials).isEqualTo(403);
      }
      assertThat(server.log()).doesNotContain(PROBLEM);
      if (!server.isBehindWar()) {
        assertThat(server.log()).contains("login not required behind " + JWS);
      }
    }
  }

  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("versions")
  void reportsThatAclsRequireUser(SparkVersion version) {
    EventLogs logs = EventLogs.newDirectory("jws-acls-" + version);
    try (HistoryServerProcess server =
        historyServer(version, logs, "127.0.0.1:1")
            .property("spark.history.ui.acls.enable", "true")
            .start()) {
      String[] token = {"Authorization", "Bearer " + token(HEADER, "{}", KEY)};
      await().untilAsserted(() -> assertThat(server.log()).contains(PROBLEM));

      HttpResponse<String> overview = server.get("/sparkui/", token);
      assertThat(overview.statusCode()).isEqualTo(401);
      String why =
          "as spark.history.ui.acls.enable is on, and no filter in spark.ui.filters sets one"
              + " (filters: org.apache.spark.ui.JWSFilter)";
      assertThat(overview.body()).contains(why);
      assertThat(server.log().lines().filter(line -> line.contains(PROBLEM)))
          .singleElement()
          .asString()
          .contains("WARN", why);
    }
  }

  private static HistoryServerProcess.Builder historyServer(
      SparkVersion version, EventLogs logs, String driver) {
    return SecureHistory.historyServer(version, logs, driver)
        .property("spark.ui.filters", JWS + "," + SecureHistory.FILTER)
        .property("spark." + JWS + ".param.secretKey", base64(KEY));
  }

  private static List<String> paths(String id, boolean behindWar) {
    List<String> paths =
        new ArrayList<>(
            List.of(
                "/",
                "/api/v1/applications",
                "/api/v1/version",
                "/static/webui.css",
                "/sparkui/",
                "/sparkui/-/applications",
                "/sparkui/" + id + "/jobs/",
                "/sparkui/" + id + "/environment/",
                "/proxy/" + id + "/executors/",
                "/api/v1/applications/" + id,
                "/api/v1/applications/" + id + "/jobs"));
    if (!behindWar) {
      // The WAR responds to these paths itself.
      paths.add("/sparkui/-/health");
      paths.add("/sparkui/-/metrics");
      paths.add("/sparkui/" + id + "/static/webui.css");
    }
    return paths;
  }

  private static List<String> pathsThatOtherFiltersLetThrough(String id) {
    return List.of(
        "/sparkui/" + id + "/environment/x.css",
        "/api/v1/applications/" + id + "/environment;.css",
        "/history/" + id + "/environment/;.css",
        "/x.js");
  }

  private static List<String> wrongCredentials() {
    String good = token(HEADER, "{}", KEY);
    return List.of(
        good,
        "bearer " + good,
        "Basic " + base64("ada:secret"),
        "Bearer " + good.substring(0, good.lastIndexOf('.') + 1),
        "Bearer " + token(HEADER, "{}", "Another key, as long as that one"),
        "Bearer " + base64("{\"alg\":\"none\"}") + "." + base64("{\"sub\":\"ada\"}") + ".",
        "Bearer " + token(HEADER, "{\"exp\":" + (Instant.now().getEpochSecond() - 60) + "}", KEY));
  }

  /** RFC 7515, section 3.1. */
  private static String token(String header, String claims, String key) {
    String signed = base64(header) + "." + base64(claims);
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return signed + "." + base64(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
