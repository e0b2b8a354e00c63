package io.sparklive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.harness.Browser;
import io.sparklive.harness.Container;
import io.sparklive.harness.OneLiveApplication;
import io.sparklive.harness.Reply;
import io.sparklive.pages.Assets;
import io.sparklive.routing.Links;
import io.sparklive.testkit.driver.Response;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which of a driver's answers get the way back to the list, and that nothing else of them changes.
 */
@ParameterizedClass
@EnumSource(Container.class)
class WayBackFilterTest extends OneLiveApplication {
  // As browsers ask for pages.
  private static final String[] FOR_A_PAGE = {
    "Accept", "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Encoding", "gzip, br"
  };
  private static final String HTML = "text/html;charset=utf-8";
  private static final String CHUNKED =
      "HTTP/1.1 200 OK\r\nContent-Type: "
          + HTML
          + "\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n";
  private static final String LAST_CHUNK = "0\r\n\r\n";
  private static final String SCRIPT =
      "<script src=\"%s\" data-live-history-home=\"../../../\" defer></script>"
          .formatted(Assets.link(new Links("", "/sparkui"), "way-back.js"));
  // As UIUtils.scala begins one.
  private static final String PAGE =
      """
      <!DOCTYPE html><html>
            <head>
              <meta http-equiv="Content-type" content="text/html; charset=utf-8"/>
              <title>Größe 東京 - Spark Jobs</title>
            </head>
            <body><pre>&lt;head&gt; <head> \t</pre></body>
          </html>""";

  private static String withScript(String page, String script) {
    return page.replaceFirst("<head>", "<head>" + script);
  }

  private Reply page(String target, String... more) {
    String[] headers = new String[FOR_A_PAGE.length + more.length];
    System.arraycopy(FOR_A_PAGE, 0, headers, 0, FOR_A_PAGE.length);
    System.arraycopy(more, 0, headers, FOR_A_PAGE.length, more.length);
    return server.get(target, headers);
  }

  /** The body as the browser shows it. */
  private static String text(Reply reply) {
    try (InputStream body = plain(reply)) {
      return new String(body.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream plain(Reply reply) throws IOException {
    InputStream body = new ByteArrayInputStream(reply.body());
    return reply.header("Content-Encoding").isPresent() ? new GZIPInputStream(body) : body;
  }

  private static String chunk(String text) {
    return Integer.toHexString(length(text)) + "\r\n" + text + "\r\n";
  }

  @Test
  void aPageGetsTheScriptAsTheFirstThingInItsHeadAndNothingElse() {
    driver.respond("/jobs/", Response.of(200, PAGE, "Content-Type", HTML, "X-Any", "thing"));

    Reply reply = page(LIVE + "/jobs/?a=b");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.whole()).isTrue();
    assertThat(text(reply)).isEqualTo(withScript(PAGE, SCRIPT));
    assertThat(reply.header("Content-Type").orElse("")).isEqualToIgnoringCase(HTML);
    assertThat(reply.header("Content-Length").orElse("" + reply.body().length))
        .isEqualTo("" + reply.body().length);
  }

  @Test
  void thePageIsNotCompressedSomewhereElseBefore() {
    driver.respond("/jobs/", Response.of(200, PAGE, "Content-Type", HTML));

    page(LIVE + "/jobs/");

    assertThat(driver.onlyRequest().headers()).doesNotContainKey("accept-encoding");
    assertThat(driver.onlyRequest().header("Accept")).isEqualTo(FOR_A_PAGE[1]);
  }

  @Test
  void thePageIsCompressedForThoseWhoTakeIt() {
    String page = PAGE + "<p>the same again</p>".repeat(10_000);
    driver.respond("/jobs/", Response.of(200, page, "Content-Type", HTML));

    Reply reply = page(LIVE + "/jobs/");

    assertThat(reply.header("Content-Encoding")).contains("gzip");
    assertThat(reply.headers("Vary")).containsExactly("Accept-Encoding");
    assertThat(reply.body().length).isLessThan(page.length() / 10);
    assertThat(text(reply)).isEqualTo(withScript(page, SCRIPT));
    Reply plain = server.get(LIVE + "/jobs/", "Accept", "text/html");
    assertThat(plain.header("Content-Encoding")).isEmpty();
    assertThat(plain.text()).isEqualTo(withScript(page, SCRIPT));
  }

  @Test
  void whatIsNoPageMayBeCompressed() {
    server.get(LIVE + "/jobs/", "Accept", "*/*", "Accept-Encoding", "gzip");

    assertThat(driver.onlyRequest().header("Accept-Encoding")).isEqualTo("gzip");
  }

  @Test
  void theLengthThatTheDriverSaysIsNotThatOfThePage() {
    byte[] page = PAGE.getBytes(UTF_8);
    driver.respond(
        "/jobs/", Response.of(200, PAGE, "Content-Type", HTML, "Content-Length", "" + page.length));

    Reply reply = page(LIVE + "/jobs/");

    assertThat(reply.whole()).isTrue();
    assertThat(text(reply)).isEqualTo(withScript(PAGE, SCRIPT));
    assertThat(reply.header("Content-Length").orElse("" + reply.body().length))
        .isEqualTo("" + reply.body().length);
  }

  @Test
  void aBigPageHasTheScriptOnce() {
    String page = PAGE + ("<p>" + "x".repeat(997) + "</p><head>\n").repeat(2_000);
    driver.respond("/jobs/", Response.of(200, page, "Content-Type", HTML));

    assertThat(text(page(LIVE + "/jobs/"))).isEqualTo(withScript(page, SCRIPT));
  }

  @ParameterizedTest
  @CsvSource({
    "/static/page.html, 200, text/html",
    "/static/webui.css, 200, text/css",
    "/api/v1/applications/app-1/jobs, 200, text/html",
    "/jobs/, 404, text/html",
    "/jobs/, 500, text/html",
    "/jobs/, 201, text/html",
    "/jobs/, 200, application/json",
    "/jobs/, 200, text/plain",
    "/jobs/, 200, application/xhtml+xml"
  })
  void whatIsNoPageStaysAsItIs(String path, int status, String type) {
    driver.respond(path, Response.of(status, PAGE, "Content-Type", type));

    Reply reply = page(LIVE + path);

    assertThat(reply.status()).isEqualTo(status);
    assertThat(text(reply)).isEqualTo(PAGE);
  }

  @Test
  void aRestAnswerStaysAsItIsWhoeverAsks() {
    String path = "/api/v1/applications/" + ID + "/jobs";
    driver.respond(path, Response.of(200, PAGE, "Content-Type", HTML));

    assertThat(text(page(path))).isEqualTo(PAGE);
    assertThat(text(page(LIVE + path))).isEqualTo(PAGE);
    assertThat(text(page("/proxy/" + ID + path))).isEqualTo(PAGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"*/*", "application/json", "text/css,*/*;q=0.1", "image/*", "text/plain"})
  void whatNobodyAsksForAsAPageStaysAsItIs(String accept) {
    driver.respond("/jobs/", Response.of(200, PAGE, "Content-Type", HTML));

    assertThat(server.get(LIVE + "/jobs/", "Accept", accept).text()).isEqualTo(PAGE);
  }

  @Test
  void whatAProgramAsksForWithoutSayingHowStaysAsItIs() {
    driver.respond(
        "/jobs/",
        Response.of(200, PAGE, "Content-Type", HTML, "Content-Length", "" + length(PAGE)));

    Reply reply = server.get(LIVE + "/jobs/");

    assertThat(text(reply)).isEqualTo(PAGE);
    assertThat(reply.header("Content-Length")).contains("" + length(PAGE));
  }

  private static int length(String text) {
    return text.getBytes(UTF_8).length;
  }

  @Test
  void aCompressedAnswerStaysAsItIs() throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (OutputStream gzip = new StoringGzip(compressed)) {
      gzip.write(PAGE.getBytes(UTF_8));
    }
    assertThat(compressed.toString(UTF_8)).contains("<head>");
    driver.respond(
        "/jobs/",
        Response.of(
            200, compressed.toByteArray(), "Content-Type", HTML, "Content-Encoding", "gzip"));

    Reply reply = page(LIVE + "/jobs/");

    assertThat(reply.header("Content-Encoding")).contains("gzip");
    assertThat(reply.body()).isEqualTo(compressed.toByteArray());
  }

  /** The bytes in it are what they were. */
  private static final class StoringGzip extends GZIPOutputStream {
    StoringGzip(OutputStream to) throws IOException {
      super(to);
      def.setLevel(Deflater.NO_COMPRESSION);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a page without one",
        "<html><header>no head</header></html>",
        "<hea",
        "<HEAD>",
        "d"
      })
  void aPageWithoutAHeadStaysAsItIs(String page) {
    driver.respond("/jobs/", Response.of(200, page, "Content-Type", HTML));

    assertThat(text(page(LIVE + "/jobs/"))).isEqualTo(page);
  }

  @ParameterizedTest
  @CsvSource({"1018, true", "1019, false", "100000, false"})
  void aHeadIsLookedForWhereSparksBegin(int before, boolean found) {
    String page = "x".repeat(before) + PAGE.substring(PAGE.indexOf("<head>"));
    driver.respond("/jobs/", Response.of(200, page, "Content-Type", HTML));

    assertThat(text(page(LIVE + "/jobs/"))).isEqualTo(found ? withScript(page, SCRIPT) : page);
  }

  @Test
  void anEmptyPageStaysEmpty() {
    driver.respond("/jobs/", Response.of(200, "", "Content-Type", HTML));

    Reply reply = page(LIVE + "/jobs/");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body()).isEmpty();
  }

  @Test
  void aHeadRequestIsAnsweredWithoutABodyAndWithoutAWrongLength() throws IOException {
    driver.respond(
        "/jobs/",
        Response.of(200, PAGE, "Content-Type", HTML, "Content-Length", "" + length(PAGE)));

    try (Browser browser = new Browser(server.port())) {
      browser.send("HEAD", LIVE + "/jobs/", "Accept", "text/html", "Connection", "close");
      Reply reply = browser.reply("HEAD");

      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.header("Content-Type").orElse("")).isEqualToIgnoringCase(HTML);
      // None, or that of the driver's page, or of the page with the script.
      assertThat(reply.header("Content-Length").map(Integer::parseInt).orElse(length(PAGE)))
          .isIn(length(PAGE), length(withScript(PAGE, SCRIPT)));
      assertThat(browser.isClosedByServer()).isTrue();
    }
    assertThat(driver.onlyRequest().method()).isEqualTo("HEAD");
  }

  @Test
  void thePrefixIsInTheScript() {
    driver.respond("/jobs/", Response.of(200, PAGE, "Content-Type", HTML));

    assertThat(text(page(LIVE + "/jobs/", "X-Forwarded-Context", "/spark/history")))
        .isEqualTo(withScript(PAGE, SCRIPT.replace("/sparkui/", "/spark/history/sparkui/")));
  }

  @Test
  void underTheOtherBaseItIsTheSameScript() {
    driver.respond("/jobs/", Response.of(200, PAGE, "Content-Type", HTML));

    assertThat(text(page("/proxy/" + ID + "/jobs/"))).isEqualTo(withScript(PAGE, SCRIPT));
  }

  @Test
  void theScriptIsThere() {
    Reply script = server.get("/sparkui/-/assets/way-back.js");

    assertThat(script.status()).isEqualTo(200);
    assertThat(script.text()).contains("document.currentScript", "liveHistoryHome");
  }

  @Test
  void thePageStreams() throws Exception {
    int middle = PAGE.indexOf("<title>");
    CountDownLatch firstArrived = new CountDownLatch(1);
    driver.respond(
        "/jobs/",
        connection -> {
          connection.write(CHUNKED + chunk(PAGE.substring(0, middle)));
          assertThat(firstArrived.await(10, TimeUnit.SECONDS)).isTrue();
          connection.write(chunk(PAGE.substring(middle)) + LAST_CHUNK);
        });

    try (Browser browser = new Browser(server.port())) {
      browser.send("GET", LIVE + "/jobs/", FOR_A_PAGE);
      assertThat(browser.head().status()).isEqualTo(200);
      Inflater inflater = new Inflater(true);
      StringBuilder text = new StringBuilder();
      // What stands before the compressed bytes (RFC 1952, section 2.3).
      int head = 10;
      while (text.indexOf("utf-8\"/>") < 0) {
        byte[] chunk = browser.chunk();
        text.append(inflated(inflater, chunk, head));
        head = 0;
      }
      assertThat(text.toString()).contains("<head>" + SCRIPT).doesNotContain("<title>");
      firstArrived.countDown();
      for (byte[] chunk = browser.chunk(); chunk.length > 0; chunk = browser.chunk()) {
        text.append(inflated(inflater, chunk, 0));
      }
      inflater.end();
      assertThat(text.toString()).isEqualTo(withScript(PAGE, SCRIPT));
    }
  }

  private static String inflated(Inflater inflater, byte[] chunk, int offset)
      throws DataFormatException {
    inflater.setInput(chunk, offset, chunk.length - offset);
    byte[] text = new byte[16 * 1024];
    return new String(text, 0, inflater.inflate(text), UTF_8);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void aHeadInTwoPartsBreaksNothing(int firstPart) {
    int middle = PAGE.indexOf("<head>") + firstPart;
    driver.respond(
        "/jobs/",
        connection -> {
          connection.write(CHUNKED + chunk(PAGE.substring(0, middle)));
          connection.write(chunk(PAGE.substring(middle)) + LAST_CHUNK);
        });

    Reply reply = page(LIVE + "/jobs/");

    assertThat(reply.whole()).isTrue();
    // Both parts may arrive in one.
    assertThat(text(reply)).isIn(PAGE, withScript(PAGE, SCRIPT));
  }
}
