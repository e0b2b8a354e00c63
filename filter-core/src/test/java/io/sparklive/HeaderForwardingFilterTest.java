// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.harness.Browser;
import io.sparklive.harness.Container;
import io.sparklive.harness.OneLiveApplication;
import io.sparklive.harness.Reply;
import io.sparklive.testkit.driver.ReceivedRequest;
import io.sparklive.testkit.driver.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The headers that the filter forwards to a driver and back, with default settings. */
@ParameterizedClass
@EnumSource(Container.class)
class HeaderForwardingFilterTest extends OneLiveApplication {
  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
  void forwardsEveryMethodWithBody(String method) {
    driver.respond("/echo/", Response.of(200, "a response", "Content-Type", "text/plain"));

    Reply reply =
        Browser.send(
            server.port(), method, LIVE + "/echo/", "a=1&b=2", "Content-Type", "text/x-form");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.text()).isEqualTo("a response");
    assertThat(reply.header("Content-Type")).contains("text/plain");
    assertThat(driver.onlyRequest().method()).isEqualTo(method);
    assertThat(driver.onlyRequest().target()).isEqualTo("/echo/");
    assertThat(driver.onlyRequest().body()).isEqualTo("a=1&b=2");
    assertThat(driver.onlyRequest().header("Content-Type")).isEqualTo("text/x-form");
    assertThat(driver.onlyRequest().header("Content-Length")).isEqualTo("7");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
  void forwardsEveryMethodWithoutBody(String method) {
    Reply reply = server.request(method, LIVE + "/jobs/?id=1");

    assertThat(reply.text()).isEqualTo("driver: " + method + " /jobs/?id=1");
    assertThat(driver.onlyRequest().body()).isEmpty();
  }

  @Test
  void returnsHeadersOfHeadResponseWithoutBody() throws IOException {
    driver.respond(
        "/head/", Response.of(200, "twelve bytes", "Content-Length", "12", "ETag", "\"e\""));

    try (Browser browser = new Browser(server.port())) {
      browser.send("HEAD", LIVE + "/head/", "Connection", "close");
      Reply reply = browser.reply("HEAD");

      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.header("Content-Length")).contains("12");
      assertThat(reply.header("ETag")).contains("\"e\"");
      assertThat(browser.isClosedByServer()).isTrue();
    }
    assertThat(driver.onlyRequest().method()).isEqualTo("HEAD");
  }

  @Test
  void rejectsTrace() {
    Reply reply = server.request("TRACE", LIVE + "/jobs/", "Cookie", "secret=1");

    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.text()).doesNotContain("secret");
    assertThat(driver.requests()).isEmpty();
  }

  @Test
  void forwardsChunkedRequestBody() {
    driver.respond("/chunks/", Response.of(200, "a response"));

    try (Browser browser = new Browser(server.port())) {
      browser.send("POST", LIVE + "/chunks/", "Transfer-Encoding", "chunked");
      browser.write("5\r\nfirst\r\n6\r\nsecond\r\n0\r\n\r\n");

      assertThat(browser.reply("POST").text()).isEqualTo("a response");
    }
    assertThat(driver.onlyRequest().body()).isEqualTo("firstsecond");
  }

  @Test
  void forwardsBodyOfRequestThatExpectsContinue() throws IOException {
    driver.respond("/wanted/", Response.of(200, "a response"));

    try (Browser browser = new Browser(server.port())) {
      browser.send("POST", LIVE + "/wanted/", "Expect", "100-continue", "Content-Length", "4");
      assertThat(browser.head().status()).isEqualTo(100);
      browser.write("body");

      assertThat(browser.reply("POST").text()).isEqualTo("a response");
    }
    assertThat(driver.onlyRequest().body()).isEqualTo("body");
  }

  @Test
  void forwardsErrorForRequestThatExpectsContinue() throws IOException {
    driver.respond("/unwanted/", connection -> connection.respond(Response.of(413, "too large")));

    try (Browser browser = new Browser(server.port())) {
      browser.send("POST", LIVE + "/unwanted/", "Expect", "100-continue", "Content-Length", "4");
      assertThat(browser.head().status()).isEqualTo(100);
      browser.write("body");

      assertThat(browser.reply("POST").status()).isEqualTo(413);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 409, 418, 429, 500, 502, 503})
  void forwardsErrorResponsesWithBody(int status) {
    driver.respond(
        "/error/",
        Response.of(
            status, "<h1>of the driver</h1>", "Content-Type", "text/html", "Retry-After", "7"));

    Reply reply = server.get(LIVE + "/error/");

    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.text()).isEqualTo("<h1>of the driver</h1>");
    assertThat(reply.header("Content-Type")).contains("text/html");
    assertThat(reply.header("Retry-After")).contains("7");
  }

  @Test
  void forwardsCompressedResponsesUnchanged() throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write("the page ".repeat(500).getBytes(StandardCharsets.UTF_8));
    }
    byte[] sent = compressed.toByteArray();
    driver.respond(
        "/gzip/", Response.of(200, sent, "Content-Encoding", "gzip", "Vary", "Accept-Encoding"));

    Reply reply = server.get(LIVE + "/gzip/", "Accept-Encoding", "gzip, deflate");

    assertThat(reply.body()).isEqualTo(sent);
    assertThat(reply.header("Content-Encoding")).contains("gzip");
    assertThat(reply.header("Content-Length")).contains(Integer.toString(sent.length));
    assertThat(reply.header("Vary")).contains("Accept-Encoding");
    assertThat(driver.onlyRequest().header("Accept-Encoding")).isEqualTo("gzip, deflate");
  }

  @Test
  void forwardsRangeRequests() {
    driver.respond(
        "/static/a.js",
        Response.of(206, "cde", "Content-Range", "bytes 2-4/9", "Accept-Ranges", "bytes"));

    Reply reply = server.get(LIVE + "/static/a.js", "Range", "bytes=2-4", "If-Range", "\"v1\"");

    assertThat(reply.status()).isEqualTo(206);
    assertThat(reply.text()).isEqualTo("cde");
    assertThat(reply.header("Content-Range")).contains("bytes 2-4/9");
    assertThat(reply.header("Accept-Ranges")).contains("bytes");
    assertThat(driver.onlyRequest().header("Range")).isEqualTo("bytes=2-4");
    assertThat(driver.onlyRequest().header("If-Range")).isEqualTo("\"v1\"");
  }

  @Test
  void forwardsConditionalRequests() {
    String day = "Sat, 21 Nov 2026 08:36:00 GMT";
    driver.respond("/b/", Response.of(304, "", "ETag", "\"v2\"", "Last-Modified", day));

    Reply reply = server.get(LIVE + "/b/", "If-None-Match", "\"v2\"", "If-Modified-Since", day);

    assertThat(reply.status()).isEqualTo(304);
    assertThat(reply.header("ETag")).contains("\"v2\"");
    assertThat(reply.header("Last-Modified")).contains(day);
    assertThat(driver.onlyRequest().header("If-None-Match")).isEqualTo("\"v2\"");
    assertThat(driver.onlyRequest().header("If-Modified-Since")).isEqualTo(day);
  }

  @Test
  void sendsForwardedHeadersToDriver() {
    server.get(
        LIVE + "/jobs/",
        "Host",
        "history.example.org",
        "X-Forwarded-For",
        "6.6.6.6",
        "X-Forwarded-Proto",
        "gopher",
        "X-Forwarded-Host",
        "evil.example.org",
        "Forwarded",
        "for=6.6.6.6",
        "X-Forwarded-Server",
        "evil");

    ReceivedRequest received = driver.onlyRequest();
    assertThat(received.header("X-Forwarded-Context")).isEqualTo(LIVE);
    assertThat(received.header("X-Forwarded-For")).isEqualTo("127.0.0.1");
    assertThat(received.header("X-Forwarded-Proto")).isEqualTo("http");
    assertThat(received.header("X-Forwarded-Host")).isEqualTo("history.example.org");
    assertThat(received.header("Via")).startsWith("1.1 spark-live-history-");
    assertThat(received.header("Host")).isEqualTo(driver.address());
    assertThat(received.headers()).doesNotContainKeys("forwarded", "x-forwarded-server");
  }

  @Test
  void sendsRequestedBaseInForwardedContext() {
    server.get("/proxy/" + ID + "/jobs/");

    assertThat(driver.onlyRequest().header("X-Forwarded-Context")).isEqualTo("/proxy/" + ID);
  }

  @Test
  void addsOnlyForwardedHeaders() {
    server.get(LIVE + "/jobs/");

    assertThat(driver.onlyRequest().headers())
        .containsOnlyKeys(
            "host",
            "via",
            "x-forwarded-context",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-proto");
  }

  @Test
  void forwardsOnlyAllowedRequestHeaders() {
    server.get(
        LIVE + "/jobs/",
        "Accept",
        "text/html",
        "Accept-Language",
        "de",
        "Cache-Control",
        "no-cache",
        "Pragma",
        "no-cache",
        "User-Agent",
        "a browser",
        "X-Requested-With",
        "XMLHttpRequest",
        "Cookie",
        "session=1",
        "Authorization",
        "Bearer secret",
        "Proxy-Authorization",
        "Basic secret",
        "X-Forwarded-User",
        "admin",
        "X-Remote-User",
        "admin",
        "Origin",
        "https://history.example.org",
        "Referer",
        "https://history.example.org/?token=1",
        "Keep-Alive",
        "timeout=5",
        "TE",
        "trailers",
        "X-Anything",
        "else");

    assertThat(driver.onlyRequest().headers())
        .containsOnlyKeys(
            "accept",
            "accept-language",
            "cache-control",
            "host",
            "pragma",
            "user-agent",
            "via",
            "x-forwarded-context",
            "x-forwarded-for",
            "x-forwarded-host",
            "x-forwarded-proto",
            "x-requested-with");
    assertThat(driver.onlyRequest().header("User-Agent")).isEqualTo("a browser");
  }

  @Test
  void dropsHeadersNamedInConnection() {
    server.get(
        LIVE + "/jobs/",
        "Connection",
        "keep-alive, Accept-Language",
        "Connection",
        "x-requested-with",
        "Accept-Language",
        "de",
        "X-Requested-With",
        "XMLHttpRequest",
        "Accept",
        "text/html");

    assertThat(driver.onlyRequest().headers())
        .containsKey("accept")
        .doesNotContainKeys("accept-language", "x-requested-with");
  }

  @Test
  void forwardsOnlyAllowedResponseHeaders() {
    Map<String, String> known =
        Map.ofEntries(
            Map.entry("Content-Disposition", "attachment"),
            Map.entry("Content-Language", "de"),
            Map.entry("Content-Security-Policy", "default-src 'self'"),
            Map.entry("Content-Type", "text/html"),
            Map.entry("Vary", "Accept"));
    Map<String, String> replaced =
        Map.of(
            "Cache-Control", "private, max-age=3600",
            "X-Content-Type-Options", "nosniff",
            "X-Frame-Options", "SAMEORIGIN",
            "X-XSS-Protection", "1; mode=block");
    Map<String, String> others =
        Map.ofEntries(
            Map.entry("Set-Cookie", "session=of-the-driver; Path=/"),
            Map.entry("Service-Worker-Allowed", "/"),
            Map.entry("Clear-Site-Data", "\"*\""),
            Map.entry("Strict-Transport-Security", "max-age=31536000"),
            Map.entry("Access-Control-Allow-Origin", "*"),
            Map.entry("Access-Control-Allow-Credentials", "true"),
            Map.entry("WWW-Authenticate", "Basic"),
            Map.entry("Refresh", "0;url=https://evil.example.org"),
            Map.entry("Link", "</evil.css>; rel=stylesheet"),
            Map.entry("Alt-Svc", "h2=\"evil.example.org:443\""),
            Map.entry("Server", "Jetty"),
            Map.entry("Expires", "0"),
            Map.entry("Age", "7"),
            Map.entry("Keep-Alive", "timeout=5"),
            Map.entry("X-Anything", "else"));
    List<String> headers = new ArrayList<>();
    known.forEach((name, value) -> headers.addAll(List.of(name, value)));
    others.forEach((name, value) -> headers.addAll(List.of(name, value)));
    replaced.keySet().forEach(name -> headers.addAll(List.of(name, "the driver's")));
    driver.respond("/static/headers", Response.of(200, "a page", headers.toArray(String[]::new)));

    Reply reply = server.get(LIVE + "/static/headers");

    assertThat(reply.text()).isEqualTo("a page");
    assertThat(reply.headers()).containsAll(List.copyOf(known.entrySet()));
    replaced.forEach((name, value) -> assertThat(reply.headers(name)).containsExactly(value));
    assertThat(reply.headers())
        .extracting(Map.Entry::getKey)
        .doesNotContainAnyElementsOf(others.keySet());
  }

  @Test
  void disablesCachingOfPages() {
    driver.respond(
        "/page/",
        Response.of(
            200,
            "a page",
            "Cache-Control",
            "public, max-age=31536000, immutable",
            "Expires",
            "Thu, 31 Dec 2099 23:59:59 GMT"));

    Reply reply = server.get(LIVE + "/page/");

    assertThat(reply.text()).isEqualTo("a page");
    assertThat(reply.headers("Cache-Control"))
        .containsExactly("no-cache, no-store, must-revalidate");
    assertThat(reply.header("Expires")).isEmpty();
  }

  @Test
  void forwardsRepeatedResponseHeaders() {
    driver.respond("/twice/", Response.of(200, "", "Vary", "Accept", "Vary", "Accept-Encoding"));

    assertThat(server.get(LIVE + "/twice/").headers("Vary"))
        .containsExactly("Accept", "Accept-Encoding");
  }

  @Test
  void encodesUnusualQueriesWithoutChangingTheirMeaning() {
    Map<String, String> arrivesAs =
        Map.ofEntries(
            same("a=b&c=d&c=e"),
            same("a=%20b+c%2Fd%26"),
            same("a=%C3%A4&b=%e4"),
            same("a=/?:@!$'()*,;~"),
            same(""),
            Map.entry("a=b|c", "a=b%7Cc"),
            Map.entry("a[0]=b", "a%5B0%5D=b"),
            Map.entry("a=100%", "a=100%25"),
            Map.entry("a=%zz", "a=%25zz"),
            Map.entry("a=\"b\"<c>", "a=%22b%22%3Cc%3E"),
            Map.entry("a={b}^`\\", "a=%7Bb%7D%5E%60%5C"));
    arrivesAs.forEach(
        (sent, arrived) -> {
          driver.forget();
          assertThat(server.get(LIVE + "/jobs/?" + sent).status()).as(sent).isEqualTo(200);
          assertThat(driver.onlyRequest().target()).isEqualTo("/jobs/?" + arrived);
        });
  }

  @Test
  void encodesNonAsciiQuery() {
    server.get(LIVE + "/jobs/?name=Übung€");

    assertThat(driver.onlyRequest().target()).isEqualTo("/jobs/?name=%C3%9Cbung%E2%82%AC");
  }

  @Test
  void forwardsCanonicalPathsUnchanged() {
    String path = "/stages/stage/~a_b-c.1!$&'()*+,=:@/";

    assertThat(server.get(LIVE + path).text()).isEqualTo("driver: GET " + path);
  }

  @Test
  void forwardsRestRequestsToDriver() {
    String path = "/api/v1/applications/" + ID + "/jobs";

    assertThat(server.get(path + "?status=running").text())
        .isEqualTo("driver: GET " + path + "?status=running");
    assertThat(driver.onlyRequest().header("X-Forwarded-Context")).isEqualTo(LIVE);
  }

  private static Map.Entry<String, String> same(String query) {
    return Map.entry(query, query);
  }
}
