package io.sparklive.pages;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;

/** Our own static files, read once from beside this class. */
public final class Assets {
  private static final Map<String, String> TYPES =
      Map.of(
          "live-history.css", "text/css;charset=utf-8",
          "theme.js", "text/javascript;charset=utf-8");

  private final Map<String, byte[]> files =
      Map.of("live-history.css", read("live-history.css"), "theme.js", read("theme.js"));
  private final Pages pages;

  /**
   * @param pages writes them
   */
  public Assets(Pages pages) {
    this.pages = pages;
  }

  /**
   * Writes a file.
   *
   * @return false where there is no such file, and nothing was written
   */
  public boolean write(HttpServletRequest request, HttpServletResponse response, String name)
      throws IOException {
    Optional<byte[]> file = Optional.ofNullable(files.get(name));
    if (file.isEmpty()) {
      return false;
    }
    pages.file(request, response, TYPES.get(name), file.get());
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
