// SPDX-License-Identifier: Apache-2.0
package io.sparklive.pages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.when;

import io.sparklive.routing.Links;
import io.sparklive.spi.SecurityHeaders;
import io.sparklive.testkit.ProjectFiles;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AssetsTest {
  private static final Links LINKS = new Links("", "/sparkui");
  private static final Pattern IMPORT = Pattern.compile("[\"'][.]/([^\"'?]+)([?][^\"']*)?[\"']");

  /** All modules together, compressed: the page loads them at once. */
  private static final int MOST_BYTES = 20 * 1024;

  private final Assets assets =
      new Assets(new Pages(() -> new SparkTheme("4.2.0"), SecurityHeaders.USUAL));
  private final RecordedResponse response = new RecordedResponse();

  @ParameterizedTest
  @CsvSource({
    "live-history.css, text/css;charset=utf-8",
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
      strings = {"", "nothing.css", "Assets.class", "../pages/theme.js", "/theme.js", "THEME.JS"})
  void writesNoOtherFiles(String name) throws IOException {
    assertThat(assets.write(Requests.over("http"), response, name)).isFalse();

    assertThat(response.bytes()).isEmpty();
    assertThat(response.headers()).isEmpty();
  }

  @Test
  void writesEachModuleThatAModuleImports() throws IOException {
    assertThat(modules().keySet()).isEqualTo(moduleFiles());
  }

  @Test
  void addsOneVersionToAllImports() throws IOException {
    String version = version();
    for (Map.Entry<String, String> module : modules().entrySet()) {
      assertThat(IMPORT.matcher(module.getValue()).results().map(found -> found.group(2)))
          .as(module.getKey())
          .allMatch(version::equals);
    }
  }

  @Test
  void marksVersionedModulesImmutable() throws IOException {
    for (String name : moduleFiles()) {
      RecordedResponse versioned = write(name, version().substring(1));
      assertThat(versioned.headers())
          .containsEntry("Content-Type", "text/javascript;charset=utf-8")
          .containsEntry("Cache-Control", "max-age=31536000, immutable")
          .containsEntry("X-Content-Type-Options", "nosniff");
      RecordedResponse unversioned = write(name, null);
      assertThat(unversioned.bytes()).isEqualTo(versioned.bytes());
      assertThat(unversioned.headers()).containsEntry("Cache-Control", "no-cache");
    }
  }

  @Test
  void writesOnlyEntryForOtherVersions() throws IOException {
    RecordedResponse entry = write("running.js", "1f2e3d");
    assertThat(entry.text()).contains("\"./view.js" + version() + "\"");
    assertThat(entry.headers()).containsEntry("Cache-Control", "no-cache");

    assertThat(assets.write(request("1f2e3d"), response, "view.js")).isFalse();
    assertThat(response.headers()).isEmpty();
  }

  @Test
  void removesCommentsFromModulesAndNothingElse() throws IOException {
    Map<String, String> written = modules();
    for (String name : moduleFiles()) {
      String code =
          source(name)
              .lines()
              .filter(line -> !line.matches(" *(?://|/[*][*]| [*]).*"))
              .collect(Collectors.joining("\n", "", "\n"));
      assertThat(written.get(name).replace(version() + "\"", "\"")).as(name).isEqualTo(code);
    }
  }

  @Test
  void staysSmall() throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      for (String text : modules().values()) {
        gzip.write(text.getBytes(UTF_8));
      }
    }
    assertThat(compressed.size()).isLessThanOrEqualTo(MOST_BYTES);
  }

  /** The modules as a browser loads them: from the link of the page on, import by import. */
  private Map<String, String> modules() throws IOException {
    Map<String, String> loaded = new TreeMap<>();
    Deque<String> wanted = new ArrayDeque<>(Set.of("running.js"));
    while (!wanted.isEmpty()) {
      String name = wanted.pop();
      if (loaded.containsKey(name)) {
        continue;
      }
      String text = write(name, version().substring(1)).text();
      loaded.put(name, text);
      IMPORT.matcher(text).results().forEach(found -> wanted.add(found.group(1)));
    }
    return loaded;
  }

  private static String version() {
    return Assets.link(LINKS, "running.js").replaceFirst("^[^?]*", "");
  }

  private RecordedResponse write(String name, @Nullable String query) throws IOException {
    RecordedResponse written = new RecordedResponse();
    assertThat(assets.write(request(query), written, name)).as(name).isTrue();
    return written;
  }

  private static HttpServletRequest request(@Nullable String query) {
    HttpServletRequest request = Requests.over("http");
    when(request.getQueryString()).thenReturn(query);
    return request;
  }

  private static Set<String> moduleFiles() throws IOException {
    try (Stream<Path> files = Files.list(directory())) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".js") && !name.equals("theme.js"))
          .collect(Collectors.toSet());
    }
  }

  private static String source(String name) throws IOException {
    return Files.readString(directory().resolve(name));
  }

  private static Path directory() {
    return ProjectFiles.at("filter-core", "src", "main", "resources", "io", "sparklive", "pages");
  }
}
