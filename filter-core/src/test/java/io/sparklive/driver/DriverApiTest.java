// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import static io.sparklive.application.SampleApplications.addressOf;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationInfo;
import io.sparklive.application.DriverAddress;
import io.sparklive.testkit.driver.FakeDriver;
import io.sparklive.testkit.driver.Script;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DriverApiTest {
  private static final ProbeResult NOT_A_DRIVER = new ProbeResult.NotADriver();
  private static final ProbeResult NO_RESPONSE = new ProbeResult.NoResponse();
  private static final String JSON = "application/json";
  private static final String DRIVER_LIST =
      """
      [ {
        "id" : "local-1795250635650",
        "name" : "run-4.2.0",
        "attempts" : [ {
          "startTime" : "2026-11-21T08:43:54.879GMT",
          "endTime" : "1969-12-31T23:59:59.999GMT",
          "lastUpdated" : "2026-11-21T08:43:54.879GMT",
          "duration" : 5121,
          "sparkUser" : "root",
          "completed" : false,
          "appSparkVersion" : "4.2.0",
          "startTimeEpoch" : 1795250634879,
          "endTimeEpoch" : -1,
          "lastUpdatedEpoch" : 1795250634879
        } ]
      } ]\
      """;

  private static final List<Request> REQUESTS = new CopyOnWriteArrayList<>();
  private static Server server;
  private static DriverAddress address;
  private static DriverHttpClient client;
  private static volatile ScriptedResponse scripted = new ScriptedResponse(200, JSON, "");

  private final DriverApi api = api(Duration.ofSeconds(5));
  private final DriverApi shortTimeout = api(Duration.ofMillis(200));

  private record ScriptedResponse(
      int status, String type, String body, Optional<HttpField> header) {
    ScriptedResponse(int status, String type, String body) {
      this(status, type, body, Optional.empty());
    }
  }

  private static DriverApi api(Duration timeout) {
    return new DriverApi(client.client(), "spark-live-history-1", timeout);
  }

  @BeforeAll
  static void startServer() throws Exception {
    server = new Server();
    ServerConnector connector = new ServerConnector(server, 1, 1);
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(
        new Handler.Abstract() {
          @Override
          public boolean handle(Request request, Response response, Callback callback) {
            REQUESTS.add(request);
            response.setStatus(scripted.status);
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, scripted.type);
            scripted.header.ifPresent(response.getHeaders()::put);
            response.write(true, ByteBuffer.wrap(scripted.body.getBytes(UTF_8)), callback);
            return true;
          }
        });
    server.start();
    address = new DriverAddress("127.0.0.1", connector.getLocalPort());
    client = new DriverHttpClient(8);
  }

  @AfterAll
  static void stopServer() throws Exception {
    client.close();
    server.stop();
  }

  @BeforeEach
  void forgetRequests() {
    REQUESTS.clear();
  }

  private static ProbeResult reply(CompletableFuture<ProbeResult> reply) throws Exception {
    return reply.get(5, TimeUnit.SECONDS);
  }

  private ProbeResult replyTo(String body) throws Exception {
    scripted = new ScriptedResponse(200, JSON, body);
    ProbeResult result = reply(api.probe(address));
    // The server responds immediately.
    assertThat(result)
        .as(() -> "%d requests received: %s".formatted(REQUESTS.size(), client.client().dump()))
        .isNotEqualTo(NO_RESPONSE);
    return result;
  }

  private ApplicationInfo infoIn(String body) throws Exception {
    return ((ProbeResult.Running) replyTo(body)).info();
  }

  @Test
  void readsApplicationOfDriver() throws Exception {
    assertThat(replyTo(DRIVER_LIST))
        .isEqualTo(
            new ProbeResult.Running(
                new ApplicationId("local-1795250635650"),
                new ApplicationInfo(
                    "run-4.2.0",
                    Optional.empty(),
                    Instant.parse("2026-11-21T08:43:54.879Z"),
                    "root",
                    "4.2.0"),
                address));
  }

  @Test
  void requestsListWithViaHeader() throws Exception {
    replyTo(DRIVER_LIST);

    assertThat(REQUESTS).hasSize(1);
    Request request = REQUESTS.get(0);
    HttpFields headers = request.getHeaders();
    assertThat(request.getMethod()).isEqualTo("GET");
    assertThat(request.getHttpURI().getPathQuery()).isEqualTo("/api/v1/applications");
    assertThat(headers.getValuesList(HttpHeader.ACCEPT)).containsExactly(JSON);
    assertThat(headers.getValuesList(HttpHeader.VIA)).containsExactly("1.1 spark-live-history-1");
    assertThat(headers.get(HttpHeader.HOST)).isEqualTo(address.toString());
  }

  /** Jetty's client opens socket channels, which the JVM connects without a proxy. */
  @Test
  void usesNoProxyOfJvm() throws Exception {
    Map<String, String> proxies =
        Map.of(
            "http.proxyHost", "proxy.invalid",
            "socksProxyHost", "proxy.invalid",
            "http.nonProxyHosts", "none",
            "socksNonProxyHosts", "none");
    Map<String, String> before = new HashMap<>();
    proxies.forEach((name, value) -> before.put(name, System.setProperty(name, value)));
    try (DriverHttpClient client = new DriverHttpClient(8)) {
      scripted = new ScriptedResponse(200, JSON, DRIVER_LIST);

      assertThat(
              reply(
                  new DriverApi(client.client(), "spark-live-history-1", Duration.ofSeconds(5))
                      .probe(address)))
          .isInstanceOf(ProbeResult.Running.class);
    } finally {
      proxies.keySet().forEach(System::clearProperty);
      before.values().removeIf(Objects::isNull);
      before.forEach(System::setProperty);
    }
  }

  @Test
  void readsAttempt() throws Exception {
    assertThat(
            infoIn(DRIVER_LIST.replace("\"startTime\" :", "\"attemptId\" : \"2\", \"startTime\" :"))
                .attemptId())
        .contains("2");
  }

  @ParameterizedTest
  @CsvSource({
    "200, text/html;charset=utf-8, <html>Please wait a while</html>",
    "404, text/html, Spark is starting up. Please wait a while until it's ready.",
    "404, text/html, <html>Not Found</html>",
    "200, text/html, ''",
    "503, text/plain, starting",
    "500, text/html, <html>error</html>"
  })
  void reportsOtherProgramsAsNotADriver(int status, String type, String body) throws Exception {
    scripted = new ScriptedResponse(status, type, body);

    assertThat(reply(api.probe(address))).isEqualTo(NOT_A_DRIVER);
  }

  @Test
  void recognizesStartupPageOfSpark() throws Exception {
    for (String page :
        List.of(
            "Spark is starting up. Please wait a while until it's ready.",
            "<html>Spark is starting up. Please wait a while</html>")) {
      scripted = new ScriptedResponse(200, "text/html;charset=utf-8", page);
      assertThat(reply(api.probe(address))).isEqualTo(new ProbeResult.StartingUp());
    }
    scripted =
        new ScriptedResponse(200, JSON, DRIVER_LIST.replace("Night shift", "Spark is starting up"));
    assertThat(reply(api.probe(address))).isInstanceOf(ProbeResult.Running.class);
  }

  @Test
  void reportsAuthRequiredFor401And403() throws Exception {
    for (int status : new int[] {401, 403}) {
      scripted = new ScriptedResponse(status, JSON, DRIVER_LIST);
      assertThat(reply(api.probe(address))).isEqualTo(new ProbeResult.AuthRequired(address));
    }
  }

  @Test
  void reportsOtherStatusesAsNotADriver() throws Exception {
    for (int status : new int[] {201, 203, 404, 500}) {
      scripted = new ScriptedResponse(status, JSON, DRIVER_LIST);
      assertThat(reply(api.probe(address))).as("%d", status).isEqualTo(NOT_A_DRIVER);
    }
  }

  @Test
  void followsNoLoginRedirect() throws Exception {
    ProbeResult authRequired = new ProbeResult.AuthRequired(address);
    for (String location :
        List.of(
            "/login?again",
            "https://login.example.org/authorize",
            "http://127.0.0.1:1/api/v1/applications",
            "https://127.0.0.1:99999/",
            "https://:443/",
            "nonsense:",
            "%")) {
      assertThat(redirected(301, location)).isEqualTo(NOT_A_DRIVER);
      assertThat(redirected(302, location)).as(location).isEqualTo(authRequired);
      assertThat(redirected(303, location)).isEqualTo(authRequired);
      assertThat(redirected(307, location)).isEqualTo(authRequired);
      assertThat(redirected(308, location)).isEqualTo(NOT_A_DRIVER);
    }
  }

  @Test
  void followsHttpsRedirectToSameHostOnce() throws Exception {
    for (int status : new int[] {301, 302, 307, 308}) {
      assertThat(redirected(status, "https://127.0.0.1:1/api/v1/applications"))
          .isEqualTo(new ProbeResult.ConnectionRefused());
    }
    // The port does not speak TLS.
    String itself = "https://127.0.0.1:" + address.port() + "/api/v1/applications";
    assertThat(redirected(302, itself)).isEqualTo(new ProbeResult.NoResponse());
  }

  private ProbeResult redirected(int status, String location) throws Exception {
    REQUESTS.clear();
    scripted =
        new ScriptedResponse(
            status, JSON, DRIVER_LIST, Optional.of(new HttpField(HttpHeader.LOCATION, location)));
    ProbeResult reply = reply(api.probe(address));
    assertThat(REQUESTS).hasSize(1);
    return reply;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[ ]",
        "{ }",
        "7",
        "\"x\"",
        "[ null ]",
        "[ 7 ]",
        "[ [ ] ]",
        "[ { } ]",
        "[ {",
        "not json",
        "<html></html>",
        "\u0000",
        "[ { \"id\" : \"a\" } ]",
        "[ { \"id\" : \"a\", \"attempts\" : [ ] } ]",
        "[ { \"id\" : \"a\", \"attempts\" : [ null ] } ]",
        "[ { \"id\" : \"a\", \"attempts\" : [ 7 ] } ]",
        "[ { \"id\" : \"a\", \"attempts\" : [ { } ] } ]",
        "[ { \"id\" : \"a\", \"attempts\" : [ { \"completed\" : false } ] } ]",
        "[ { \"id\" : \"a\", \"attempts\" : [ { \"startTimeEpoch\" : 1 } ] } ]",
        "[ { \"id\" : \"a\", \"attempts\" : [ { \"completed\" : null, \"startTimeEpoch\" : 1 } ] }"
            + " ]",
        "[ { \"id\" : \"a\", \"attempts\" : [ { \"completed\" : { }, \"startTimeEpoch\" : 1 } ] }"
            + " ]",
        "[ { \"id\" : \"a\", \"attempts\" : [ { \"completed\" : [ ], \"startTimeEpoch\" : 1 } ] }"
            + " ]",
        "[ { \"attempts\" : [ { \"completed\" : false, \"startTimeEpoch\" : 1 } ] } ]"
      })
  void reportsMalformedListAsNotADriver(String body) throws Exception {
    assertThat(replyTo(body)).isEqualTo(NOT_A_DRIVER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "{ }", "7", "\"x\"", "true"})
  void reportsMalformedAttemptsAsNotADriver(String attempts) throws Exception {
    assertThat(replyTo("[ { \"id\" : \"a\", \"attempts\" : " + attempts + " } ]"))
        .isEqualTo(NOT_A_DRIVER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nonsense", "utf-99", "'", "x-;y"})
  void toleratesUnknownCharset(String charset) throws Exception {
    scripted = new ScriptedResponse(200, JSON + ";charset=" + charset, DRIVER_LIST);

    assertThat(reply(api.probe(address))).isNotNull();
  }

  @Test
  void reportsSeveralApplicationsAsNotADriver() throws Exception {
    String entry = DRIVER_LIST.substring(1, DRIVER_LIST.length() - 1);

    assertThat(replyTo("[" + entry + "," + entry + "]")).isEqualTo(NOT_A_DRIVER);
  }

  @Test
  void reportsSeveralAttemptsAsNotADriver() throws Exception {
    String attempt = "{ \"completed\" : false, \"startTimeEpoch\" : 1 }";

    assertThat(replyTo("[ { \"id\" : \"a\", \"attempts\" : [ " + attempt + " ] } ]"))
        .isInstanceOf(ProbeResult.Running.class);
    assertThat(
            replyTo("[ { \"id\" : \"a\", \"attempts\" : [ " + attempt + "," + attempt + " ] } ]"))
        .isEqualTo(NOT_A_DRIVER);
  }

  @Test
  void reportsCompletedApplicationAsNotADriver() throws Exception {
    assertThat(replyTo(DRIVER_LIST.replace("\"completed\" : false", "\"completed\" : true")))
        .isEqualTo(NOT_A_DRIVER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"\"",
        "\"<script>\"",
        "\"../../x\"",
        "\"a/b\"",
        "\"a b\"",
        "\"-a\"",
        "\"a\\u0000\"",
        "\"a\\r\\nX: y\"",
        "null",
        "{ }",
        "[ ]"
      })
  void reportsInvalidIdAsNotADriver(String id) throws Exception {
    assertThat(replyTo(DRIVER_LIST.replace("\"local-1795250635650\"", id))).isEqualTo(NOT_A_DRIVER);
  }

  @Test
  void sanitizesHostileValues() throws Exception {
    ApplicationInfo info =
        infoIn(
            """
            [ { "id" : "a", "name" : "<script>alert(1)</script>\\r\\n", "attempts" : [ {
              "attemptId" : "<b>", "completed" : false, "startTimeEpoch" : 1,
              "sparkUser" : "<img src=x>", "appSparkVersion" : "<svg onload=x>" } ] } ]\
            """);

    assertThat(info.name()).isEqualTo("<script>alert(1)</script>  ");
    assertThat(info.listedName()).isEqualTo("‹script>alert(1)‹/script>  ");
    assertThat(info.listedUser()).isEqualTo("‹img src=x>");
    assertThat(info.sparkVersion()).isEqualTo("unknown");
    assertThat(info.attemptId()).isEmpty();
  }

  @Test
  void readsMissingFieldsAsEmptyOrUnknown() throws Exception {
    ApplicationInfo info =
        infoIn(
            """
            [ { "id" : "a", "name" : null, "attempts" : [ {
              "completed" : false, "startTimeEpoch" : 1, "sparkUser" : null } ] } ]\
            """);

    assertThat(info)
        .isEqualTo(
            new ApplicationInfo("", Optional.empty(), Instant.ofEpochMilli(1), "", "unknown"));
  }

  @Test
  void readsUtf8() throws Exception {
    assertThat(infoIn(DRIVER_LIST.replace("run-4.2.0", "Größe 東京 🚀")).name())
        .isEqualTo("Größe 東京 🚀");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-1, 0",
    "-9223372036854775808, 0",
    "9223372036854775807, 9223372036854775807"
  })
  void limitsStartTimeToEpoch(String start, long millis) throws Exception {
    assertThat(
            infoIn(
                    DRIVER_LIST.replace(
                        "1795250634879,\n    \"endTimeEpoch", start + ",\n    \"endTimeEpoch"))
                .started())
        .isEqualTo(Instant.ofEpochMilli(millis));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e999999999",
        "-1e999999999",
        "99999999999999999999",
        "1e19",
        "1.5",
        "\"12\"",
        "\"x\"",
        "NaN",
        "Infinity",
        "true",
        "null",
        "[ ]",
        "{ }"
      })
  void toleratesStartTimeOutOfRange(String start) throws Exception {
    ProbeResult reply = replyTo(DRIVER_LIST.replace("1795250634879", start));

    if (reply instanceof ProbeResult.Running runs) {
      assertThat(runs.info().started()).isAfterOrEqualTo(Instant.EPOCH);
    } else {
      assertThat(reply).isEqualTo(NOT_A_DRIVER);
    }
  }

  @Test
  void truncatesLongName() throws Exception {
    assertThat(infoIn(DRIVER_LIST.replace("run-4.2.0", "x".repeat(60_000))).name())
        .isEqualTo("x".repeat(512) + "…");
  }

  @Test
  void reportsOversizedResponseAsNotADriver() throws Exception {
    assertThat(replyTo(DRIVER_LIST.replace("run-4.2.0", "x".repeat(64 * 1024))))
        .isEqualTo(NOT_A_DRIVER);
    assertThat(replyTo(" ".repeat(10_000_000) + DRIVER_LIST)).isEqualTo(NOT_A_DRIVER);
  }

  @Test
  void reportsEndlessResponseAsNotADriver() throws Exception {
    try (FakeDriver driver = FakeDriver.refusing()) {
      driver.respondToAll(
          Script.sending(
              "HTTP/1.1 200 OK\r\n"
                  + "Content-Type: application/json\r\n"
                  + "Transfer-Encoding: chunked\r\n\r\n"
                  + ("1000\r\n" + " ".repeat(4096) + "\r\n").repeat(64)));

      assertThat(reply(api.probe(addressOf(driver)))).isEqualTo(NOT_A_DRIVER);
    }
  }

  @Test
  void reportsDeeplyNestedResponseAsNotADriver() throws Exception {
    assertThat(replyTo("[".repeat(60_000))).isEqualTo(NOT_A_DRIVER);
    assertThat(replyTo("[".repeat(30_000) + "]".repeat(30_000))).isEqualTo(NOT_A_DRIVER);
    assertThat(replyTo("{\"a\":".repeat(12_000))).isEqualTo(NOT_A_DRIVER);
    assertThat(
            replyTo(DRIVER_LIST.replace("\"run-4.2.0\"", "[".repeat(30_000) + "]".repeat(30_000))))
        .isEqualTo(NOT_A_DRIVER);
  }

  @Test
  void reportsConnectionRefused() throws Exception {
    try (FakeDriver driver = FakeDriver.refusing()) {
      assertThat(reply(api.probe(addressOf(driver))))
          .isEqualTo(new ProbeResult.ConnectionRefused());
    }
  }

  @Test
  void reportsNoResponseAfterTimeout() throws Exception {
    try (FakeDriver driver = FakeDriver.refusing()) {
      driver.respondToAll(Script.silence());

      assertThat(reply(shortTimeout.probe(addressOf(driver)))).isEqualTo(NO_RESPONSE);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 200 OK\r\nContent-Ty",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n[ {\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[ {\n"
      })
  void reportsNoResponseIfResponseIsTruncated(String sent) throws Exception {
    try (FakeDriver driver = FakeDriver.refusing()) {
      driver.respondToAll(Script.sending(sent));

      assertThat(reply(api.probe(addressOf(driver)))).isEqualTo(NO_RESPONSE);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "100 Continue",
        "102 Processing",
        "103 Early Hints",
        "103 Early Hints\r\nLink: </x>"
      })
  void skipsInterimResponse(String interim) throws Exception {
    try (FakeDriver driver = FakeDriver.refusing()) {
      driver.respondToAll(
          Script.sending(
              "HTTP/1.1 %s\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s"
                  .formatted(interim, JSON, DRIVER_LIST.length(), DRIVER_LIST)));

      assertThat(reply(api.probe(addressOf(driver)))).isInstanceOf(ProbeResult.Running.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 103 Early Hints\r\n\r\n",
        "HTTP/1.1 104 Upload Resumption\r\n\r\n",
        "HTTP/1.1 199 Of their own\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n"
      })
  void toleratesEndlessInterimResponses(String interim) throws Exception {
    try (FakeDriver driver = FakeDriver.refusing()) {
      driver.respondToAll(
          connection -> {
            while (true) {
              connection.write(interim);
            }
          });

      assertThat(reply(shortTimeout.probe(addressOf(driver)))).isIn(NO_RESPONSE, NOT_A_DRIVER);
      assertThat(
              shortTimeout
                  .get(new ApplicationId("app-1"), addressOf(driver), "/jobs", 1000)
                  .get(10, TimeUnit.SECONDS)
                  .body())
          .isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"104 Upload Resumption", "199 Of their own"})
  void reportsNoResponseForUnknownInterimResponse(String interim) throws Exception {
    try (FakeDriver driver = FakeDriver.refusing()) {
      driver.respondToAll(
          Script.sending("HTTP/1.1 %s\r\n\r\nHTTP/1.1 200 OK\r\n\r\n".formatted(interim)));

      assertThat(reply(api.probe(addressOf(driver)))).isEqualTo(NO_RESPONSE);
    }
  }

  @Test
  void reportsNoResponseForOversizedHeaders() throws Exception {
    try (FakeDriver driver = FakeDriver.refusing()) {
      driver.respondToAll(
          Script.sending(
              "HTTP/1.1 200 OK\r\n%sContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s"
                  .formatted(
                      ("X-Long: " + "x".repeat(1000) + "\r\n").repeat(20),
                      JSON,
                      DRIVER_LIST.length(),
                      DRIVER_LIST)));

      assertThat(reply(api.probe(addressOf(driver)))).isEqualTo(NO_RESPONSE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SSH-2.0-OpenSSH_9.9\r\n", "\u0000\u0001\u0002", "220 mail ESMTP\r\n"})
  void toleratesServerWithoutHttp(String sent) throws Exception {
    try (FakeDriver driver = FakeDriver.refusing()) {
      driver.respondToAll(Script.sending(sent));

      assertThat(reply(api.probe(addressOf(driver)))).isIn(NO_RESPONSE, NOT_A_DRIVER);
    }
  }

  @Test
  void readsNextResponseAfterInvalidOnes() throws Exception {
    assertThat(replyTo("not json")).isEqualTo(NOT_A_DRIVER);
    assertThat(replyTo(" ".repeat(1_000_000))).isEqualTo(NOT_A_DRIVER);
    assertThat(replyTo(DRIVER_LIST)).isInstanceOf(ProbeResult.Running.class);
  }
}
