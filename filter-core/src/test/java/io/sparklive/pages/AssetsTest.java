// SPDX-License-Identifier: Apache-2.0
package io.sparklive.pages;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.when;

import io.sparklive.routing.Links;
import io.sparklive.spi.SecurityHeaders;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AssetsTest {
  private static final Links LINKS = new Links("", "/sparkui");
  private static final String ENTRY = "running.js";

  /** The scripts of the page together, each compressed: the page loads them at once. */
  private static final int MOST_BYTES = 20 * 1024;

  private final Assets assets =
      new Assets(new Pages(() -> new SparkTheme("4.2.0"), SecurityHeaders.USUAL));
  private final RecordedResponse response = new RecordedResponse();

  @ParameterizedTest
  @CsvSource({
    "live-history.css, text/css;charset=utf-8",
    "logs.css, text/css;charset=utf-8",
    "theme.js, text/javascript;charset=utf-8",
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
      strings = {
        "",
        "nothing.css",
        "Assets.class",
        "../pages/theme.js",
        "/theme.js",
        "THEME.JS",
        "view.js"
      })
  void writesNoOtherFiles(String name) throws IOException {
    assertThat(assets.write(Requests.over("http"), response, name)).isFalse();

    assertThat(response.bytes()).isEmpty();
    assertThat(response.headers()).isEmpty();
  }

  @Test
  void marksOnlyCurrentVersionImmutable() throws IOException {
    String version = Assets.link(LINKS, ENTRY).replaceFirst("^.*[?]", "");
    RecordedResponse versioned = write(ENTRY, version);
    assertThat(versioned.headers())
        .containsEntry("Content-Type", "text/javascript;charset=utf-8")
        .containsEntry("Cache-Control", "max-age=31536000, immutable")
        .containsEntry("X-Content-Type-Options", "nosniff");

    for (RecordedResponse other : List.of(write(ENTRY, null), write(ENTRY, "1f2e3d"))) {
      assertThat(other.bytes()).isEqualTo(versioned.bytes());
      assertThat(other.headers()).containsEntry("Cache-Control", "no-cache");
    }
  }

  @Test
  void staysSmall() throws IOException {
    int compressed = 0;
    for (String name : List.of(ENTRY, "theme.js")) {
      compressed += compress(write(name, null).bytes()).length;
    }
    assertThat(compressed).isLessThanOrEqualTo(MOST_BYTES);
  }

  private static byte[] compress(byte[] content) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(content);
    }
    return compressed.toByteArray();
  }

  private RecordedResponse write(String name, @Nullable String query) throws IOException {
    RecordedResponse written = new RecordedResponse();
    HttpServletRequest request = Requests.over("http");
    when(request.getQueryString()).thenReturn(query);
    assertThat(assets.write(request, written, name)).as(name).isTrue();
    return written;
  }
}
