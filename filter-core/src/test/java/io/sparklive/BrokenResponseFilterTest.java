// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sparklive.harness.Container;
import io.sparklive.harness.EmbeddedHistoryServer;
import io.sparklive.harness.HistoryServerPlan;
import io.sparklive.harness.OneLiveApplication;
import io.sparklive.harness.Reply;
import io.sparklive.harness.Scrape;
import io.sparklive.testkit.driver.DriverConnection;
import io.sparklive.testkit.driver.FakeDriver;
import io.sparklive.testkit.driver.Response;
import io.sparklive.testkit.relay.Fault;
import io.sparklive.testkit.relay.Fault.Kind;
import io.sparklive.testkit.relay.Fault.Stage;
import io.sparklive.testkit.relay.FaultInjectingRelay;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Responses of a driver that are cut or stall at each stage: before and inside the status line,
 * inside and after the headers, inside the body, between its chunks. {@link
 * FailingDriverFilterTest} tests invalid responses, and {@link StreamingFilterTest} complete ones.
 */
@ParameterizedClass
@EnumSource(Container.class)
class BrokenResponseFilterTest {
  private static final String ID = "app-1";
  private static final String NAME = "Night shift";
  private static final Duration RESPONSE_TIMEOUT = Duration.ofMillis(600);

  /** A page with {@code Content-Length}. */
  private static final String MEASURED = "/jobs/job/";

  /** A response in chunks. */
  private static final String CHUNKED = "/api/v1/applications/" + ID + "/allexecutors";

  private static FakeDriver driver;
  private static FaultInjectingRelay relay;
  private static EmbeddedHistoryServer server;

  @Parameter Container container;

  @BeforeParameterizedClassInvocation
  static void startServer(Container container) throws Exception {
    driver = new FakeDriver(ID);
    driver.respond(MEASURED, Response.of(200, "m".repeat(5_000), "Content-Type", "text/html"));
    driver.respond(CHUNKED, BrokenResponseFilterTest::writeChunks);
    relay = FaultInjectingRelay.to(driver.port());
    server =
        container.start(
            new HistoryServerPlan()
                .drivers(relay.address())
                .parameter("responseTimeout", RESPONSE_TIMEOUT.toMillis() + "ms"));
    OneLiveApplication.awaitLive(server, 1);
  }

  @BeforeEach
  void checkResponsesBefore() {
    assertBothComplete();
  }

  @AfterEach
  void checkResponsesAfterwards() {
    relay.clearFaults();
    assertBothComplete();
  }

  @AfterParameterizedClassInvocation
  static void stopServer() {
    server.close();
    relay.close();
    driver.close();
  }

  @Test
  void relaysFixedLengthAndChunkedResponses() throws Exception {
    assertThat(headersThroughRelay(MEASURED).firstValue("Content-Length")).contains("5000");
    assertThat(headersThroughRelay(CHUNKED).firstValue("Transfer-Encoding")).contains("chunked");
  }

  private static HttpHeaders headersThroughRelay(String page) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + relay.address() + page)).build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).headers();
  }

  static Stream<Arguments> cuts() {
    return Arrays.stream(Stage.values())
        .flatMap(stage -> Stream.of(Kind.RESET, Kind.CLOSE).map(kind -> Arguments.of(stage, kind)));
  }

  @ParameterizedTest
  @MethodSource("cuts")
  void returnsBadGatewayOrAbortsIfResponseIsTruncated(Stage stage, Kind kind) {
    for (String page : pagesWith(stage)) {
      int before = relay.brokenResponses();
      relay.inject(new Fault(page, stage, kind));
      assertFails(page, stage, 502);
      assertThat(relay.brokenResponses()).isGreaterThan(before);
    }
  }

  @ParameterizedTest
  @EnumSource
  void returnsGatewayTimeoutOrAbortsIfResponseStalls(Stage stage) {
    List<String> pages = pagesWith(stage);
    int before = relay.brokenResponses();
    relay.inject(
        pages.stream().map(page -> new Fault(page, stage, Kind.STALL)).toArray(Fault[]::new));
    long begun = System.nanoTime();
    // In parallel: each waits for the time-out.
    pages.parallelStream().forEach(page -> assertFails(page, stage, 504));
    assertThat(Duration.ofNanos(System.nanoTime() - begun))
        .isLessThan(RESPONSE_TIMEOUT.multipliedBy(15));
    assertThat(relay.brokenResponses()).isEqualTo(before + pages.size());
  }

  @ParameterizedTest
  @EnumSource(names = {"BEFORE_STATUS_LINE", "INSIDE_HEADERS", "INSIDE_BODY"})
  void forwardsSlowResponseCompletely(Stage stage) {
    String whole = get(MEASURED).text();
    int before = relay.brokenResponses();
    relay.inject(new Fault(MEASURED, stage, Kind.STALL));
    CompletableFuture<Reply> reply = CompletableFuture.supplyAsync(() -> get(MEASURED));
    await().pollInterval(Duration.ofMillis(10)).until(() -> relay.brokenResponses() > before);
    relay.clearFaults();
    assertThat(reply.join().whole()).isTrue();
    assertThat(reply.join().text()).isEqualTo(whole);
  }

  @Test
  void countsAbortedResponseAndReleasesPermit() {
    double before = Scrape.of(server).proxied("driver_aborted");
    relay.inject(new Fault(MEASURED, Stage.INSIDE_BODY, Kind.RESET));
    assertFails(MEASURED, Stage.INSIDE_BODY, 502);
    relay.clearFaults();

    await()
        .untilAsserted(
            () -> {
              Scrape now = Scrape.of(server);
              assertThat(now.proxied("driver_aborted")).isGreaterThan(before);
              assertThat(now.value("proxied_requests_in_progress")).isZero();
            });
  }

  @ParameterizedTest
  @EnumSource(names = {"RESET", "STALL"})
  void reportsFailureOfRestRequestInJson(Kind kind) {
    String path = "/api/v1/applications/" + ID + "/jobs";
    relay.inject(new Fault(path, Stage.BEFORE_STATUS_LINE, kind));
    int status = kind == Kind.STALL ? 504 : 502;
    for (String target : List.of(path, "/sparkui/" + ID + path)) {
      Reply reply = server.get(target);
      assertThat(reply.status()).isEqualTo(status);
      assertThat(reply.header("Retry-After")).isPresent();
      JsonObject failure = JsonParser.parseString(reply.text()).getAsJsonObject();
      assertThat(failure.get("status").getAsInt()).isEqualTo(status);
      assertThat(failure.get("message").getAsString()).contains(ID, NAME);
    }
  }

  private static List<String> pagesWith(Stage stage) {
    return switch (stage) {
      case BETWEEN_CHUNKS, BEFORE_LAST_CHUNK -> List.of(CHUNKED);
      default -> List.of(MEASURED, CHUNKED);
    };
  }

  private static void assertFails(String page, Stage stage, int status) {
    Reply reply;
    try {
      reply = get(page);
    } catch (UncheckedIOException e) {
      assertThat(e.getCause()).isNotInstanceOf(SocketTimeoutException.class);
      assertThat(stage).as("truncated: %s", e).isGreaterThanOrEqualTo(Stage.AFTER_HEADERS);
      return;
    }
    if (!reply.whole()) {
      assertThat(stage).as("truncated: %s", reply).isGreaterThanOrEqualTo(Stage.AFTER_HEADERS);
      return;
    }
    assertThat(reply.status()).as("%s %s", page, stage).isEqualTo(status);
    assertThat(reply.header("Retry-After")).isPresent();
    assertThat(reply.text()).contains(ID, NAME);
    if (page.equals(MEASURED)) {
      assertThat(reply.text()).contains("http-equiv=\"refresh\"", "href=\"/?showIncomplete=true\"");
    }
  }

  private static void assertBothComplete() {
    for (String page : List.of(MEASURED, CHUNKED)) {
      Reply reply = get(page);
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.whole()).isTrue();
    }
  }

  private static Reply get(String page) {
    return server.get("/sparkui/" + ID + page);
  }

  /** Two chunks and the last, empty one. */
  private static void writeChunks(DriverConnection connection) throws IOException {
    String first = "[" + " ".repeat(2_000);
    connection.write(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n"
            + "Connection: close\r\n\r\n%x\r\n%s\r\n1\r\n]\r\n0\r\n\r\n"
                .formatted(first.length(), first));
  }
}
