// SPDX-License-Identifier: Apache-2.0
package io.sparklive.pages;

import static java.util.Objects.requireNonNull;

import io.sparklive.routing.Links;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;

/** Serves the filter's own static files, which are read once from the package of this class. */
public final class Assets {
  private static final String CSS = "text/css;charset=utf-8";
  private static final String SCRIPT = "text/javascript;charset=utf-8";
  private static final Map<String, String> TYPES =
      Map.of(
          "live-history.css", CSS,
          "running.js", SCRIPT,
          "theme.js", SCRIPT);

  private static final Map<String, StaticFile> FILES =
      TYPES.entrySet().stream()
          .collect(
              Collectors.toUnmodifiableMap(
                  Map.Entry::getKey,
                  entry -> new StaticFile(entry.getValue(), read(entry.getKey()))));

  private final Pages pages;

  /** A file, and a checksum that identifies its version. */
  private static final class StaticFile {
    private final String type;
    private final byte[] content;
    private final String version;

    StaticFile(String type, byte[] content) {
      CRC32C checksum = new CRC32C();
      checksum.update(content);
      this.type = type;
      this.content = content;
      this.version = Long.toHexString(checksum.getValue());
    }
  }

  /**
   * @param pages writes the files
   */
  public Assets(Pages pages) {
    this.pages = pages;
  }

  /**
   * The link to a file. It differs after each change of the file, so that browsers may cache the
   * file.
   *
   * @param name the name of an existing file
   */
  public static String link(Links links, String name) {
    return links.asset(name) + "?" + requireNonNull(FILES.get(name), name).version;
  }

  /**
   * Writes a file.
   *
   * @return false if there is no such file; nothing was written then
   */
  public boolean write(HttpServletRequest request, HttpServletResponse response, String name)
      throws IOException {
    StaticFile file = FILES.get(name);
    if (file == null) {
      return false;
    }
    boolean isVersioned = file.version.equals(request.getQueryString());
    pages.writeFile(request, response, file.type, file.content, isVersioned);
    return true;
  }

  private static byte[] read(String name) {
    try (InputStream file = Assets.class.getResourceAsStream(name)) {
      if (file == null) {
        throw new IllegalStateException("the jar lacks " + name);
      }
      return file.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
