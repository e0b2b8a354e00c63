package io.sparklive.it.faults;

import static io.sparklive.it.faults.ShortTimeoutHistoryServer.awaitPlace;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.ProcessResources;
import io.sparklive.testkit.SparkVersion;
import io.sparklive.testkit.relay.Fault;
import io.sparklive.testkit.relay.Fault.Kind;
import io.sparklive.testkit.relay.Fault.Stage;
import io.sparklive.testkit.relay.FaultInjectingRelay;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Answers of a driver that break off, or come to a halt, at every stage. */
@Tag("war")
@ParameterizedClass
@MethodSource(ShortTimeoutHistoryServer.VERSIONS)
class BrokenAnswersIT {
  /** It says how long it is. */
  private static final String MEASURED = "/static/webui.js?asked-of-the-driver";

  @TempDir private static Path eventLogs;
  private static DriverProcess driver;
  private static FaultInjectingRelay relay;
  private static HistoryServerProcess server;
  private static ListPoller looker;
  private static String id;
  private static ProcessResources before;

  /** It does not. */
  private static String chunked;

  @Parameter SparkVersion version;

  @BeforeParameterizedClassInvocation
  static void startServer(SparkVersion version) {
    driver = DriverProcess.builder(version, "Brittle").start();
    id = driver.applicationId();
    chunked = "/api/v1/applications/" + id + "/environment";
    relay = FaultInjectingRelay.to(driver.port());
    server = ShortTimeoutHistoryServer.historyServer(version, eventLogs, relay.address()).start();
    awaitPlace(server, id, Place.RUNNING);
    assertAllIsShown();
    before = ProcessResources.ofJvm(server.pid());
    looker = new ListPoller(server.uri());
    looker.expect(id, Place.RUNNING);
  }

  @AfterEach
  void nothingWasMissed() {
    relay.clearFaults();
    looker.assertAllWasWell();
  }

  @AfterParameterizedClassInvocation
  static void stopServer() {
    looker.close();
    driver.close();
    relay.close();
    ProcessResources.awaitNothingLeft(server.pid(), before, relay.port());
    server.close();
  }

  @Test
  void theTwoPagesAreWhatTheyAreTakenFor() {
    assertThat(driver.get(MEASURED).headers().firstValue("Content-Length")).isPresent();
    assertThat(driver.get(chunked).headers().firstValue("Transfer-Encoding")).contains("chunked");
  }

  static Stream<Arguments> cuts() {
    return Arrays.stream(Stage.values())
        .flatMap(stage -> Stream.of(Kind.RESET, Kind.CLOSE).map(kind -> Arguments.of(stage, kind)));
  }

  @ParameterizedTest
  @MethodSource("cuts")
  void anAnswerThatIsCutIsAFailurePageOrCutToo(Stage stage, Kind kind) {
    for (String page : pagesWith(stage)) {
      relay.inject(new Fault(page, stage, kind));
      assertFails(page, stage, 502);
    }
    relay.clearFaults();
    assertAllIsShown();
  }

  @ParameterizedTest
  @EnumSource
  void anAnswerThatStallsIsAFailurePageOrCutInTime(Stage stage) {
    List<String> pages = pagesWith(stage);
    relay.inject(
        pages.stream().map(page -> new Fault(page, stage, Kind.STALL)).toArray(Fault[]::new));
    long asked = System.nanoTime();
    // At once: each waits for the time-out.
    pages.parallelStream().forEach(page -> assertFails(page, stage, 504));
    assertThat(Duration.ofNanos(System.nanoTime() - asked))
        .isLessThan(ShortTimeoutHistoryServer.RESPONSE_TIMEOUT.multipliedBy(15));
    relay.clearFaults();
    assertAllIsShown();
  }

  @Test
  void anAnswerThatIsSlowComesWhole() {
    String whole = get(MEASURED).body();
    for (Stage stage : List.of(Stage.BEFORE_STATUS_LINE, Stage.INSIDE_HEADERS, Stage.INSIDE_BODY)) {
      int before = relay.brokenResponses();
      relay.inject(new Fault(MEASURED, stage, Kind.STALL));
      CompletableFuture<String> answer = CompletableFuture.supplyAsync(() -> get(MEASURED).body());
      await().until(() -> relay.brokenResponses() > before);
      relay.clearFaults();
      assertThat(answer.join()).isEqualTo(whole);
    }
  }

  @Test
  void eachOneIsCountedAndGivesItsPlaceToTheNext() {
    double before = counted("proxied_requests_total{outcome=\"broken_off\"}");
    relay.inject(new Fault(MEASURED, Stage.INSIDE_BODY, Kind.RESET));
    assertFails(MEASURED, Stage.INSIDE_BODY, 502);
    relay.clearFaults();

    await()
        .untilAsserted(
            () -> {
              assertThat(counted("proxied_requests_total{outcome=\"broken_off\"}"))
                  .isGreaterThan(before);
              assertThat(counted("proxied_requests_in_progress")).isZero();
            });
  }

  private static double counted(String series) {
    String line = "spark_live_history_" + series + " ";
    return server
        .get("/sparkui/-/metrics")
        .body()
        .lines()
        .filter(told -> told.startsWith(line))
        .mapToDouble(told -> Double.parseDouble(told.substring(line.length())))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @EnumSource(names = {"RESET", "STALL"})
  void aProgramIsToldInJson(Kind kind) {
    String path = "/api/v1/applications/" + id + "/jobs";
    relay.inject(new Fault(path, Stage.BEFORE_STATUS_LINE, kind));
    int status = kind == Kind.STALL ? 504 : 502;
    for (String asked : List.of(path, "/sparkui/" + id + path)) {
      HttpResponse<String> answer = server.get(asked);
      assertThat(answer.statusCode()).isEqualTo(status);
      assertThat(answer.headers().firstValue("Retry-After")).isPresent();
      JsonObject told = JsonParser.parseString(answer.body()).getAsJsonObject();
      assertThat(told.get("status").getAsInt()).isEqualTo(status);
      assertThat(told.get("message").getAsString()).contains(id, "Brittle");
    }
  }

  private static List<String> pagesWith(Stage stage) {
    return switch (stage) {
      case BETWEEN_CHUNKS, BEFORE_LAST_CHUNK -> List.of(chunked);
      default -> List.of(MEASURED, chunked);
    };
  }

  private static void assertFails(String page, Stage stage, int status) {
    HttpResponse<String> answer;
    try {
      answer = get(page);
    } catch (UncheckedIOException e) {
      assertThat(stage).as("broken off: %s", e).isGreaterThanOrEqualTo(Stage.AFTER_HEADERS);
      return;
    }
    assertThat(answer.statusCode()).as("%s %s", page, stage).isEqualTo(status);
    assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    assertThat(answer.body()).contains(id, "Brittle");
    if (!page.equals(chunked)) {
      assertThat(answer.body()).contains("http-equiv=\"refresh\"", "href=\"/history/" + id + "/\"");
    }
  }

  private static void assertAllIsShown() {
    for (String page : List.of(MEASURED, chunked)) {
      assertThat(get(page).statusCode()).isEqualTo(200);
    }
  }

  private static HttpResponse<String> get(String page) {
    return server.get("/sparkui/" + id + page);
  }
}
