// SPDX-License-Identifier: Apache-2.0
package io.sparklive.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.DateTimeException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.ByteRange;
import org.eclipse.jetty.http.HttpDateTime;
import org.jspecify.annotations.Nullable;

/**
 * Responds to a GET or HEAD request with a file from memory. The response is compressed if the
 * client accepts that, has validators, and has only the requested range (RFC 9110, sections 12.5.3,
 * 13 and 14).
 *
 * <p>A request for several ranges gets the whole file, which section 14.2 permits.
 */
public final class FileResponse {
  private static final String GZIP = "gzip";
  // An entity tag (RFC 9110, section 8.8.3), or * for any of them.
  private static final Pattern TAG = Pattern.compile("(?:W/)?\"[^\"]*\"|\\*");

  private final HttpServletRequest request;
  private final HttpServletResponse response;
  private final boolean isCompressed;
  private final byte[] bytes;
  private final String tag;
  private final @Nullable String lastModified;

  private FileResponse(
      HttpServletRequest request,
      HttpServletResponse response,
      FileContent content,
      @Nullable String lastModified) {
    this.request = request;
    this.response = response;
    Optional<byte[]> compressed =
        content.compressed().filter(any -> GzippedText.acceptsGzip(request));
    this.isCompressed = compressed.isPresent();
    this.bytes = compressed.orElseGet(content::plain);
    // The compressed form needs a strong validator of its own (RFC 9110, section 8.8.3.3).
    this.tag = '"' + content.tag() + (isCompressed ? "." + GZIP : "") + '"';
    this.lastModified = lastModified;
  }

  /**
   * Writes the response. Headers that are set before remain, such as {@code Content-Type} and
   * {@code Cache-Control}.
   *
   * @param lastModified the HTTP date of the file; null if it has none
   */
  public static void write(
      HttpServletRequest request,
      HttpServletResponse response,
      FileContent content,
      @Nullable String lastModified)
      throws IOException {
    if (content.compressed().isPresent()) {
      response.setHeader("Vary", "Accept-Encoding");
    }
    new FileResponse(request, response, content, lastModified).write();
  }

  private void write() throws IOException {
    response.setHeader("ETag", tag);
    response.setHeader("Accept-Ranges", "bytes");
    if (lastModified != null) {
      response.setHeader("Last-Modified", lastModified);
    }
    if (!isPreconditionMet()) {
      writeStatus(HttpServletResponse.SC_PRECONDITION_FAILED);
    } else if (isNotModified()) {
      writeStatus(HttpServletResponse.SC_NOT_MODIFIED);
    } else {
      writeContent();
    }
  }

  private void writeContent() throws IOException {
    Optional<List<ByteRange>> ranges = ranges();
    if (ranges.isPresent() && ranges.get().isEmpty()) {
      response.setHeader("Content-Range", ByteRange.toNonSatisfiableHeaderValue(bytes.length));
      writeStatus(HttpServletResponse.SC_REQUESTED_RANGE_NOT_SATISFIABLE);
    } else if (ranges.isPresent() && ranges.get().size() == 1) {
      ByteRange range = ranges.get().get(0);
      response.setStatus(HttpServletResponse.SC_PARTIAL_CONTENT);
      response.setHeader("Content-Range", range.toHeaderValue(bytes.length));
      writeBody((int) range.first(), (int) range.getLength());
    } else {
      response.setStatus(HttpServletResponse.SC_OK);
      writeBody(0, bytes.length);
    }
  }

  /** Evaluates steps 1 and 2 of RFC 9110, section 13.2.2. */
  private boolean isPreconditionMet() {
    List<String> tags = tags("If-Match");
    if (!tags.isEmpty()) {
      return tags.contains("*") || tags.contains(tag);
    }
    String date = request.getHeader("If-Unmodified-Since");
    return date == null || !isModifiedSince(date);
  }

  /** Evaluates steps 3 and 4. */
  private boolean isNotModified() {
    List<String> tags = tags("If-None-Match");
    if (!tags.isEmpty()) {
      return tags.contains("*") || tags.contains(tag) || tags.contains("W/" + tag);
    }
    String date = request.getHeader("If-Modified-Since");
    return date != null && lastModified != null && !isModifiedSince(date);
  }

  /**
   * Evaluates step 5.
   *
   * @return empty if the response has the whole file
   */
  private Optional<List<ByteRange>> ranges() {
    List<String> ranges = Collections.list(request.getHeaders("Range"));
    if (ranges.isEmpty() || !request.getMethod().equals("GET")) {
      return Optional.empty();
    }
    String condition = request.getHeader("If-Range");
    if (condition != null && !condition.equals(tag) && !condition.equals(lastModified)) {
      return Optional.empty();
    }
    boolean areBytes = ranges.stream().allMatch(range -> range.strip().startsWith("bytes="));
    return areBytes ? Optional.of(ByteRange.parse(ranges, bytes.length)) : Optional.empty();
  }

  private List<String> tags(String header) {
    return Collections.list(request.getHeaders(header)).stream()
        .flatMap(value -> TAG.matcher(value).results())
        .map(MatchResult::group)
        .toList();
  }

  /** Returns true if a date is invalid or the date of the file is unknown. */
  private boolean isModifiedSince(String date) {
    try {
      return lastModified == null
          || HttpDateTime.parseToEpoch(lastModified) > HttpDateTime.parseToEpoch(date);
    } catch (DateTimeException | IllegalArgumentException e) {
      return true;
    }
  }

  private void writeStatus(int status) {
    response.setStatus(status);
    if (status != HttpServletResponse.SC_NOT_MODIFIED) {
      response.setContentLength(0);
    }
  }

  private void writeBody(int from, int length) throws IOException {
    if (isCompressed) {
      response.setHeader("Content-Encoding", GZIP);
    }
    response.setContentLength(length);
    if (!request.getMethod().equals("HEAD")) {
      AsyncFileWriter.send(request, response, bytes, from, length);
    }
  }
}
