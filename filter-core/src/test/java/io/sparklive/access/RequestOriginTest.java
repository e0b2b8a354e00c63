// SPDX-License-Identifier: Apache-2.0
package io.sparklive.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestOriginTest {
  private static final String HOST = "history.example.org";

  private static RequestOrigin origin(String... headers) {
    return RequestOrigin.of(MockRequests.with("POST", headers));
  }

  @ParameterizedTest(name = "fetch={0} origin={1} referer={2}: {3}")
  @CsvSource(
      delimiter = '|',
      value = {
        "            |                  |                      | UNKNOWN",
        "none        |                  |                      | UNKNOWN",
        "None        |                  |                      | UNKNOWN",
        "same-origin |                  |                      | SAME",
        "Same-Origin |                  |                      | SAME",
        "same-site   |                  |                      | CROSS",
        "cross-site  |                  |                      | CROSS",
        "no-such     |                  |                      | CROSS",
        "none, same-origin |            |                      | CROSS",
        "''          | ''               | ''                   | UNKNOWN",
        "            | https://history.example.org |           | SAME",
        "            | https://evil.example.org    |           | CROSS",
        "            | null             |                      | CROSS",
        "            |                  | https://history.example.org/jobs/?a=b#c | SAME",
        "            |                  | https://history.example.org             | SAME",
        "            |                  | https://evil.example.org/history.example.org | CROSS",
        "            |                  | about:blank          | CROSS",
        "none        | https://history.example.org |           | SAME",
        "none        | https://evil.example.org    |           | CROSS",
        "none        |                  | https://evil.example.org/ | CROSS",
        "none        | null             |                      | CROSS",
        "same-origin | https://history.example.org | https://history.example.org/ | SAME",
        "same-origin | https://evil.example.org    |           | CROSS",
        "same-origin | null             |                      | CROSS",
        "same-origin |                  | https://evil.example.org/ | CROSS",
        "cross-site  | https://history.example.org | https://history.example.org/ | CROSS",
        "same-site   | https://history.example.org |           | CROSS",
        "            | https://history.example.org | https://evil.example.org/    | CROSS",
        "            | https://evil.example.org    | https://history.example.org/ | CROSS",
        "            | null             | https://history.example.org/ | CROSS"
      })
  void treatsRequestAsCrossSiteIfAnyHeaderDiffers(
      String fetch, String origin, String referer, RequestOrigin expected) {
    assertThat(origin("Host", HOST, "Sec-Fetch-Site", fetch, "Origin", origin, "Referer", referer))
        .isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0} at {1}: {2}")
  @CsvSource({
    "http://history:18080, history:18080, SAME",
    "http://history:18081, history:18080, CROSS",
    "http://history, history:18080, CROSS",
    "http://history:18080, history, CROSS",
    "http://history, history:80, SAME",
    "http://history:80, history, SAME",
    "https://history, history:443, SAME",
    "https://history:443, history, SAME",
    // Behind a proxy that ends TLS, the scheme here is another than the browser's.
    "https://history, history, SAME",
    "http://history, history, SAME",
    "https://history, history:80, CROSS",
    "http://history, history:443, CROSS",
    "http://History.Example.ORG, history.example.org, SAME",
    "HTTP://history, HISTORY, SAME",
    "http://127.0.0.1:18080, 127.0.0.1:18080, SAME",
    "http://127.0.0.1:18080, localhost:18080, CROSS",
    "http://spark_history:18080, spark_history:18080, SAME",
    "http://spark-history:18080, spark_history:18080, CROSS",
    "http://[::1]:18080, [::1]:18080, SAME",
    "http://[fe80::A]:18080, [fe80::a]:18080, SAME",
    "http://[::1], [::1]:80, SAME",
    "http://[::2]:18080, [::1]:18080, CROSS",
    "http://history.evil.org, history, CROSS",
    "http://evil-history, history, CROSS",
    "http://history@evil, history, CROSS",
    "http://history:18080@evil, history:18080, CROSS",
    "http://evil/@history, history, CROSS",
    "http://evil#@history, history, CROSS",
    "http://evil?@history, history, CROSS",
    "http://evil\\@history, history, CROSS",
    "ftp://history, history, CROSS",
    "file://history, history, CROSS",
    "chrome-extension://history, history, CROSS",
    "history, history, CROSS",
    "//history, history, CROSS",
    "http:history, history, CROSS",
    "http://, history, CROSS",
    "http:///, history, CROSS",
    "http://history:x, history, CROSS",
    "http://history http://evil, history, CROSS",
    "'http://evil,http://history', history, CROSS",
    "%, history, CROSS"
  })
  void recognizesSameOriginByHostAndPort(String origin, String host, RequestOrigin expected) {
    assertThat(origin("Host", host, "Origin", origin)).isEqualTo(expected);
    assertThat(origin("Host", host, "Referer", origin)).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0} at {1}: {2}")
  @CsvSource({
    "https://portal, portal, SAME",
    "https://portal:8443, portal:8443, SAME",
    "https://portal:8443, portal, CROSS",
    "https://portal, 'portal, inner', SAME",
    "https://portal, ' portal ,inner', SAME",
    "https://inner, 'portal, inner', CROSS",
    "https://evil, 'portal', CROSS",
    "https://history.example.org, portal, SAME"
  })
  void comparesOriginWithForwardedHost(
      String origin, String forwardedHost, RequestOrigin expected) {
    assertThat(origin("Host", HOST, "X-Forwarded-Host", forwardedHost, "Origin", origin))
        .isEqualTo(expected);
  }

  @Test
  void evaluatesEveryLineOfHeader() {
    assertThat(origin("Host", HOST, "Origin", "http://" + HOST, "Origin", "http://evil"))
        .isEqualTo(RequestOrigin.CROSS);
    assertThat(origin("Host", HOST, "Referer", "http://" + HOST, "Referer", "http://evil/"))
        .isEqualTo(RequestOrigin.CROSS);
    assertThat(
            origin("Host", HOST, "Sec-Fetch-Site", "same-origin", "Sec-Fetch-Site", "cross-site"))
        .isEqualTo(RequestOrigin.CROSS);
    assertThat(origin("Host", HOST, "Sec-Fetch-Site", "none", "Sec-Fetch-Site", "same-origin"))
        .isEqualTo(RequestOrigin.SAME);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "http://history", "a b", "[::1", "history/x?y#z", ":80"})
  void recognizesNoSameOriginWithoutValidHost(String host) {
    assertThat(origin("Host", host, "Origin", "http://evil")).isEqualTo(RequestOrigin.CROSS);
    assertThat(origin("Host", host, "Origin", "http:///")).isEqualTo(RequestOrigin.CROSS);
    assertThat(origin("Origin", "http://evil")).isEqualTo(RequestOrigin.CROSS);
    assertThat(origin("Host", host)).isEqualTo(RequestOrigin.UNKNOWN);
  }
}
