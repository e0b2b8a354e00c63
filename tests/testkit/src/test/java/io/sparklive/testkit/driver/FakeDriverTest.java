// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("kit")
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FakeDriverTest {
  private static final String ID = "app-1";
  private static final String[] PROXIED = {"X-Forwarded-Context", "/sparkui/" + ID};

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final FakeDriver driver =
      new FakeDriver(
          new RunningApplication(
              ID, "A \"name\"", "eve", "3.5.6", Instant.parse("2026-11-21T08:43:54.879Z")));

  @AfterEach
  void close() {
    driver.close();
  }

  private HttpResponse<String> get(String path, String... headers)
      throws IOException, InterruptedException {
    return send(request(path, headers));
  }

  private HttpRequest.Builder request(String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + driver.address() + path));
    return headers.length == 0 ? request : request.headers(headers);
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void listsItsApplication() throws Exception {
    HttpResponse<String> list = get("/api/v1/applications");

    JsonObject entry =
        JsonParser.parseString(list.body()).getAsJsonArray().get(0).getAsJsonObject();
    assertThat(list.headers().firstValue("Content-Type")).contains("application/json");
    assertThat(entry)
        .isEqualTo(JsonParser.parseString(get("/api/v1/applications/" + ID).body()))
        .isEqualTo(
            JsonParser.parseString(
                """
                { "id" : "app-1", "name" : "A \\"name\\"", "attempts" : [ {
                  "startTime" : "2026-11-21T08:43:54.879GMT",
                  "endTime" : "1969-12-31T23:59:59.999GMT",
                  "lastUpdated" : "2026-11-21T08:43:54.879GMT",
                  "duration" : 5121, "sparkUser" : "eve", "completed" : false,
                  "appSparkVersion" : "3.5.6", "startTimeEpoch" : 1795250634879,
                  "endTimeEpoch" : -1, "lastUpdatedEpoch" : 1795250634879 } ] }"""));
    assertThat(get("/api/v1/applications/app-1/environment").body()).contains("spark.app.id", ID);
    assertThat(driver.discovery()).hasSize(1);
    assertThat(driver.received()).isEqualTo(3);
  }

  @Test
  void echoesAndLogsForwardedRequests() throws Exception {
    HttpRequest.Builder post =
        request("/jobs/?a=%20b", PROXIED)
            .POST(HttpRequest.BodyPublishers.ofString("the body"))
            .expectContinue(true);

    assertThat(send(post).body()).isEqualTo("driver: POST /jobs/?a=%20b");

    assertThat(driver.onlyRequest().body()).isEqualTo("the body");
    assertThat(driver.onlyRequest().path()).isEqualTo("/jobs/");
    assertThat(driver.onlyRequest().header("x-forwarded-context")).isEqualTo("/sparkui/" + ID);
    assertThat(driver.served()).isEqualTo(1);
    assertThat(driver.discovery()).isEmpty();
    driver.forget();
    assertThat(driver.requests()).isEmpty();
  }

  @Test
  void readsChunkedBodies() throws Exception {
    driver.respond("/a", Response.of(201, "created", "X-A", "1", "X-A", "2"));
    HttpResponse<String> response =
        send(
            request("/a?b")
                .PUT(
                    HttpRequest.BodyPublishers.fromPublisher(
                        HttpRequest.BodyPublishers.ofString("in chunks"))));

    assertThat(response.statusCode()).isEqualTo(201);
    assertThat(response.body()).isEqualTo("created");
    assertThat(response.headers().allValues("X-A")).containsExactly("1", "2");
    assertThat(driver.onlyRequest().header("Transfer-Encoding")).isEqualTo("chunked");
    assertThat(driver.onlyRequest().body()).isEqualTo("in chunks");
  }

  @Test
  void prefersPathsToForwardedAndForwardedToAll() throws Exception {
    driver.respondToAll(Response.of(404, "all"));
    driver.respondToProxied(connection -> connection.respond(Response.of(200, "proxied")));
    driver.respond("/path", Response.of(200, "path"));

    assertThat(get("/path", PROXIED).body()).isEqualTo("path");
    assertThat(get("/other", PROXIED).body()).isEqualTo("proxied");
    assertThat(get("/other").body()).isEqualTo("all");
  }

  @Test
  void keepsConnectionsAliveUntilAScriptWritesBytes() throws Exception {
    driver.respond("/raw", Script.sending("no HTTP"));
    try (Socket socket = connect(driver.port())) {
      write(socket, "HEAD /a;b/../%zz HTTP/1.1\r\n\r\n");
      write(socket, "GET /raw HTTP/1.1\r\n\r\n");

      String everything =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(everything).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nno HTTP");
    }
    assertThat(driver.requests())
        .extracting(ReceivedRequest::target)
        .containsExactly("/a;b/../%zz", "/raw");
  }

  private static Socket connect(int port) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), port);
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void countsForwardedRequestsInProgress() throws Exception {
    CountDownLatch mayEnd = new CountDownLatch(1);
    driver.respondToProxied(
        connection -> {
          mayEnd.await();
          connection.reset();
        });
    try (Socket socket = connect(driver.port())) {
      write(socket, "GET / HTTP/1.1\r\nX-Forwarded-Context: /\r\n\r\n");
      await().until(() -> driver.open() == 1);
      mayEnd.countDown();

      assertThatThrownBy(() -> socket.getInputStream().read()).hasMessageContaining("reset");
    }
    await().until(() -> driver.open() == 0);
    assertThat(driver.mostOpen()).isEqualTo(1);
  }

  @Test
  void staysSilentUntilClientCloses() throws Exception {
    driver.respondToAll(Script.silence());
    HttpRequest.Builder request = request("/", PROXIED).timeout(Duration.ofMillis(200));

    assertThatThrownBy(() -> send(request)).hasMessageContaining("timed out");

    await().until(() -> driver.open() == 0);
    assertThat(driver.served()).isEqualTo(1);
  }

  @Test
  void refusesAndListensAgainOnTheSamePort() throws Exception {
    int port = driver.port();
    get("/");

    driver.refuse();
    assertThatThrownBy(() -> connect(port).close()).isInstanceOf(ConnectException.class);
    driver.run("app-2");

    assertThat(driver.port()).isEqualTo(port);
    assertThat(get("/api/v1/applications").body()).contains("\"app-2\"");
  }

  @Test
  void closesEachConnectionIfItRefusedAtFirst() throws Exception {
    try (FakeDriver late = FakeDriver.refusing()) {
      assertThatThrownBy(() -> connect(late.port()).close()).isInstanceOf(ConnectException.class);
      late.respondToAll(Response.STARTING_UP);
      try (Socket socket = connect(late.port())) {
        write(socket, "GET / HTTP/1.1\r\n\r\n");

        assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
            .contains("\r\nConnection: close\r\n", "Spark is starting up");
      }
    }
  }

  @Test
  void throwsFailedScriptAssertionOnClose() throws Exception {
    FakeDriver failing = new FakeDriver(ID);
    failing.respondToAll(connection -> assertThat(connection.request().method()).isEqualTo("PUT"));
    try (Socket socket = connect(failing.port())) {
      write(socket, "GET / HTTP/1.1\r\n\r\n");
      assertThat(socket.getInputStream().read()).isNegative();
    }

    assertThatThrownBy(failing::close)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("PUT");
  }

  @Test
  void servesManyDriversOnOneThread() throws Exception {
    try (FakeDrivers many = new FakeDrivers("app", 3)) {
      FakeDrivers.Driver third = many.drivers().get(2);
      URI list =
          URI.create("http://" + third.host() + ":" + third.port() + RunningApplication.LIST);

      String body = send(HttpRequest.newBuilder(list)).body();

      assertThat(body).contains("\"id\" : \"app-00002\"", "Orders of the day, app-00002");
      assertThat(send(HttpRequest.newBuilder(list)).body()).isEqualTo(body);
      assertThat(send(HttpRequest.newBuilder(URI.create(list + "/x"))).statusCode()).isEqualTo(404);
      assertThat(send(HttpRequest.newBuilder(URI.create(list + "/app-00002/environment"))).body())
          .contains("spark.app.id");
      assertThat(many.found()).isEqualTo(1);
      assertThat(many.settingsRead()).isEqualTo(1);
    }
  }
}
