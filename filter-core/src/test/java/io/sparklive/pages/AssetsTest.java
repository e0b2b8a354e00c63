// SPDX-License-Identifier: Apache-2.0
package io.sparklive.pages;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.spi.SecurityHeaders;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AssetsTest {
  private final Assets assets =
      new Assets(new Pages(() -> new SparkTheme("4.2.0"), SecurityHeaders.USUAL));
  private final RecordedResponse response = new RecordedResponse();

  @ParameterizedTest
  @CsvSource({
    "live-history.css, text/css;charset=utf-8",
    "theme.js, text/javascript;charset=utf-8",
    "running.js, text/javascript;charset=utf-8"
  })
  void writesOwnFiles(String name, String type) throws IOException {
    assertThat(assets.write(Requests.over("http"), response, name)).isTrue();

    try (InputStream file = requireNonNull(Assets.class.getResourceAsStream(name))) {
      assertThat(response.bytes()).isNotEmpty().isEqualTo(file.readAllBytes());
    }
    assertThat(response.getStatus()).isEqualTo(200);
    assertThat(response.headers())
        .containsEntry("Content-Type", type)
        .containsEntry("Cache-Control", "no-cache")
        .containsEntry("X-Content-Type-Options", "nosniff");
    assertThat(response.contentLength()).hasValue(response.bytes().length);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "nothing.css", "Assets.class", "../pages/theme.js", "/theme.js", "THEME.JS"})
  void writesNoOtherFiles(String name) throws IOException {
    assertThat(assets.write(Requests.over("http"), response, name)).isFalse();

    assertThat(response.bytes()).isEmpty();
    assertThat(response.headers()).isEmpty();
  }
}
