// SPDX-License-Identifier: Apache-2.0
package io.sparklive.pages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.sparklive.routing.Links;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Serves the filter's own static files, which are read once from the package of this class.
 *
 * <p>The script of the running table is one file, joined of the ES modules of this package.
 */
public final class Assets {
  private static final String CSS = "text/css;charset=utf-8";
  private static final String SCRIPT = "text/javascript;charset=utf-8";

  private static final Map<String, StaticFile> FILES = readAll();

  private final Pages pages;

  /** A file, and a checksum that identifies its version. */
  private static final class StaticFile {
    private final String type;
    private final byte[] content;
    private final String version;

    StaticFile(String type, String text) {
      this.type = type;
      this.content = text.getBytes(UTF_8);
      this.version = checksum(content);
    }
  }

  /**
   * @param pages writes the files
   */
  public Assets(Pages pages) {
    this.pages = pages;
  }

  /**
   * The link to a file. It differs after each change of the file, so that browsers may cache it.
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

  private static Map<String, StaticFile> readAll() {
    return Map.of(
        "live-history.css", new StaticFile(CSS, read("live-history.css")),
        "logs.css", new StaticFile(CSS, read("logs.css")),
        "theme.js", new StaticFile(SCRIPT, read("theme.js")),
        "running.js", new StaticFile(SCRIPT, JoinedModules.of("running.js", Assets::read)),
        "logs.js", new StaticFile(SCRIPT, JoinedModules.of("logs.js", Assets::read)));
  }

  private static String checksum(byte[] content) {
    CRC32C checksum = new CRC32C();
    checksum.update(content);
    return Long.toHexString(checksum.getValue());
  }

  private static String read(String name) {
    try (InputStream file = Assets.class.getResourceAsStream(name)) {
      if (file == null) {
        throw new IllegalStateException("the jar lacks " + name);
      }
      return new String(file.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
