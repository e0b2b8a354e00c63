// SPDX-License-Identifier: Apache-2.0
package io.sparklive.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.sparklive.harness.LoggedLines;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

public class PrefixesTest {
  private static Prefixes prefixes(@Nullable String proxyBase) {
    return new Prefixes(
        () ->
            Optional.ofNullable(proxyBase)
                .map(value -> new Prefixes.Setting("spark.ui.proxyBase", value)));
  }

  private static HttpServletRequest request(@Nullable String context, @Nullable String prefix) {
    HttpServletRequest request = mock(HttpServletRequest.class);
    when(request.getHeader("X-Forwarded-Context")).thenReturn(context);
    when(request.getHeader("X-Forwarded-Prefix")).thenReturn(prefix);
    return request;
  }

  @ParameterizedTest
  @CsvSource({
    // spark.ui.proxyBase, X-Forwarded-Context, X-Forwarded-Prefix, prefix
    ",           ,        ,     /war",
    ",           ,        /p,   /p",
    ",           /c,      /p,   /c",
    "/base,      /c,      /p,   /base",
    ",           /c/,     ,     /c",
    "/base/,     /c,      ,     /base",
    "'',         /c,      ,     ''",
    ",           '',      /p,   ''",
    "/a b,       /c,      ,     /c",
    "/a b,       /<x>,    /p,   /p",
    "/a b,       /<x>,    /../, /war",
    "ftp://h/a,  /c,      ,     /c",
    "https://h/a,/c,      ,     https://h/a",
    ",           https://h/a, , /war"
  })
  void usesFirstValidPrefix(String proxyBase, String context, String prefix, String expected) {
    assertThat(prefixes(proxyBase).of(request(context, prefix), "/war")).hasToString(expected);
  }

  @Test
  void logsInvalidPrefixOnce() {
    Prefixes prefixes = prefixes("/a//b");
    try (LoggedLines log = new LoggedLines()) {
      prefixes.logInvalidSetting();
      for (int i = 0; i < 3; i++) {
        assertThat(prefixes.of(request("/c\r\nWARN d", "/e f"), "")).isEqualTo(Prefix.NONE);
      }
      assertThat(log.with("Prefix ignored"))
          .satisfiesExactly(
              line -> assertThat(line).contains("WARN", "spark.ui.proxyBase is \"/a//b\""),
              line -> assertThat(line).contains("X-Forwarded-Context is \"/c  WARN d\""),
              line -> assertThat(line).contains("X-Forwarded-Prefix is \"/e f\""));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/user/jo/proxy/23080", "/history", "/team/history/x", "/proxy"})
  void acceptsPrefixThatBreaksSparkScriptsAndWarnsOnce(String prefix) {
    for (Prefixes prefixes : List.of(prefixes(null), prefixes(prefix))) {
      try (LoggedLines log = new LoggedLines()) {
        prefixes.logInvalidSetting();
        for (int i = 0; i < 3; i++) {
          assertThat(prefixes.of(request(prefix, null), "")).hasToString(prefix);
        }
        assertThat(log.with("Prefix used, but some tables of Spark's pages stay empty"))
            .singleElement()
            .satisfies(line -> assertThat(line).contains("WARN", prefix));
      }
    }
  }

  @Test
  void limitsLogLinesForChangingInvalidPrefixes() {
    Prefixes prefixes = prefixes(null);
    try (LoggedLines log = new LoggedLines()) {
      IntStream.range(0, 1000)
          .forEach(i -> prefixes.of(request("/ " + i + "x".repeat(8000), null), ""));

      assertThat(log.with("Prefix ignored"))
          .hasSize(16)
          .allSatisfy(line -> assertThat(line).hasSizeLessThan(500));
      assertThat(log.with("others will not be")).hasSize(1);
    }
  }
}
