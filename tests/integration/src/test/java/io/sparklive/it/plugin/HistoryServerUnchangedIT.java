// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.plugin;

import static io.sparklive.it.plugin.Plugin.ids;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.testkit.BackgroundStart;
import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.LoggedApplication;
import io.sparklive.testkit.SparkVersion;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A History Server whose drivers are all out of reach, beside one that has never heard of us: its
 * home page has a place for what is running now, and nothing else differs.
 */
@Tag("war")
@ParameterizedClass
@MethodSource(Plugin.VERSIONS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HistoryServerUnchangedIT {
  private static final String RUNNING_NOW =
      "<link rel=\"stylesheet\" href=\"(/hs)?/sparkui/-/assets/live-history.css[?][0-9a-f]+\"/>\\n"
          + "<section id=\"live-history\" [^>]*></section>\\n"
          + "<script type=\"module\" src=\"(/hs)?/sparkui/-/assets/running.js[?][0-9a-f]+\"></script>\\n";

  // In the order in which the JVM names the methods that Jackson finds, which differs now and then.
  private static final Pattern EPOCHS = Pattern.compile("(?: +\"[a-zA-Z]+Epoch\" : [^\\n]*\\n){3}");

  @Parameter SparkVersion version;

  private static EventLogs logs;
  private static List<NonsenseServer> drivers;
  private static HistoryServerProcess bare;
  private static HistoryServerProcess server;

  @BeforeParameterizedClassInvocation
  static void start(SparkVersion version) throws IOException {
    logs = EventLogs.newDirectory("untouched-" + version);
    drivers =
        List.of(
            new NonsenseServer("HTTP/1.1 200 OK\r\n\r\n<html>starting up"),
            new NonsenseServer(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[{\"id\": 7}]"),
            new NonsenseServer(""));
    String addresses =
        "127.0.0.1:1,does-not-exist.invalid:4040,"
            + drivers.stream().map(NonsenseServer::address).collect(Collectors.joining(","));
    var starting =
        new BackgroundStart<>(
            () -> HistoryServerProcess.builder(version, logs.directory()).quickStart().start());
    server = Plugin.historyServer(version, logs.directory(), addresses).start();
    bare = starting.get();
  }

  @AfterParameterizedClassInvocation
  static void stop() throws IOException {
    bare.close();
    server.close();
    for (NonsenseServer driver : drivers) {
      driver.close();
    }
  }

  /** Before there is any event log: Spark's page without a table is another one than with it. */
  @Test
  @Order(1)
  void addsPlaceholderOfRunningTableToHomePage() {
    assertPlaceForWhatIsRunningNow();
  }

  @Test
  @Order(2)
  void respondsByteForByteAsWithoutFilter() {
    String real = logs.copyOfReal(version);
    logs.write(LoggedApplication.startedAt(Instant.parse("2026-03-01T08:00:00Z"), "app-open"));
    for (HistoryServerProcess one : List.of(bare, server)) {
      await()
          .untilAsserted(
              () -> assertThat(ids(one, "")).containsExactlyInAnyOrder(real, "app-open"));
    }
    drivers.get(0).awaitVisitors(3);
    drivers.get(1).awaitVisitors(3);
    drivers.get(2).awaitVisitors(1);
    assertPlaceForWhatIsRunningNow();
    for (Asked asked : everything(real)) {
      assertThat(asked.of(server)).as(asked.toString()).isEqualTo(asked.of(bare));
    }
  }

  private static void assertPlaceForWhatIsRunningNow() {
    for (String path : List.of("/", "/?showIncomplete=true", "/home", "/any/path")) {
      // It answers a little before we are ready.
      await()
          .untilAsserted(
              () -> assertThat(server.get(path).body().split(RUNNING_NOW, -1)).as(path).hasSize(2));
    }
  }

  private static List<Asked> everything(String id) {
    List<Asked> all = new ArrayList<>();
    for (String path :
        List.of(
            "/",
            "/?showIncomplete=true",
            "/home",
            "/any/path;x=1/%41",
            "/static/webui.css",
            "/static/none.css",
            "/history/" + id + "/jobs/",
            "/history/" + id + "/stages/stage/?id=0&attempt=0",
            "/history/" + id,
            "/history/unknown/jobs/",
            "/history/app-open/jobs/",
            "/api/v1/version",
            "/api/v1/applications",
            "/api/v1/applications/",
            "/api/v1/applications?status=running",
            "/api/v1/applications?status=nonsense",
            "/api/v1/applications?limit=x",
            "/api/v1/applications?minDate=x",
            "/api/v1/applications/" + id,
            "/api/v1/applications/" + id + "/jobs",
            "/api/v1/applications/" + id + "/logs",
            "/api/v1/applications/unknown",
            "/api/v1/applications/unknown/jobs")) {
      all.add(new Asked("GET", path, Map.of()));
    }
    all.add(new Asked("HEAD", "/", Map.of()));
    all.add(new Asked("HEAD", "/api/v1/applications", Map.of()));
    all.add(new Asked("POST", "/api/v1/applications", Map.of()));
    all.add(new Asked("OPTIONS", "/api/v1/applications", Map.of()));
    all.add(new Asked("DELETE", "/history/" + id + "/jobs/", Map.of()));
    all.add(new Asked("GET", "/api/v1/applications", Map.of("Accept", "text/html")));
    all.add(
        new Asked(
            "GET", "/api/v1/applications?status=completed", Map.of("Accept-Encoding", "gzip")));
    all.add(new Asked("GET", "/", Map.of("X-Forwarded-Context", "/hs")));
    return all;
  }

  private record Asked(String method, String path, Map<String, String> headers) {
    /** The answer as text, without what tells the time, the port, or one run from another. */
    String of(HistoryServerProcess server) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(server.uri().resolve(path.isEmpty() ? "/" : path))
              .method(method, BodyPublishers.noBody());
      headers.forEach(request::header);
      HttpResponse<String> answer = server.send(request.build());
      Map<String, List<String>> shown = new TreeMap<>(answer.headers().map());
      shown.remove("date");
      if (answer.body().contains("SERVLET:")) {
        // Jetty's own error page names a servlet by a hash, of seven digits or eight.
        shown.remove("content-length");
      }
      // Of the connection, not of the answer: Tomcat closes it after some errors.
      if (server.isBehindWar()) {
        shown.remove("connection");
      }
      if (answer.body().contains("historypage-common.js")) {
        shown.remove("content-length");
      }
      String zipped =
          path.endsWith("/logs")
              ? "a zip file"
              : EPOCHS.matcher(answer.body()).replaceAll(epochs -> sorted(epochs.group()));
      return (answer.statusCode() + " " + shown + "\n" + zipped)
          .replace(server.uri().getAuthority(), "HOST")
          .replaceAll(RUNNING_NOW, "")
          .replaceAll("id=\"last-updated\">[0-9]+", "id=\"last-updated\">TIME")
          .replaceAll("Servlet(Container)?-[0-9a-f]+<", "Servlet<")
          // When a server last looked at a log that has no end.
          .replaceAll("\"lastUpdated(Epoch)?\" : \"?[^,\\n ]+", "\"lastUpdated\"")
          .replaceAll("nonce(=\"|-)[0-9a-f-]{36}", "nonce");
    }
  }

  private static String sorted(String lines) {
    return lines.replace(",", "").lines().sorted().collect(Collectors.joining("\n", "", "\n"));
  }

  /** Accepts everybody, says one thing to them all, and closes; or says nothing and does not. */
  private static final class NonsenseServer implements AutoCloseable {
    private final ServerSocket listening = new ServerSocket();
    private final List<Socket> visitors = new CopyOnWriteArrayList<>();
    private final String answer;

    NonsenseServer(String answer) throws IOException {
      this.answer = answer;
      listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
      Thread thread = new Thread(this::run, "nonsense");
      thread.setDaemon(true);
      thread.start();
    }

    String address() {
      return "127.0.0.1:" + listening.getLocalPort();
    }

    void awaitVisitors(int number) {
      await().until(() -> visitors.size() >= number);
    }

    private void run() {
      try {
        while (true) {
          Socket visitor = listening.accept();
          visitors.add(visitor);
          if (!answer.isEmpty()) {
            OutputStream out = visitor.getOutputStream();
            out.write(answer.getBytes(StandardCharsets.UTF_8));
            visitor.shutdownOutput();
          }
        }
      } catch (IOException e) {
        // Closed: nobody visits any more.
      }
    }

    @Override
    public void close() throws IOException {
      listening.close();
      for (Socket visitor : visitors) {
        visitor.close();
      }
    }
  }
}
