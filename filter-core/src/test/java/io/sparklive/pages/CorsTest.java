// SPDX-License-Identifier: Apache-2.0
package io.sparklive.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.when;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CorsTest {
  private static final String PORTAL = "https://portal.example.org";
  private static final String ALLOW = "Access-Control-Allow-Origin";
  private static final Cors NO_ORIGIN = new Cors(Set.of());
  private static final Cors ANY_ORIGIN = new Cors(Set.of("*"));
  private static final Cors NAMED = new Cors(Set.of(PORTAL, "http://localhost:3000"));

  private final RecordedResponse response = new RecordedResponse();

  private static HttpServletRequest from(String origin) {
    return Requests.over("http", "Origin", origin);
  }

  private static HttpServletRequest preflight(String method, String origin, String wanted) {
    HttpServletRequest request =
        Requests.over("http", "Origin", origin, "Access-Control-Request-Method", wanted);
    when(request.getMethod()).thenReturn(method);
    return request;
  }

  @Test
  void sendsNoHeadersWithoutConfiguredOrigin() {
    NO_ORIGIN.setHeaders(from(PORTAL), response);

    assertThat(response.headers()).isEmpty();
    assertThat(NO_ORIGIN.isPreflight(preflight("OPTIONS", PORTAL, "GET"))).isFalse();
  }

  @Test
  void allowsEveryOriginWithoutCredentials() {
    ANY_ORIGIN.setHeaders(from("https://anything.example.org"), response);

    assertThat(response.headers()).containsExactly(Map.entry(ALLOW, "*"));
  }

  @ParameterizedTest
  @ValueSource(strings = {PORTAL, "http://localhost:3000"})
  void allowsConfiguredOriginWithCredentials(String origin) {
    NAMED.setHeaders(from(origin), response);

    assertThat(response.headers())
        .containsOnly(
            Map.entry("Vary", "Origin"),
            Map.entry(ALLOW, origin),
            Map.entry("Access-Control-Allow-Credentials", "true"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://portal.example.org",
        "https://portal.example.org.evil.org",
        "https://portal.example.org:8443",
        "https://PORTAL.example.org",
        "https://portal.example.org/",
        "https://a.portal.example.org",
        "null",
        ""
      })
  void sendsOnlyVaryToOtherOrigins(String origin) {
    NAMED.setHeaders(from(origin), response);

    assertThat(response.headers()).containsExactly(Map.entry("Vary", "Origin"));
  }

  @Test
  void sendsVaryWithoutOrigin() {
    NAMED.setHeaders(Requests.over("http"), response);

    assertThat(response.headers()).containsExactly(Map.entry("Vary", "Origin"));
  }

  @ParameterizedTest
  @CsvSource({
    "OPTIONS, https://x.org, GET, true",
    "GET, https://x.org, GET, false",
    "OPTIONS, , GET, false",
    "OPTIONS, https://x.org, , false"
  })
  void recognizesPreflight(String method, String origin, String wanted, boolean expected) {
    assertThat(NAMED.isPreflight(preflight(method, origin, wanted))).isEqualTo(expected);
  }

  @Test
  void allowsReadMethodsInPreflightOfConfiguredOrigin() {
    NAMED.setPreflightHeaders(preflight("OPTIONS", PORTAL, "GET"), response);

    assertThat(response.headers())
        .containsEntry(ALLOW, PORTAL)
        .containsEntry("Access-Control-Allow-Methods", "GET, HEAD")
        .containsKey("Access-Control-Max-Age");
  }

  @Test
  void allowsNothingInPreflightOfOtherOrigin() {
    NAMED.setPreflightHeaders(preflight("OPTIONS", "https://evil.example.org", "GET"), response);

    assertThat(response.headers()).containsExactly(Map.entry("Vary", "Origin"));
  }
}
