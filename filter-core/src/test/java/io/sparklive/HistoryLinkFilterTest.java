// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static io.sparklive.harness.OneLiveApplication.awaitLive;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.harness.Browser;
import io.sparklive.harness.Container;
import io.sparklive.harness.EmbeddedHistoryServer;
import io.sparklive.harness.HistoryServerPlan;
import io.sparklive.harness.Reply;
import io.sparklive.testkit.driver.DriverConnection;
import io.sparklive.testkit.driver.FakeDriver;
import io.sparklive.testkit.driver.ReceivedRequest;
import io.sparklive.testkit.driver.Response;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The link to the History Server is added to one file; everything else passes through. */
@ParameterizedClass
@EnumSource(Container.class)
class HistoryLinkFilterTest {
  private static final String ID = "app-20261121083600-0000";
  private static final String LIVE = "/sparkui/" + ID;
  private static final String[] BROWSER_PAGE = {
    "Accept", "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Encoding", "gzip, br"
  };
  private static final String HTML = "text/html;charset=utf-8";
  private static final String SCRIPT = "text/javascript";
  private static final String FILE = "/static/webui.js";
  private static final String DATE = "Sat, 15 Mar 2025 11:45:00 GMT";
  // Ends without a line feed, in a comment: the added script must not be part of it.
  private static final String WEBUI = "function setUIRoot(val) {}\n// the end: größer";
  // As UIUtils.scala begins a page.
  private static final String PAGE =
      """
      <!DOCTYPE html><html>
            <head>
              <meta http-equiv="Content-type" content="text/html; charset=utf-8"/>
              <title>Größe 東京 - Spark Jobs</title>
            </head>
            <body><pre>&lt;head&gt; <head> \t</pre></body>
          </html>\
      """;

  @Parameter private Container container;

  private final FakeDriver driver = new FakeDriver(ID);
  private EmbeddedHistoryServer server;

  private static String added() {
    return "\n"
        + resource().replace("BASES", "[\"/sparkui\",\"/proxy\"]").replace("HAS_LOGS", "false");
  }

  private static String resource() {
    try (InputStream file =
        HistoryLinkFilterTest.class.getResourceAsStream("proxy/history-link.js")) {
      return new String(file.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Reply reply) {
    return reply.header("Content-Encoding").isPresent() ? unzip(reply.body()) : reply.text();
  }

  private static String unzip(byte[] gzip) {
    try (InputStream body = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
      return new String(body.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] gzip(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void writeChunk(DriverConnection connection, byte[] bytes) throws IOException {
    connection.write(Integer.toHexString(bytes.length) + "\r\n");
    connection.write(bytes);
    connection.write("\r\n");
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
    driver.close();
  }

  private void start(HistoryServerPlan plan) throws Exception {
    server = container.start(plan.drivers(driver.address()));
    awaitLive(server, 1);
  }

  private List<ReceivedRequest> gets() {
    return driver.requests().stream().filter(request -> request.method().equals("GET")).toList();
  }

  @Test
  void addsScriptToFetchedAndCachedFile() throws Exception {
    start(new HistoryServerPlan());
    driver.respond(FILE, Response.of(200, WEBUI, "Content-Type", SCRIPT, "Last-Modified", DATE));

    Reply fetched = server.get(LIVE + FILE, "Accept-Encoding", "gzip");
    await().until(() -> server.request("HEAD", LIVE + FILE).header("ETag").isPresent());
    Reply kept = server.get(LIVE + FILE);
    Reply compressed = server.get("/proxy/" + ID + FILE, "Accept-Encoding", "gzip");

    assertThat(fetched.whole()).isTrue();
    assertThat(text(fetched)).isEqualTo(WEBUI + added());
    assertThat(fetched.header("Content-Type")).contains(SCRIPT);
    assertThat(kept.text()).isEqualTo(WEBUI + added());
    assertThat(compressed.header("Content-Encoding")).contains("gzip");
    assertThat(text(compressed)).isEqualTo(WEBUI + added());
    assertThat(gets())
        .singleElement()
        .satisfies(get -> assertThat(get.headers()).doesNotContainKey("accept-encoding"));
  }

  @Test
  void validatesExtendedFileInsteadOfOriginal() throws Exception {
    start(new HistoryServerPlan());
    driver.respond(
        FILE,
        Response.of(
            200, WEBUI, "Content-Type", SCRIPT, "Last-Modified", DATE, "ETag", "\"driver\""));

    for (int times = 0; times < 2; times++) {
      Reply reply = server.get(LIVE + FILE, "If-Modified-Since", DATE, "Range", "bytes=0-3");
      assertThat(reply.status()).isIn(200, 206);
      assertThat(reply.header("Last-Modified")).isEmpty();
      assertThat(reply.headers("ETag")).doesNotContain("\"driver\"");
    }
    server.get(LIVE + FILE);
    await().until(() -> server.request("HEAD", LIVE + FILE).header("ETag").isPresent());
    String tag = server.get(LIVE + FILE).header("ETag").orElseThrow();
    assertThat(server.get(LIVE + FILE, "If-None-Match", tag).status()).isEqualTo(304);
    assertThat(server.get(LIVE + FILE, "If-Modified-Since", DATE).status()).isEqualTo(200);
    Reply head = server.request("HEAD", LIVE + FILE);
    assertThat(head.header("Content-Length"))
        .contains(Integer.toString((WEBUI + added()).getBytes(UTF_8).length));
    assertThat(driver.requests())
        .allSatisfy(
            request ->
                assertThat(request.headers())
                    .doesNotContainKeys("if-modified-since", "range", "if-none-match"));
  }

  @Test
  void addsScriptToCachedFileThatDriverCompresses() throws Exception {
    start(new HistoryServerPlan());
    byte[] compressed = gzip(WEBUI);
    driver.respond(
        FILE, Response.of(200, compressed, "Content-Type", SCRIPT, "Content-Encoding", "gzip"));

    assertThat(server.get(LIVE + FILE, "Accept-Encoding", "gzip").body()).isEqualTo(compressed);
    await().until(() -> server.request("HEAD", LIVE + FILE).header("ETag").isPresent());

    assertThat(text(server.get(LIVE + FILE, "Accept-Encoding", "gzip"))).isEqualTo(WEBUI + added());
  }

  @Test
  void addsScriptIfCredentialsAreForwarded() throws Exception {
    start(new HistoryServerPlan().parameter("forwardCookies", "*"));
    driver.respond(
        FILE,
        Response.of(
            200, WEBUI, "Content-Type", SCRIPT, "Last-Modified", DATE, "ETag", "\"driver\""));

    for (int times = 1; times <= 2; times++) {
      Reply reply =
          server.get(
              LIVE + FILE,
              "Cookie",
              "a=b",
              "If-None-Match",
              "\"driver\"",
              "Accept-Encoding",
              "gzip");
      assertThat(text(reply)).isEqualTo(WEBUI + added());
      assertThat(reply.header("ETag")).isEmpty();
      assertThat(reply.header("Last-Modified")).isEmpty();
      assertThat(reply.headers("Cache-Control"))
          .containsExactly("no-cache, no-store, must-revalidate");
      assertThat(driver.requests()).hasSize(times);
    }
    Reply head = server.request("HEAD", LIVE + FILE, "Cookie", "a=b");
    assertThat(head.header("Content-Length"))
        .contains(Integer.toString((WEBUI + added()).getBytes(UTF_8).length));
  }

  @Test
  void addsScriptToFileOfUnknownLength() throws Exception {
    start(new HistoryServerPlan());
    driver.respond(
        FILE,
        connection ->
            connection.write(
                "HTTP/1.1 200 OK\r\nContent-Type: "
                    + SCRIPT
                    + "\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                    + "5\r\na();\n\r\n0\r\n\r\n"));

    Reply reply = server.get(LIVE + FILE + "?a");

    assertThat(reply.whole()).isTrue();
    assertThat(reply.text()).isEqualTo("a();\n" + added());
  }

  @Test
  void addsScriptToEmptyFile() throws Exception {
    start(new HistoryServerPlan());
    driver.respond(FILE, Response.of(200, "", "Content-Type", SCRIPT));

    assertThat(server.get(LIVE + FILE + "?b").text()).isEqualTo(added());
  }

  @Test
  void cachesFileIdenticalToOwnSparkFile() throws Exception {
    start(new HistoryServerPlan().files(path -> Optional.of(WEBUI.getBytes(UTF_8))));
    driver.respond(FILE, Response.of(200, WEBUI, "Content-Type", SCRIPT));

    server.get(LIVE + FILE);
    await().until(() -> server.request("HEAD", LIVE + FILE).header("ETag").isPresent());

    assertThat(server.get(LIVE + FILE).text()).isEqualTo(WEBUI + added());
    assertThat(gets()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "/static/webui.js?c, 404, text/javascript",
    "/static/webui.js?c, 200, text/html",
    "/static/webui.js?c, 200, ''",
    "/static/sub/webui.js, 200, text/javascript",
    "/static/webui.css, 200, text/css",
    "/static/table.js, 200, text/javascript",
    "/other/static/webui.js, 200, text/javascript"
  })
  void passesOtherResponsesUnchanged(String path, int status, String type) throws Exception {
    start(new HistoryServerPlan());
    driver.respond(
        path.replaceFirst("\\?.*", ""),
        type.isEmpty()
            ? Response.of(status, WEBUI)
            : Response.of(status, WEBUI, "Content-Type", type));

    Reply reply = server.get(LIVE + path);

    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.text()).isEqualTo(WEBUI);
  }

  @Test
  void passesResponseToPostUnchanged() throws Exception {
    start(new HistoryServerPlan());
    driver.respond(FILE, Response.of(200, "taken", "Content-Type", SCRIPT));

    assertThat(server.request("POST", LIVE + FILE).text()).isEqualTo("taken");
  }

  @Test
  void addsNoScriptToTruncatedFile() throws Exception {
    start(new HistoryServerPlan());
    driver.respond(
        FILE,
        connection ->
            connection.write(
                "HTTP/1.1 200 OK\r\nContent-Type: "
                    + SCRIPT
                    + "\r\nContent-Length: 100\r\nConnection: close\r\n\r\na();"));

    try (Browser browser = new Browser(server.port())) {
      browser.send("GET", LIVE + FILE + "?d", "Connection", "close");
      assertThat(browser.readToEnd()).doesNotContain("live-history");
    }
  }

  @Test
  void forwardsCompressedPageByteForByte() throws Exception {
    start(new HistoryServerPlan());
    byte[] page = gzip(PAGE.repeat(1_000));
    driver.respond(
        "/jobs/",
        Response.of(
            200,
            page,
            "Content-Type",
            HTML,
            "Content-Encoding",
            "gzip",
            "Vary",
            "Accept-Encoding"));

    Reply reply = server.get(LIVE + "/jobs/?a=b", BROWSER_PAGE);

    assertThat(driver.onlyRequest().header("Accept-Encoding")).isEqualTo("gzip, br");
    assertThat(reply.body()).isEqualTo(page);
    assertThat(reply.header("Content-Encoding")).contains("gzip");
    assertThat(reply.header("Content-Length")).contains(Integer.toString(page.length));
    assertThat(reply.headers("Vary")).containsExactly("Accept-Encoding");
  }

  @Test
  void forwardsPlainPageByteForByte() throws Exception {
    start(new HistoryServerPlan());
    driver.respond("/jobs/", Response.of(200, PAGE, "Content-Type", HTML));

    Reply plain = server.get(LIVE + "/jobs/", "Accept", "text/html");

    assertThat(plain.text()).isEqualTo(PAGE);
    assertThat(plain.header("Content-Encoding")).isEmpty();
    assertThat(text(server.get(LIVE + "/jobs/", BROWSER_PAGE))).isEqualTo(PAGE);
  }

  @Test
  void streamsPage() throws Exception {
    start(new HistoryServerPlan());
    byte[] page = gzip(PAGE.repeat(1_000));
    int middle = page.length / 2;
    CountDownLatch firstArrived = new CountDownLatch(1);
    driver.respond(
        "/jobs/",
        connection -> {
          connection.write(
              "HTTP/1.1 200 OK\r\nContent-Type: "
                  + HTML
                  + "\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"
                  + "Connection: close\r\n\r\n");
          writeChunk(connection, Arrays.copyOf(page, middle));
          assertThat(firstArrived.await(10, TimeUnit.SECONDS)).isTrue();
          writeChunk(connection, Arrays.copyOfRange(page, middle, page.length));
          connection.write("0\r\n\r\n");
        });

    try (Browser browser = new Browser(server.port())) {
      browser.send("GET", LIVE + "/jobs/", BROWSER_PAGE);
      assertThat(browser.head().status()).isEqualTo(200);
      ByteArrayOutputStream received = new ByteArrayOutputStream();
      while (received.size() < middle) {
        received.writeBytes(browser.chunk());
      }
      firstArrived.countDown();
      for (byte[] chunk = browser.chunk(); chunk.length > 0; chunk = browser.chunk()) {
        received.writeBytes(chunk);
      }
      assertThat(received.toByteArray()).isEqualTo(page);
    }
  }
}
