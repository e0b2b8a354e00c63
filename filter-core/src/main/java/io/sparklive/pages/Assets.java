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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * Serves the filter's own static files, which are read once from the package of this class.
 *
 * <p>The script of the running table consists of ES modules. Each import gets the checksum over all
 * modules as its query. So browsers may cache the modules, and a page never has modules of two
 * versions: only the entry is served under a checksum of another version.
 */
public final class Assets {
  private static final String CSS = "text/css;charset=utf-8";
  private static final String SCRIPT = "text/javascript;charset=utf-8";

  /** The module that the pages load. */
  private static final String ENTRY = "running.js";

  private static final List<String> IMPORTED_MODULES =
      List.of(
          "address.js",
          "bar.js",
          "details.js",
          "dom.js",
          "ended.js",
          "fetching.js",
          "links.js",
          "model.js",
          "requests.js",
          "row.js",
          "table.js",
          "totals.js",
          "view.js",
          "wall.js",
          "words.js");

  private static final Pattern IMPORT =
      Pattern.compile("^((?:import|.*\\} from) \"[.]/[a-z]+[.]js)\";$", Pattern.MULTILINE);

  /** Lines that are comments: a quarter of the size. A comment after code stays. */
  private static final Pattern COMMENT =
      Pattern.compile("^ *(?:/[*][*].*?[*]/|//[^\n]*)\n", Pattern.MULTILINE | Pattern.DOTALL);

  private static final Map<String, StaticFile> FILES = readAll();

  private final Pages pages;

  /** A file, and a checksum that identifies its version. */
  private static final class StaticFile {
    private final String type;
    private final byte[] content;
    private final String version;

    StaticFile(String type, byte[] content, String version) {
      this.type = type;
      this.content = content;
      this.version = version;
    }

    StaticFile(String type, byte[] content) {
      this(type, content, checksum(content));
    }
  }

  /**
   * @param pages writes the files
   */
  public Assets(Pages pages) {
    this.pages = pages;
  }

  /**
   * The link to a file. It differs after each change of the file or of a module that it imports, so
   * that browsers may cache the file.
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
    String version = request.getQueryString();
    boolean isVersioned = file.version.equals(version);
    if (!isVersioned && version != null && IMPORTED_MODULES.contains(name)) {
      // A module of another version imports this one, for example during a rolling update.
      return false;
    }
    pages.writeFile(request, response, file.type, file.content, isVersioned);
    return true;
  }

  private static Map<String, StaticFile> readAll() {
    Map<String, StaticFile> files = new HashMap<>();
    files.put("live-history.css", new StaticFile(CSS, read("live-history.css")));
    files.put("theme.js", new StaticFile(SCRIPT, read("theme.js")));
    Map<String, String> modules = new HashMap<>();
    CRC32C checksum = new CRC32C();
    modules.put(ENTRY, readModule(ENTRY, checksum));
    for (String name : IMPORTED_MODULES) {
      modules.put(name, readModule(name, checksum));
    }
    String version = Long.toHexString(checksum.getValue());
    modules.forEach(
        (name, text) -> {
          String versioned = IMPORT.matcher(text).replaceAll("$1?" + version + "\";");
          byte[] content = versioned.getBytes(UTF_8);
          files.put(name, new StaticFile(SCRIPT, content, version));
        });
    return Map.copyOf(files);
  }

  private static String readModule(String name, CRC32C checksum) {
    String text = COMMENT.matcher(new String(read(name), UTF_8)).replaceAll("");
    checksum.update(text.getBytes(UTF_8));
    return text;
  }

  private static String checksum(byte[] content) {
    CRC32C checksum = new CRC32C();
    checksum.update(content);
    return Long.toHexString(checksum.getValue());
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
