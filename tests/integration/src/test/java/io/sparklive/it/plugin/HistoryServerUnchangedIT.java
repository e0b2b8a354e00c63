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
 * Compares a History Server whose drivers are all unreachable with one without the filter. Its home
 * page has a placeholder for the running table, and nothing else differs.
 */
@Tag("war")
@ParameterizedClass
@MethodSource(Plugin.VERSIONS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HistoryServerUnchangedIT {
  private static final String PLACEHOLDER =
      "<link rel=\"stylesheet\" href=\"(/hs)?/sparkui/-/assets/live-history.css[?][0-9a-f]+\"/>\\n"
          + "<section id=\"live-history\" [^>]*></section>\\n"
          + "<script type=\"module\" src=\"(/hs)?/sparkui/-/assets/running.js[?][0-9a-f]+\"></script>\\n";

  // In the order of the methods in Jackson's reflection, which varies between JVMs.
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
            () -> HistoryServerProcess.builder(version, logs.directory()).start());
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

  /** Without any event log: Spark's page then has no table and differs. */
  @Test
  @Order(1)
  void addsPlaceholderOfRunningTableToHomePage() {
    assertHasPlaceholder();
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
    drivers.get(0).awaitConnections(3);
    drivers.get(1).awaitConnections(3);
    drivers.get(2).awaitConnections(1);
    assertHasPlaceholder();
    for (TestRequest request : allRequests(real)) {
      assertThat(request.responseOf(server))
          .as(request.toString())
          .isEqualTo(request.responseOf(bare));
    }
  }

  private static void assertHasPlaceholder() {
    for (String path : List.of("/", "/?showIncomplete=true", "/home", "/any/path")) {
      // The History Server responds a little before the filter is ready.
      await()
          .untilAsserted(
              () -> assertThat(server.get(path).body().split(PLACEHOLDER, -1)).as(path).hasSize(2));
    }
  }

  private static List<TestRequest> allRequests(String id) {
    List<TestRequest> all = new ArrayList<>();
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
      all.add(new TestRequest("GET", path, Map.of()));
    }
    all.add(new TestRequest("HEAD", "/", Map.of()));
    all.add(new TestRequest("HEAD", "/api/v1/applications", Map.of()));
    all.add(new TestRequest("POST", "/api/v1/applications", Map.of()));
    all.add(new TestRequest("OPTIONS", "/api/v1/applications", Map.of()));
    all.add(new TestRequest("DELETE", "/history/" + id + "/jobs/", Map.of()));
    all.add(new TestRequest("GET", "/api/v1/applications", Map.of("Accept", "text/html")));
    all.add(
        new TestRequest(
            "GET", "/api/v1/applications?status=completed", Map.of("Accept-Encoding", "gzip")));
    all.add(new TestRequest("GET", "/", Map.of("X-Forwarded-Context", "/hs")));
    return all;
  }

  private record TestRequest(String method, String path, Map<String, String> headers) {
    /** The response as text, without times, ports and other parts that vary between runs. */
    String responseOf(HistoryServerProcess server) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(server.uri().resolve(path.isEmpty() ? "/" : path))
              .method(method, BodyPublishers.noBody());
      headers.forEach(request::header);
      HttpResponse<String> response = server.send(request.build());
      Map<String, List<String>> shown = new TreeMap<>(response.headers().map());
      shown.remove("date");
      if (response.body().contains("SERVLET:")) {
        // Jetty's own error page names a servlet by a hash of seven or eight digits.
        shown.remove("content-length");
      }
      // A matter of the connection, not of the response: Tomcat closes it after some errors.
      if (server.isBehindWar()) {
        shown.remove("connection");
      }
      if (response.body().contains("historypage-common.js")) {
        shown.remove("content-length");
      }
      String zipped =
          path.endsWith("/logs")
              ? "a zip file"
              : EPOCHS.matcher(response.body()).replaceAll(epochs -> sorted(epochs.group()));
      return (response.statusCode() + " " + shown + "\n" + zipped)
          .replace(server.uri().getAuthority(), "HOST")
          .replaceAll(PLACEHOLDER, "")
          .replaceAll("id=\"last-updated\">[0-9]+", "id=\"last-updated\">TIME")
          .replaceAll("Servlet(Container)?-[0-9a-f]+<", "Servlet<")
          // The time of the last read of a log that has no end.
          .replaceAll("\"lastUpdated(Epoch)?\" : \"?[^,\\n ]+", "\"lastUpdated\"")
          .replaceAll("nonce(=\"|-)[0-9a-f-]{36}", "nonce");
    }
  }

  private static String sorted(String lines) {
    return lines.replace(",", "").lines().sorted().collect(Collectors.joining("\n", "", "\n"));
  }

  /** Accepts every connection, sends the same bytes and closes; or sends nothing and stays open. */
  private static final class NonsenseServer implements AutoCloseable {
    private final ServerSocket listening = new ServerSocket();
    private final List<Socket> clients = new CopyOnWriteArrayList<>();
    private final String response;

    NonsenseServer(String response) throws IOException {
      this.response = response;
      listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
      Thread thread = new Thread(this::run, "nonsense");
      thread.setDaemon(true);
      thread.start();
    }

    String address() {
      return "127.0.0.1:" + listening.getLocalPort();
    }

    void awaitConnections(int number) {
      await().until(() -> clients.size() >= number);
    }

    private void run() {
      try {
        while (true) {
          Socket client = listening.accept();
          clients.add(client);
          if (!response.isEmpty()) {
            OutputStream out = client.getOutputStream();
            out.write(response.getBytes(StandardCharsets.UTF_8));
            client.shutdownOutput();
          }
        }
      } catch (IOException e) {
        // The listener is closed.
      }
    }

    @Override
    public void close() throws IOException {
      listening.close();
      for (Socket client : clients) {
        client.close();
      }
    }
  }
}
