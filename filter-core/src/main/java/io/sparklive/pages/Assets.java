package io.sparklive.pages;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Our own static files, read once from beside this class. */
public final class Assets {
  private static final String CSS = "text/css;charset=utf-8";
  private static final String SCRIPT = "text/javascript;charset=utf-8";
  private static final Map<String, String> TYPES =
      Map.of(
          "live-history.css", CSS,
          "running.js", SCRIPT,
          "theme.js", SCRIPT,
          "way-back.js", SCRIPT);

  private final Map<String, byte[]> files =
      TYPES.keySet().stream().collect(Collectors.toUnmodifiableMap(name -> name, Assets::read));
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
