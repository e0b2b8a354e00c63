// SPDX-License-Identifier: Apache-2.0
package io.sparklive.spi;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.pages.Message;
import io.sparklive.pages.Pages;
import io.sparklive.pages.RecordedResponse;
import io.sparklive.pages.Requests;
import io.sparklive.pages.SparkTheme;
import io.sparklive.routing.Links;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

public class SecurityHeadersTest {
  private static final String FRAMING = "spark.ui.allowFramingFrom";
  private static final String XSS = "spark.ui.xXssProtection";
  private static final String SNIFFING = "spark.ui.xContentTypeOptions.enabled";
  private static final String TRANSPORT = "spark.ui.strictTransportSecurity";

  private static SecurityHeaders of(Map<String, String> settings) {
    return new SecurityHeaders(
        Optional.ofNullable(settings.get(FRAMING)),
        settings.getOrDefault(XSS, "1; mode=block"),
        Boolean.parseBoolean(settings.getOrDefault(SNIFFING, "true")),
        Optional.ofNullable(settings.get(TRANSPORT)));
  }

  private static Map<String, String> set(String scheme, Map<String, String> settings) {
    RecordedResponse response = new RecordedResponse();
    of(settings).set(Requests.over(scheme), response);
    return response.headers();
  }

  @Test
  void equalSparkDefaultsWithoutSettings() {
    assertThat(of(Map.of())).isEqualTo(SecurityHeaders.USUAL);
    assertThat(set("http", Map.of()))
        .containsOnly(
            Map.entry("X-Frame-Options", "SAMEORIGIN"),
            Map.entry("X-XSS-Protection", "1; mode=block"),
            Map.entry("X-Content-Type-Options", "nosniff"));
    assertThat(set("https", Map.of())).doesNotContainKey("Strict-Transport-Security");
  }

  @Test
  void followSettings() {
    Map<String, String> settings =
        Map.of(
            FRAMING, "https://portal.example.org",
            XSS, "0",
            SNIFFING, "false",
            TRANSPORT, "max-age=31536000");

    assertThat(set("https", settings))
        .containsOnly(
            Map.entry("X-Frame-Options", "ALLOW-FROM https://portal.example.org"),
            Map.entry(
                "Content-Security-Policy", "frame-ancestors 'self' https://portal.example.org"),
            Map.entry("X-XSS-Protection", "0"),
            Map.entry("Strict-Transport-Security", "max-age=31536000"));
    assertThat(set("http", settings)).doesNotContainKey("Strict-Transport-Security");
    assertThat(set("http", Map.of(SNIFFING, "TRUE")))
        .containsEntry("X-Content-Type-Options", "nosniff");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://portal.example.org",
        "https://portal.example.org:8443",
        "https://*.example.org",
        "https://[::1]:8443"
      })
  void allowConfiguredFrameAncestors(String from) throws IOException {
    assertThat(policy(from)).endsWith("; frame-ancestors 'self' " + from);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://a.org; script-src *",
        "https://a.org, script-src *",
        "https://a.org https://b.org",
        "'unsafe-inline'",
        "https://a.org\r\nX: y",
        "https://a.org\tx",
        "<script>",
        "https://a.org/?a=b",
        ""
      })
  void ignoreInvalidFrameAncestors(String from) throws IOException {
    assertThat(policy(from)).endsWith("; frame-ancestors 'self'").isEqualTo(policy(null));
  }

  private static String policy(@Nullable String framingFrom) throws IOException {
    RecordedResponse response = new RecordedResponse();
    SecurityHeaders headers = of(framingFrom == null ? Map.of() : Map.of(FRAMING, framingFrom));
    new Pages(() -> new SparkTheme("4.2.0"), headers)
        .writeHtml(
            Requests.over("http"),
            response,
            new Message(404, "No such page", "Nothing.", List.of(), Optional.empty()),
            new Links("", "/sparkui"));
    return response.header("Content-Security-Policy").orElseThrow();
  }
}
