package io.sparklive.pages;

import io.sparklive.routing.Links;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;

/** Our own static files, read once from beside this class. */
public final class Assets {
  private static final String CSS = "text/css;charset=utf-8";
  private static final String SCRIPT = "text/javascript;charset=utf-8";
  private static final Map<String, String> TYPES =
      Map.of(
          "live-history.css", CSS,
          "running.js", SCRIPT,
          "theme.js", SCRIPT);

  private static final Map<String, StaticFile> FILES =
      TYPES.keySet().stream()
          .collect(Collectors.toUnmodifiableMap(name -> name, name -> new StaticFile(read(name))));

  private final Pages pages;

  /** A file, and what tells it from another version of it. */
  private static final class StaticFile {
    private final byte[] content;
    private final String version;

    StaticFile(byte[] content) {
      CRC32C checksum = new CRC32C();
      checksum.update(content);
      this.content = content;
      this.version = Long.toHexString(checksum.getValue());
    }
  }

  /**
   * @param pages writes them
   */
  public Assets(Pages pages) {
    this.pages = pages;
  }

  /**
   * Where a browser finds a file: another place after each change of it, so that it may be kept.
   *
   * @param name one that exists
   */
  public static String link(Links links, String name) {
    return links.asset(name) + "?" + FILES.get(name).version;
  }

  /**
   * Writes a file.
   *
   * @return false where there is no such file, and nothing was written
   */
  public boolean write(HttpServletRequest request, HttpServletResponse response, String name)
      throws IOException {
    Optional<StaticFile> file = Optional.ofNullable(FILES.get(name));
    if (file.isEmpty()) {
      return false;
    }
    boolean asLinked = file.get().version.equals(request.getQueryString());
    pages.file(request, response, TYPES.get(name), file.get().content, asLinked);
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
