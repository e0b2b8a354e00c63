// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.harness.Browser;
import io.sparklive.harness.Container;
import io.sparklive.harness.OneLiveApplication;
import io.sparklive.harness.Reply;
import io.sparklive.testkit.driver.Response;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The filter requests each static file from a driver once. */
@ParameterizedClass
@EnumSource(Container.class)
class StaticFilesFilterTest extends OneLiveApplication {
  private static final String TEXT = "function live() {}\n".repeat(2000);
  private static final String DATE = "Sat, 15 Mar 2025 11:45:00 GMT";
  private static final String CACHING = "private, max-age=3600";

  @Test
  void fetchesFileFromDriverOnce() {
    driver.respond("/static/once.js", Response.of(200, TEXT, "Content-Type", "text/javascript"));

    Reply first = cache(LIVE + "/static/once.js");
    Reply second = server.get(LIVE + "/static/once.js");

    assertThat(countRequests("/static/once.js")).isEqualTo(1);
    assertThat(first.text()).isEqualTo(TEXT);
    assertThat(second.status()).isEqualTo(200);
    assertThat(second.text()).isEqualTo(TEXT);
    assertThat(second.header("Content-Type")).contains("text/javascript");
    assertThat(second.header("X-Content-Type-Options")).contains("nosniff");
    assertThat(first.headers("Cache-Control")).containsExactly(CACHING);
    assertThat(second.headers("Cache-Control")).containsExactly(CACHING);
  }

  @Test
  void sharesCachedFileBetweenBases() {
    driver.respond("/static/bases.js", Response.of(200, TEXT));

    cache("/proxy/" + ID + "/static/bases.js");

    assertThat(server.get(LIVE + "/static/bases.js").text()).isEqualTo(TEXT);
    assertThat(countRequests("/static/bases.js")).isEqualTo(1);
  }

  @Test
  void returnsNotModifiedIfClientHasFile() {
    driver.respond("/static/tag.js", Response.of(200, TEXT, "Last-Modified", DATE));
    cache(LIVE + "/static/tag.js");
    String tag = server.get(LIVE + "/static/tag.js").header("ETag").orElseThrow();

    assertThat(tag).matches("\"[0-9a-f]{32}\"");
    assertNotModified(server.get(LIVE + "/static/tag.js", "If-None-Match", tag), tag);
    assertNotModified(server.get(LIVE + "/static/tag.js", "If-None-Match", "\"a\", W/" + tag), tag);
    assertNotModified(server.get(LIVE + "/static/tag.js", "If-None-Match", "*"), tag);
    assertNotModified(server.get(LIVE + "/static/tag.js", "If-Modified-Since", DATE), tag);
    assertNotModified(
        server.get(LIVE + "/static/tag.js", "If-Modified-Since", "Sat, 15 Mar 2025 11:45:01 GMT"),
        tag);
    assertThat(countRequests("/static/tag.js")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "If-None-Match     | \"other\"                     | 200",
        "If-Modified-Since | Sat, 15 Mar 2025 11:44:59 GMT | 200",
        "If-Modified-Since | yesterday                     | 200",
        "If-Match          | \"other\"                     | 412",
        "If-Match          | *                             | 200",
        "If-Unmodified-Since | Sat, 15 Mar 2025 11:44:59 GMT | 412",
        "If-Unmodified-Since | Sat, 15 Mar 2025 11:45:00 GMT | 200"
      })
  void evaluatesPreconditions(String header, String value, int status) {
    driver.respond("/static/other.js", Response.of(200, TEXT, "Last-Modified", DATE));
    cache(LIVE + "/static/other.js");

    Reply reply = server.get(LIVE + "/static/other.js", header, value);

    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.text()).isEqualTo(status == 200 ? TEXT : "");
  }

  @Test
  void returnsSameHeadersForHeadWithoutBody() {
    driver.respond("/static/head.js", Response.of(200, TEXT, "Last-Modified", DATE));
    cache(LIVE + "/static/head.js");
    Reply whole = server.get(LIVE + "/static/head.js");

    Reply head = server.request("HEAD", LIVE + "/static/head.js");

    assertThat(head.body()).isEmpty();
    assertThat(head.header("Content-Length")).contains(Integer.toString(TEXT.length()));
    assertThat(head.header("ETag")).isEqualTo(whole.header("ETag"));
    assertThat(head.header("Last-Modified")).contains(DATE);
    assertThat(countRequests("/static/head.js")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bytes=0-8       | 206 | bytes 0-8/*   | function",
        "bytes=9-12      | 206 | bytes 9-12/*  | live",
        "bytes=37990-    | 206 | bytes 37990-37999/* | live() {}",
        "bytes=-4        | 206 | bytes 37996-37999/* |  {}",
        "bytes=50000-    | 416 | bytes */*     | ''",
        "lines=1-2       | 200 | ''            | function",
        "bytes=0-1,5-6   | 200 | ''            | function",
      })
  void returnsRequestedRange(String range, int status, String contentRange, String begins) {
    driver.respond("/static/range.js", Response.of(200, TEXT));
    cache(LIVE + "/static/range.js");

    Reply reply = server.get(LIVE + "/static/range.js", "Range", range);

    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.header("Content-Range").orElse(""))
        .isEqualTo(contentRange.replace("/*", "/" + TEXT.length()));
    assertThat(reply.text().strip()).startsWith(begins.strip());
    assertThat(reply.header("Content-Length")).contains(Integer.toString(reply.body().length));
  }

  @Test
  void returnsWholeFileIfRangeValidatorDiffers() {
    driver.respond("/static/resume.js", Response.of(200, TEXT, "Last-Modified", DATE));
    cache(LIVE + "/static/resume.js");
    String path = LIVE + "/static/resume.js";
    String tag = server.get(path).header("ETag").orElseThrow();

    assertThat(server.get(path, "Range", "bytes=0-0", "If-Range", tag).status()).isEqualTo(206);
    assertThat(server.get(path, "Range", "bytes=0-0", "If-Range", DATE).status()).isEqualTo(206);
    assertThat(server.get(path, "Range", "bytes=0-0", "If-Range", "\"x\"").status()).isEqualTo(200);
  }

  @Test
  void servesCompressedFileUnchanged() {
    byte[] gzip = gzip(TEXT);
    driver.respond("/static/small.js", Response.of(200, gzip, "Content-Encoding", "gzip"));
    String path = LIVE + "/static/small.js";

    Reply first = cache(path, "Accept-Encoding", "gzip, br");
    Reply second = server.get(path, "Accept-Encoding", "br, gzip;q=0.5");
    Reply plain = server.get(path);
    Reply none = server.get(path, "Accept-Encoding", "gzip;q=0");

    assertThat(countRequests("/static/small.js")).isEqualTo(1);
    assertThat(driver.requests().get(0).header("Accept-Encoding")).isEqualTo("gzip");
    assertThat(first.body()).isEqualTo(gzip);
    assertThat(second.body()).isEqualTo(gzip);
    assertThat(second.header("Content-Encoding")).contains("gzip");
    assertThat(second.header("Vary")).contains("Accept-Encoding");
    assertThat(plain.text()).isEqualTo(TEXT);
    assertThat(plain.header("Content-Encoding")).isEmpty();
    assertThat(plain.header("Vary")).contains("Accept-Encoding");
    assertThat(none.text()).isEqualTo(TEXT);
    assertThat(second.header("ETag")).isPresent().isNotEqualTo(plain.header("ETag"));
    Reply part = server.get(path, "Accept-Encoding", "gzip", "Range", "bytes=0-9");
    assertThat(part.body()).isEqualTo(Arrays.copyOf(gzip, 10));
    assertThat(part.header("Content-Encoding")).contains("gzip");
  }

  @Test
  void compressesPlainFileIfClientAcceptsGzip() {
    driver.respond("/static/plain.js", Response.of(200, TEXT));
    cache(LIVE + "/static/plain.js");

    Reply reply = server.get(LIVE + "/static/plain.js", "Accept-Encoding", "gzip");

    assertThat(reply.header("Content-Encoding")).contains("gzip");
    assertThat(unzip(reply.body())).isEqualTo(TEXT);
    assertThat(countRequests("/static/plain.js")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          If-Modified-Since   | Sat, 15 Mar 2025 11:45:00 GMT
          If-Unmodified-Since | Sat, 15 Mar 2025 11:45:00 GMT
          If-None-Match       | "one", "two"
          If-Match            | "one"
          """)
  void fetchesWholeFileDespiteConditionalRequest(String header, String value) {
    String path = "/static/first-" + header;
    driver.respond(path, Response.of(200, TEXT, "Last-Modified", DATE));

    Reply first = server.get(LIVE + path, header, value);

    assertThat(driver.onlyRequest().headers()).doesNotContainKey(header.toLowerCase(Locale.ROOT));
    assertThat(first.text()).isEqualTo(TEXT);
  }

  /** A client that accepts another coding could not get a file that is stored compressed. */
  @Test
  void requestsOnlyGzipFromDriver() {
    driver.respond("/static/coding.js", Response.of(200, TEXT));

    server.get(LIVE + "/static/coding.js", "Accept-Encoding", "br, gzip;q=0.5, zstd");

    assertThat(driver.onlyRequest().header("Accept-Encoding")).isEqualTo("gzip");
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 400, 404, 500, 503})
  void cachesNoErrorsOrRedirects(int status) {
    driver.respond("/static/none.js", Response.of(status, "none", "Cache-Control", "max-age=600"));

    for (int i = 0; i < 2; i++) {
      assertThat(server.get(LIVE + "/static/none.js").headers("Cache-Control"))
          .containsExactly("no-cache, no-store, must-revalidate");
    }
    assertThat(driver.requests()).hasSize(2);
  }

  @Test
  void cachesNoFileRequestedWithQuery() {
    driver.respond("/static/query.js", Response.of(200, TEXT));

    server.get(LIVE + "/static/query.js?a");
    server.get(LIVE + "/static/query.js?a");

    assertThat(driver.requests()).hasSize(2);
  }

  @Test
  void forwardsOversizedFileWithoutCaching() {
    String large = "x".repeat(2 * 1024 * 1024 + 1);
    driver.respond("/static/large.js", Response.of(200, large));

    assertThat(server.get(LIVE + "/static/large.js").text()).isEqualTo(large);
    assertThat(server.get(LIVE + "/static/large.js").text()).isEqualTo(large);
    assertThat(driver.requests()).hasSize(2);
  }

  @Test
  void cachesNoFileThatIsOversizedUncompressed() {
    byte[] bomb = gzip("0".repeat(2 * 1024 * 1024 + 1));
    driver.respond("/static/bomb.js", Response.of(200, bomb, "Content-Encoding", "gzip"));

    for (int i = 0; i < 2; i++) {
      assertThat(server.get(LIVE + "/static/bomb.js", "Accept-Encoding", "gzip").body())
          .isEqualTo(bomb);
    }
    assertThat(driver.requests()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "br", "identity", "deflate"})
  void cachesNoFileWithTwoContentCodings(String second) {
    byte[] gzip = gzip(TEXT);
    driver.respond(
        "/static/twice.js",
        Response.of(200, gzip, "Content-Encoding", "gzip", "Content-Encoding", second));

    for (int i = 0; i < 2; i++) {
      Reply reply = server.get(LIVE + "/static/twice.js", "Accept-Encoding", "gzip");
      assertThat(reply.headers("Content-Encoding")).containsExactly("gzip", second);
      assertThat(reply.body()).isEqualTo(gzip);
    }
    assertThat(driver.requests()).hasSize(2);
  }

  @Test
  void evictsOldestFile() {
    for (int i = 0; i < 6; i++) {
      driver.respond(
          "/static/much" + i, Response.of(200, noise(2_000_000), "Content-Type", "image/png"));
      cache(LIVE + "/static/much" + i);
    }
    driver.forget();

    server.get(LIVE + "/static/much5");
    assertThat(driver.requests()).isEmpty();
    server.get(LIVE + "/static/much0");
    assertThat(countRequests("/static/much0")).isEqualTo(1);
  }

  @Test
  void servesWholeFileToSlowBrowser() throws IOException {
    String noise = noise(2_000_000);
    driver.respond("/static/slow", Response.of(200, noise, "Content-Type", "image/png"));
    cache(LIVE + "/static/slow");

    try (Browser browser = new Browser(server.port(), 4096)) {
      browser.send("GET", LIVE + "/static/slow");
      assertThat(browser.reply("GET").text()).isEqualTo(noise);
      browser.send("GET", LIVE + "/static/slow");
      assertThat(browser.head().status()).isEqualTo(200);
    }
    assertThat(server.get(LIVE + "/static/slow").text()).isEqualTo(noise);
    assertThat(countRequests("/static/slow")).isEqualTo(1);
  }

  /** Requests a file, and waits until the filter has stored it, after its last byte. */
  private Reply cache(String path, String... headers) {
    Reply first = server.get(path, headers);
    await().until(() -> server.request("HEAD", path).header("ETag").isPresent());
    return first;
  }

  private long countRequests(String file) {
    return driver.requests().stream()
        .filter(request -> request.method().equals("GET") && request.target().equals(file))
        .count();
  }

  private static void assertNotModified(Reply reply, String tag) {
    assertThat(reply.status()).isEqualTo(304);
    assertThat(reply.body()).isEmpty();
    assertThat(reply.header("ETag")).contains(tag);
    assertThat(reply.headers("Cache-Control")).containsExactly(CACHING);
  }

  private static String noise(int length) {
    Random random = new Random(length);
    StringBuilder noise = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      noise.append((char) (' ' + random.nextInt(95)));
    }
    return noise.toString();
  }

  private static byte[] gzip(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static String unzip(byte[] gzip) {
    try (GZIPInputStream stream = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
