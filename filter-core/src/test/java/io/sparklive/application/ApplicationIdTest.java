// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApplicationIdTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "spark-4f3e2d1c0b9a48d7a6b5c4d3e2f10011",
        "app-20261121083600-0000",
        "application_1700000000000_0001",
        "local-1795250658606",
        "a",
        "7",
        "my.job_1-x",
        "a..b"
      })
  void acceptsIdsOfSparkAndUsers(String text) {
    assertThat(ApplicationId.parse(text)).contains(new ApplicationId(text));
    assertThat(new ApplicationId(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "-a",
        ".",
        "..",
        ".a",
        "_a",
        "a b",
        "a/b",
        "a\\b",
        "a;b",
        "a%2fb",
        "a?b",
        "a#b",
        "a\nb",
        "a\n",
        "\na",
        "a\u0000",
        "<script>",
        "a<b",
        "a\"b",
        "a'b",
        "a&b",
        "ä",
        "аpp",
        "a\u202Eb",
        "٣"
      })
  void rejectsUnsafeIds(String text) {
    assertThat(ApplicationId.parse(text)).isEmpty();
    assertThatThrownBy(() -> new ApplicationId(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not an application id");
  }

  @Test
  void rejectsIdsLongerThan128Characters() {
    assertThat(ApplicationId.parse("a".repeat(128))).isPresent();
    assertThat(ApplicationId.parse("a".repeat(129))).isEmpty();
    assertThat(ApplicationId.parse("a".repeat(1_000_000))).isEmpty();
  }

  @Test
  void sortsIdsAsSparkDoes() {
    assertThat(new ApplicationId("app-2")).isLessThan(new ApplicationId("app-3"));
    assertThat(new ApplicationId("app-10")).isLessThan(new ApplicationId("app-2"));
    assertThat(new ApplicationId("Zeppelin")).isLessThan(new ApplicationId("app"));
  }
}
