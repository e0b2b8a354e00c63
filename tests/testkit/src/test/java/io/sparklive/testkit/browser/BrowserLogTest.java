// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.browser;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("browser")
@InChromium
class BrowserLogTest {
  private Chromium browser;
  private HttpServer server;
  private volatile String script = "";

  @BeforeEach
  void start(Chromium browser) throws IOException {
    this.browser = browser;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/page", exchange -> respond(exchange, 200));
    server.createContext("/", exchange -> respond(exchange, 404));
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void respond(HttpExchange exchange, int status) throws IOException {
    try (exchange) {
      String page = "<link rel='icon' href='data:,'><script>" + script + "</script>";
      byte[] body = page.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "text/html;charset=utf-8");
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private String url(String path) {
    return "http://127.0.0.1:" + server.getAddress().getPort() + path;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "setTimeout(() => alert('stop'))|dialog: stop",
        "setTimeout(() => confirm('sure?'))|dialog: sure?",
        "console.error('broken')|broken",
        "undefinedFunction()|undefinedFunction is not defined",
        "fetch('/missing')|missing: 404",
        "new Image().src = 'http://127.0.0.1:1/x.png'|x.png: net::"
      })
  void failsTestOnUnexpectedBrowserError(String trouble, String text) {
    script = trouble;
    browser.open(url("/page"));
    assertThatThrownBy(() -> BrowserLog.endOfTest(true))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(text);

    browser.open(url("/page"));
    browser.expect(text);
    browser.expect("Failed to load resource");
    assertThatCode(() -> BrowserLog.endOfTest(true)).doesNotThrowAnyException();
  }

  @Test
  void checksEveryPageOfTest() {
    script = "console.error('on the first page')";
    browser.open(url("/page"));
    script = "";
    browser.open(url("/page"));
    browser.activity();

    assertThatThrownBy(() -> BrowserLog.endOfTest(true)).hasMessageContaining("on the first page");
  }

  @Test
  void skipsCheckIfTestHasFailed() {
    script = "alert('stop')";
    browser.open(url("/page"));

    assertThatCode(() -> BrowserLog.endOfTest(false)).doesNotThrowAnyException();
    assertThatCode(() -> BrowserLog.endOfTest(true)).doesNotThrowAnyException();
  }

  @Test
  void ignoresRequestsAbortedByNavigation() {
    script = "fetch('/page?slow').catch(() => {})";
    for (int i = 0; i < 5; i++) {
      browser.open(url("/page"));
    }
    assertThatCode(() -> BrowserLog.endOfTest(true)).doesNotThrowAnyException();
  }
}
