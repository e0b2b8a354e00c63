package io.sparklive.access;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestOriginTest {
  private static final String HOST = "history.example.org";

  private static RequestOrigin site(String... headers) {
    return RequestOrigin.of(Asked.with("POST", headers));
  }

  @ParameterizedTest(name = "fetch={0} origin={1} referer={2}: {3}")
  @CsvSource(
      delimiter = '|',
      value = {
        "            |                  |                      | UNKNOWN",
        "none        |                  |                      | UNKNOWN",
        "None        |                  |                      | UNKNOWN",
        "same-origin |                  |                      | OWN",
        "Same-Origin |                  |                      | OWN",
        "same-site   |                  |                      | OTHER",
        "cross-site  |                  |                      | OTHER",
        "no-such     |                  |                      | OTHER",
        "none, same-origin |            |                      | OTHER",
        "''          | ''               | ''                   | UNKNOWN",
        "            | https://history.example.org |           | OWN",
        "            | https://evil.example.org    |           | OTHER",
        "            | null             |                      | OTHER",
        "            |                  | https://history.example.org/jobs/?a=b#c | OWN",
        "            |                  | https://history.example.org             | OWN",
        "            |                  | https://evil.example.org/history.example.org | OTHER",
        "            |                  | about:blank          | OTHER",
        "none        | https://history.example.org |           | OWN",
        "none        | https://evil.example.org    |           | OTHER",
        "none        |                  | https://evil.example.org/ | OTHER",
        "none        | null             |                      | OTHER",
        "same-origin | https://history.example.org | https://history.example.org/ | OWN",
        "same-origin | https://evil.example.org    |           | OTHER",
        "same-origin | null             |                      | OTHER",
        "same-origin |                  | https://evil.example.org/ | OTHER",
        "cross-site  | https://history.example.org | https://history.example.org/ | OTHER",
        "same-site   | https://history.example.org |           | OTHER",
        "            | https://history.example.org | https://evil.example.org/    | OTHER",
        "            | https://evil.example.org    | https://history.example.org/ | OTHER",
        "            | null             | https://history.example.org/ | OTHER"
      })
  void treatsRequestAsCrossSiteIfAnyHeaderDiffers(
      String fetch, String origin, String referer, RequestOrigin expected) {
    assertThat(site("Host", HOST, "Sec-Fetch-Site", fetch, "Origin", origin, "Referer", referer))
        .isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0} at {1}: {2}")
  @CsvSource({
    "http://history:18080, history:18080, OWN",
    "http://history:18081, history:18080, OTHER",
    "http://history, history:18080, OTHER",
    "http://history:18080, history, OTHER",
    "http://history, history:80, OWN",
    "http://history:80, history, OWN",
    "https://history, history:443, OWN",
    "https://history:443, history, OWN",
    // Behind a proxy that ends TLS, the scheme here is another than the browser's.
    "https://history, history, OWN",
    "http://history, history, OWN",
    "https://history, history:80, OTHER",
    "http://history, history:443, OTHER",
    "http://History.Example.ORG, history.example.org, OWN",
    "HTTP://history, HISTORY, OWN",
    "http://127.0.0.1:18080, 127.0.0.1:18080, OWN",
    "http://127.0.0.1:18080, localhost:18080, OTHER",
    "http://spark_history:18080, spark_history:18080, OWN",
    "http://spark-history:18080, spark_history:18080, OTHER",
    "http://[::1]:18080, [::1]:18080, OWN",
    "http://[fe80::A]:18080, [fe80::a]:18080, OWN",
    "http://[::1], [::1]:80, OWN",
    "http://[::2]:18080, [::1]:18080, OTHER",
    "http://history.evil.org, history, OTHER",
    "http://evil-history, history, OTHER",
    "http://history@evil, history, OTHER",
    "http://history:18080@evil, history:18080, OTHER",
    "http://evil/@history, history, OTHER",
    "http://evil#@history, history, OTHER",
    "http://evil?@history, history, OTHER",
    "http://evil\\@history, history, OTHER",
    "ftp://history, history, OTHER",
    "file://history, history, OTHER",
    "chrome-extension://history, history, OTHER",
    "history, history, OTHER",
    "//history, history, OTHER",
    "http:history, history, OTHER",
    "http://, history, OTHER",
    "http:///, history, OTHER",
    "http://history:x, history, OTHER",
    "http://history http://evil, history, OTHER",
    "'http://evil,http://history', history, OTHER",
    "%, history, OTHER"
  })
  void recognizesSameOriginByHostAndPort(String origin, String host, RequestOrigin expected) {
    assertThat(site("Host", host, "Origin", origin)).isEqualTo(expected);
    assertThat(site("Host", host, "Referer", origin)).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0} at {1}: {2}")
  @CsvSource({
    "https://portal, portal, OWN",
    "https://portal:8443, portal:8443, OWN",
    "https://portal:8443, portal, OTHER",
    "https://portal, 'portal, inner', OWN",
    "https://portal, ' portal ,inner', OWN",
    "https://inner, 'portal, inner', OTHER",
    "https://evil, 'portal', OTHER",
    "https://history.example.org, portal, OWN"
  })
  void comparesOriginWithForwardedHost(
      String origin, String forwardedHost, RequestOrigin expected) {
    assertThat(site("Host", HOST, "X-Forwarded-Host", forwardedHost, "Origin", origin))
        .isEqualTo(expected);
  }

  @Test
  void evaluatesEveryLineOfHeader() {
    assertThat(site("Host", HOST, "Origin", "http://" + HOST, "Origin", "http://evil"))
        .isEqualTo(RequestOrigin.CROSS);
    assertThat(site("Host", HOST, "Referer", "http://" + HOST, "Referer", "http://evil/"))
        .isEqualTo(RequestOrigin.CROSS);
    assertThat(site("Host", HOST, "Sec-Fetch-Site", "same-origin", "Sec-Fetch-Site", "cross-site"))
        .isEqualTo(RequestOrigin.CROSS);
    assertThat(site("Host", HOST, "Sec-Fetch-Site", "none", "Sec-Fetch-Site", "same-origin"))
        .isEqualTo(RequestOrigin.SAME);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "http://history", "a b", "[::1", "history/x?y#z", ":80"})
  void recognizesNoSameOriginWithoutValidHost(String host) {
    assertThat(site("Host", host, "Origin", "http://evil")).isEqualTo(RequestOrigin.CROSS);
    assertThat(site("Host", host, "Origin", "http:///")).isEqualTo(RequestOrigin.CROSS);
    assertThat(site("Origin", "http://evil")).isEqualTo(RequestOrigin.CROSS);
    assertThat(site("Host", host)).isEqualTo(RequestOrigin.UNKNOWN);
  }
}
