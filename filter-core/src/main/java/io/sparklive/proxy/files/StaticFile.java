// SPDX-License-Identifier: Apache-2.0
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
 * @param headers the driver's headers about it, without those of its encoding and caching
 * @param lastModified the driver's {@code Last-Modified}, if there is one
 * @param content its bytes
 * @param isShared whether the bytes are Spark's own file, which is in memory once for all drivers
 */
record StaticFile(
    Map<String, String> headers,
    Optional<String> lastModified,
    FileContent content,
    boolean isShared) {
  /** Browsers cache the file for an hour, and then revalidate it. */
  static final String CACHE_CONTROL = "private, max-age=3600";

  private static final List<String> CONDITIONAL_HEADERS =
      List.of("If-Modified-Since", "If-None-Match", "Range");

  // The memory of a path and some headers, so that very many small files count.
  private static final int OVERHEAD_BYTES = 1024;

  /** Returns how many bytes of memory it takes, without shared content. */
  int weight() {
    return OVERHEAD_BYTES + (isShared ? 0 : content.size());
  }

  /** Whether it may be sent to a browser whose user may not have logged in. */
  boolean isFileType() {
    return FileRules.isFileType(contentTypes());
  }

  private List<String> contentTypes() {
    return Optional.ofNullable(headers.get("Content-Type")).stream().toList();
  }

  /** Whether the response to this request cannot be a 206 or a 304. */
  private static boolean isUnconditional(HttpServletRequest request) {
    return CONDITIONAL_HEADERS.stream().allMatch(name -> request.getHeader(name) == null);
  }

  /**
   * Writes the file as the response.
   *
   * @param filesOnly whether the browser may receive nothing but a file
   */
  void write(HttpServletRequest request, HttpServletResponse response, boolean filesOnly)
      throws IOException {
    headers.forEach(
        (name, value) -> {
          if (!filesOnly || FileRules.isFileHeader(name)) {
            // Added, as this filter or one before it may have set a policy.
            response.addHeader(name, value);
          }
        });
    FileRules.isolate(response, isUnconditional(request), contentTypes());
    response.setHeader("Cache-Control", CACHE_CONTROL);
    FileResponse.write(request, response, content, lastModified.orElse(null));
  }
}
