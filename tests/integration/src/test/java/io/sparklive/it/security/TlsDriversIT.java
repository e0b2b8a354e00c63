// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security;

import static io.sparklive.it.security.SecureHistory.ids;
import static io.sparklive.it.security.SecureHistory.parameter;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.KillButton;
import io.sparklive.testkit.SparkVersion;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Drivers whose UI uses HTTPS, beside one whose UI does not. */
@Tag("war")
@ParameterizedClass
@MethodSource("io.sparklive.testkit.SparkVersion#ends")
class TlsDriversIT {
  @TempDir private static Path directory;
  private static Path elsewhere;
  private static Path onlyElsewhere;
  private static DriverProcess named;
  private static DriverProcess misnamed;
  private static DriverProcess plain;
  private static HistoryServerProcess server;

  @Parameter SparkVersion version;

  @BeforeParameterizedClassInvocation
  static void start(SparkVersion version) {
    KeyStores stores = new KeyStores(directory);
    Path here = stores.serverOf("here-" + version, "dns:localhost");
    elsewhere = stores.serverOf("elsewhere-" + version, "dns:other.example");
    onlyElsewhere = stores.trusting("elsewhere-" + version + ".jks", "JKS", elsewhere);
    named = overTls(version, "Has its name", here);
    misnamed = overTls(version, "Has another name", elsewhere);
    plain = DriverProcess.builder(version, "Without TLS").start();
    server =
        historyServer(version, "localhost:" + named.port(), misnamed.address(), plain.address())
            .property(
                parameter("driverTrustStore"),
                stores
                    .trusting("both-" + version + ".p12", KeyStores.TYPE, here, elsewhere)
                    .toString())
            .property(parameter("driverTrustStorePassword"), KeyStores.PASSWORD)
            .start();
    await().untilAsserted(() -> assertThat(ids(server)).contains(named.applicationId()));
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    server.close();
    List.of(named, misnamed, plain).forEach(DriverProcess::close);
  }

  @Test
  void areListedIfTrustedBesidePlainDriver() {
    assertThat(tlsPort(named)).isNotEqualTo(named.port());
    await()
        .untilAsserted(
            () ->
                assertThat(ids(server))
                    .containsExactlyInAnyOrder(
                        named.applicationId(), misnamed.applicationId(), plain.applicationId()));
  }

  @Test
  void hideTlsPortInPagesAndResponses() {
    for (DriverProcess driver : List.of(named, misnamed)) {
      String id = driver.applicationId();
      for (String path :
          List.of(
              "/sparkui/" + id + "/jobs/",
              "/proxy/" + id + "/stages/",
              "/sparkui/" + id + "/storage/",
              "/sparkui/" + id + "/environment/",
              "/sparkui/" + id + "/executors/",
              "/sparkui/" + id + "/static/webui.css",
              "/api/v1/applications",
              "/api/v1/applications/" + id,
              "/api/v1/applications/" + id + "/jobs",
              "/api/v1/applications/" + id + "/allexecutors")) {
        HttpResponse<String> response = server.get(path);
        assertThat(response.statusCode()).as(path).isEqualTo(200);
        assertThat(response.body())
            .as(path)
            .doesNotContain(":" + tlsPort(driver), "https://localhost", "https://127.0.0.1");
      }
      assertThat(server.get("/sparkui/" + id + "/jobs/").body()).contains(nameOf(driver));
    }
  }

  @Test
  void keepRedirectsOnHistoryServerOrigin() {
    for (DriverProcess driver : List.of(named, misnamed)) {
      String id = driver.applicationId();
      assertRedirects("/sparkui/" + id, "/sparkui/" + id + "/");
      assertRedirects("/sparkui/" + id + "/", "/sparkui/" + id + "/jobs/");
      assertRedirects("/proxy/" + id + "/", "/proxy/" + id + "/jobs/");
      assertRedirects("/history/" + id + "/jobs/", "/sparkui/" + id + "/jobs/");
    }
  }

  @Test
  void killJobOverTls() {
    named.startJob("Too long", 1, Duration.ofHours(1));
    String jobs = "/api/v1/applications/" + named.applicationId() + "/jobs";
    await().untilAsserted(() -> assertThat(server.get(jobs).body()).contains("RUNNING"));

    String root = "/sparkui/" + named.applicationId() + "/jobs/";
    HttpResponse<String> response =
        server.send(KillButton.on(server.get(root).body(), 0).post(server.uri()).build());

    assertThat(response.statusCode()).isEqualTo(302);
    assertThat(response.headers().firstValue("Location")).contains(root);
    await().untilAsserted(() -> assertThat(server.get(jobs).body()).contains("FAILED"));
  }

  @Test
  void needJvmTrustAndMatchingNameByDefault() {
    try (HistoryServerProcess withoutTrustStore =
        historyServer(version, named.address(), "localhost:" + misnamed.port(), plain.address())
            .jvmOptions(
                "-Djavax.net.ssl.trustStore=" + onlyElsewhere,
                "-Djavax.net.ssl.trustStorePassword=" + KeyStores.PASSWORD)
            .start()) {
      await()
          .untilAsserted(() -> assertThat(ids(withoutTrustStore)).contains(plain.applicationId()));
      await()
          .untilAsserted(
              () ->
                  assertThat(withoutTrustStore.log())
                      .containsPattern(notTrusted("127.0.0.1", named, "PKIX path building failed"))
                      .containsPattern(notTrusted("localhost", misnamed, "matching localhost")));
      assertThat(ids(withoutTrustStore)).containsExactly(plain.applicationId());
      assertThat(withoutTrustStore.get("/sparkui/" + named.applicationId() + "/jobs/").statusCode())
          .isEqualTo(404);
    }
  }

  private static void assertRedirects(String from, String to) {
    HttpResponse<String> response = server.get(from);
    assertThat(response.statusCode()).as(from).isEqualTo(302);
    assertThat(response.headers().firstValue("Location")).as(from).contains(to);
  }

  private static HistoryServerProcess.Builder historyServer(
      SparkVersion version, String... drivers) {
    return SecureHistory.historyServer(version, EventLogs.newDirectory("tls-" + version), drivers);
  }

  private static DriverProcess overTls(SparkVersion version, String name, Path keyStore) {
    return DriverProcess.builder(version, name)
        .properties(
            Map.of(
                "spark.ssl.ui.enabled", "true",
                "spark.ssl.ui.keyStore", keyStore.toString(),
                "spark.ssl.ui.keyStoreType", KeyStores.TYPE,
                "spark.ssl.ui.keyStorePassword", KeyStores.PASSWORD,
                "spark.ssl.ui.keyPassword", KeyStores.PASSWORD))
        .start();
  }

  private static String notTrusted(String host, DriverProcess driver, String why) {
    return "TLS certificate of the driver at %s:%d is not trusted.*%s"
        .formatted(host, tlsPort(driver), why);
  }

  private static int tlsPort(DriverProcess driver) {
    return URI.create(driver.get("/jobs/").headers().firstValue("Location").orElseThrow())
        .getPort();
  }

  private static String nameOf(DriverProcess driver) {
    return driver == named ? "Has its name" : "Has another name";
  }
}
