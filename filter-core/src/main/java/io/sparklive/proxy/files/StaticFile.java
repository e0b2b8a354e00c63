package io.sparklive.proxy.files;

import io.sparklive.http.FileContent;
import io.sparklive.http.FileResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A static file as one driver sent it. Immutable.
 *
 * @param headers what that driver said of it, but for its form and how long it may be kept
 * @param lastModified its date, where it has one
 * @param content its bytes
 * @param isShared whether they are those of Spark's own file, which are in memory once for all
 */
public record StaticFile(
    Map<String, String> headers,
    Optional<String> lastModified,
    FileContent content,
    boolean isShared) {
  /** What browsers are told: to keep it for an hour, and then to ask whether it is the same. */
  static final String CACHING = "private, max-age=3600";

  private static final List<String> OF_A_PART =
      List.of("If-Modified-Since", "If-None-Match", "Range");

  // What a path and some headers take, so that very many small files are no little thing.
  private static final int OVERHEAD = 1024;

  /** How much memory it takes for itself, in bytes. */
  int weight() {
    return OVERHEAD + (isShared ? 0 : content.size());
  }

  /** Whether it may be sent to a browser whose user may not have logged in. */
  boolean isOfFile() {
    return FileRules.areOfFile(types());
  }

  private List<String> types() {
    return Optional.ofNullable(headers.get("Content-Type")).stream().toList();
  }

  /** Whether the response to this request cannot be a 206 or a 304. */
  private static boolean isForWhole(HttpServletRequest request) {
    return OF_A_PART.stream().allMatch(name -> request.getHeader(name) == null);
  }

  /**
   * Writes it as the response.
   *
   * @param onlyFile whether the browser may get nothing but a file
   */
  void write(HttpServletRequest request, HttpServletResponse response, boolean onlyFile)
      throws IOException {
    headers.forEach(
        (name, value) -> {
          if (!onlyFile || FileRules.isHeaderOfFile(name)) {
            // A policy may stand there, of this filter or of one before it.
            response.addHeader(name, value);
          }
        });
    FileRules.makeHarmless(response, isForWhole(request), types());
    response.setHeader("Cache-Control", CACHING);
    FileResponse.write(request, response, content, lastModified);
  }
}
