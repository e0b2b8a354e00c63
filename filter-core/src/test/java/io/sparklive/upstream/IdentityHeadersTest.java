// SPDX-License-Identifier: Apache-2.0
package io.sparklive.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

public class IdentityHeadersTest {
  private static final String BASE = "Host: history:4040";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Cookie: session=b",
        "Authorization: Bearer b",
        "X-Remote-User: bob",
        "X-Forwarded-User: bob",
        "X-Forwarded-For: 10.0.0.8",
        "User-Agent: another",
        "Anything: else"
      })
  void distinguishesCallersByIdentifyingHeaders(String header) {
    IdentityHeaders caller = of(BASE, header);

    assertThat(caller).isNotEqualTo(of(BASE));
    assertThat(caller).isEqualTo(of(BASE, header));
    assertThat(caller.values()).containsKey(header.split(":", 2)[0].toLowerCase(Locale.ROOT));
    assertThat(caller.toString()).doesNotContain("session", "Bearer", "bob");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Accept: text/html",
        "Accept-Encoding: gzip",
        "If-None-Match: x",
        "Range: bytes=0-1",
        "Referer: http://history/",
        "Sec-Fetch-Site: cross-site",
        "Connection: close",
        "X-Forwarded-Context: /evil",
        "X-Forwarded-Prefix: /evil",
        "traceparent: 00-1",
        "Content-Type: text/plain"
      })
  void omitsNonIdentifyingHeaders(String header) {
    IdentityHeaders caller = of(BASE, header);

    assertThat(caller).isEqualTo(of(BASE));
    assertThat(caller.values()).doesNotContainKey(header.split(":", 2)[0].toLowerCase(Locale.ROOT));
  }

  @Test
  void addsClientAddressToForwardedFor() {
    assertThat(of(BASE, "X-Forwarded-For: 10.0.0.8").values())
        .containsEntry("x-forwarded-for", List.of("10.0.0.8, 127.0.0.9"))
        .containsEntry("x-forwarded-host", List.of("history:4040"))
        .containsEntry("x-forwarded-proto", List.of("http"));
  }

  @Test
  void keepsForwardedHeadersOfOuterProxy() {
    assertThat(of(BASE, "X-Forwarded-Proto: https", "X-Forwarded-Host: spark.example").values())
        .containsEntry("x-forwarded-proto", List.of("https"))
        .containsEntry("x-forwarded-host", List.of("spark.example"));
  }

  @Test
  void hasNoHeadersForAnonymousCaller() {
    assertThat(IdentityHeaders.ANONYMOUS.values()).isEmpty();
    assertThat(IdentityHeaders.ANONYMOUS).isNotEqualTo(of(BASE));
  }

  private static IdentityHeaders of(String... lines) {
    return IdentityHeaders.of(request(lines), URI.create("https://history/"));
  }

  private static HttpServletRequest request(String... lines) {
    HttpServletRequest request = mock(HttpServletRequest.class);
    when(request.getRemoteAddr()).thenReturn("127.0.0.9");
    when(request.getHeaderNames())
        .thenReturn(
            Collections.enumeration(Arrays.stream(lines).map(l -> l.split(": ", 2)[0]).toList()));
    when(request.getHeaders(anyString()))
        .thenAnswer(call -> Collections.enumeration(values(call.getArgument(0), lines)));
    when(request.getHeader(anyString()))
        .thenAnswer(call -> values(call.getArgument(0), lines).stream().findFirst().orElse(null));
    return request;
  }

  private static List<String> values(String name, String... lines) {
    return Arrays.stream(lines)
        .map(line -> line.split(": ", 2))
        .filter(line -> line[0].equalsIgnoreCase(name))
        .map(line -> line[1])
        .toList();
  }
}
