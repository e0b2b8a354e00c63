// SPDX-License-Identifier: Apache-2.0
package io.sparklive.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

public class PrefixTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/spark",
        "/spark/history",
        "/a.b_c~d-E9",
        "/.hidden",
        "/a..b",
        "/...",
        "/user/jo@example.org/proxy/23080",
        "/user/jo%40example.org",
        "/a+b:c,d",
        "/a=b*c(d)!$e",
        "/it's",
        "/a&b",
        "/a;b=c",
        "/%C3%BC",
        "/a%2fb",
        "/%2e%2ea"
      })
  void acceptsEveryPathSegmentCharacter(String text) {
    assertThat(Prefix.ofPath(text)).contains(new Prefix("", text));
    assertThat(Prefix.ofPathOrUrl(text)).contains(new Prefix("", text));
  }

  @ParameterizedTest
  @CsvSource({"/shs/, /shs", "/a/b/, /a/b", "/, ''"})
  void dropsTrailingSlash(String text, String path) {
    assertThat(Prefix.ofPath(text)).contains(new Prefix("", path));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spark",
        "//",
        "/spark//",
        "//evil.example.org",
        "/\\evil.example.org",
        "/a//b",
        "/.",
        "/..",
        "/../a",
        "/a/..",
        "/a/../b",
        "/a/./",
        "/a/%2e%2E/b",
        "/%2e",
        "/.%2e/a",
        "/a b",
        " /a",
        "/a ",
        "/a\"b",
        "/a<b",
        "/a>b",
        "/a`b",
        "/a^b",
        "/a{b}",
        "/a|b",
        "/a[b]",
        "/a?b",
        "/a#b",
        "/a%",
        "/a%2",
        "/a%zz",
        "/a\n",
        "/a\r\nSet-Cookie: x",
        "/a\u0000",
        "/a\u007f",
        "/ä",
        "/\uff21",
        "/a, /b",
        "/\"><script>alert(1)</script>",
        "javascript:alert(1)",
        "ftp://example.org/a",
        "data:text/html,x"
      })
  void rejectsOtherPrefixes(String text) {
    assertThat(Prefix.ofPath(text)).isEmpty();
    assertThat(Prefix.ofPathOrUrl(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "https://example.org/shs,         https://example.org,     /shs",
    "http://spark_history:18080/a/b/, http://spark_history:18080, /a/b",
    "HTTPS://[fd00::1]:8443,          HTTPS://[fd00::1]:8443,  ''",
    "https://example.org/,            https://example.org,     ''"
  })
  void acceptsUrlAsSparkDoes(String text, String origin, String path) {
    assertThat(Prefix.ofPathOrUrl(text)).contains(new Prefix(origin, path));
    assertThat(Prefix.ofPath(text)).isEmpty();
    assertThat(new Prefix(origin, path)).hasToString(origin + path);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://user@example.org/shs",
        "https://example.org/a b",
        "https://example.org//a",
        "https://example.org/a?b",
        "https:///a",
        "https:/a",
        "https://exa\"mple.org/a",
        "https://example.org:port/a"
      })
  void rejectsOtherUrls(String text) {
    assertThat(Prefix.ofPathOrUrl(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/history, history",
    "/live/history, history",
    "/proxy, proxy",
    "/user/jo/proxy/23080, proxy",
    "/proxy/history, proxy",
    "/histories/proxyx/spark-history,",
    "'',",
  })
  void returnsSegmentThatBreaksSparkScripts(String path, String segment) {
    assertThat(new Prefix("", path).misleadingSegment().orElse(null)).isEqualTo(segment);
  }

  @Test
  void parsesLongHeaderOnSmallStack() throws InterruptedException {
    boolean[] read = new boolean[1];
    String header = "/a%41".repeat(1000) + "/" + "a%41".repeat(1000);
    Thread thread =
        new Thread(
            null, () -> read[0] = Prefix.ofPathOrUrl(header).isPresent(), "small", 256 * 1024);
    thread.setUncaughtExceptionHandler((t, e) -> read[0] = false);
    thread.start();
    thread.join();
    assertThat(read[0]).isTrue();
  }
}
