package io.sparklive.proxy;

import io.sparklive.pages.FileAnswer;
import io.sparklive.pages.FileContent;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
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
record StaticFile(
    Map<String, String> headers,
    Optional<String> lastModified,
    FileContent content,
    boolean isShared) {
  /** What browsers are told: to keep it for an hour, and then to ask whether it is the same. */
  static final String CACHING = "private, max-age=3600";

  // What a path and some headers take, so that very many small files are no little thing.
  private static final int OVERHEAD = 1024;

  /** How much memory it takes for itself, in bytes. */
  int weight() {
    return OVERHEAD + (isShared ? 0 : content.size());
  }

  /** Whether it may be sent to a browser whose user may not have logged in. */
  boolean isOfFile() {
    return FileRules.areOfFile(Optional.ofNullable(headers.get("Content-Type")).stream().toList());
  }

  void write(HttpServletRequest request, HttpServletResponse response) throws IOException {
    headers.forEach(response::setHeader);
    FileRules.makeHarmless(response);
    response.setHeader("Cache-Control", CACHING);
    FileAnswer.write(request, response, content, lastModified);
  }
}
