// SPDX-License-Identifier: Apache-2.0
package io.sparklive.config;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GatewaySettingsTest {
  private static GatewaySettings settings(Map<String, String> texts) {
    return GatewaySettings.of(texts, false, (name, text) -> name + "=" + text);
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost:18080, http://localhost:18080",
    "https://history.example.org/spark//, https://history.example.org/spark",
    "HTTP://[::1]:18080/, HTTP://[::1]:18080"
  })
  void readsHistoryUrl(String text, URI url) {
    assertThat(settings(Map.of("historyUrl", text)))
        .isEqualTo(new GatewaySettings(url, "/sparkui"));
  }

  @Test
  void readsParametersOfFilterToo() {
    Map<String, String> texts =
        Map.ofEntries(
            entry("historyUrl", "http://history:18080/spark/"),
            entry("proxyBase", "/live/ui"),
            entry("drivers", "a:1"));
    assertThat(settings(texts))
        .isEqualTo(new GatewaySettings(URI.create("http://history:18080/spark"), "/live/ui"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:18080",
        "history",
        "ftp://history:21",
        "http://",
        "http:///spark",
        "http://user:secret@history:18080",
        "http://history:18080/?a=b",
        "http://history:18080/#a",
        "http://history:99999",
        "http://his tory:18080",
        "http://a:1,http://b:2"
      })
  void rejectsInvalidHistoryUrl(String text) {
    assertThatThrownBy(() -> settings(Map.of("historyUrl", text)))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessage(
            "historyUrl="
                + text
                + " is invalid; allowed: "
                + Parameters.HISTORY_URL.allowedInWords());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "none"})
  void requiresHistoryUrl(String text) {
    assertThatThrownBy(() -> settings(Map.of("historyUrl", text)))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessage(
            "historyUrl is not set: it is the URL of the History Server behind this gateway"
                + " (historyUrl=http://localhost:18080); allowed: an address such as"
                + " http://spark-history:18080, http or https, without user and query");
  }
}
