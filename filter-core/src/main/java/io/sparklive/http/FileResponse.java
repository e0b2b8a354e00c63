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

/**
 * Answers a GET or HEAD request with a file that is in memory: compressed for those who take that,
 * with validators, and as much of it as is asked for (RFC 9110, sections 12.5.3, 13 and 14).
 *
 * <p>Several ranges at once get the whole file, which section 14.2 leaves open.
 */
public final class FileResponse {
  private static final String GZIP = "gzip";
  // An entity tag (RFC 9110, section 8.8.3), or any.
  private static final Pattern TAG = Pattern.compile("(?:W/)?\"[^\"]*\"|\\*");

  private final HttpServletRequest request;
  private final HttpServletResponse response;
  private final boolean isCompressed;
  private final byte[] bytes;
  private final String tag;
  private final Optional<String> lastModified;

  private FileResponse(
      HttpServletRequest request,
      HttpServletResponse response,
      FileContent content,
      Optional<String> lastModified) {
    this.request = request;
    this.response = response;
    this.isCompressed = content.compressed().isPresent() && GzippedText.isTakenCompressed(request);
    this.bytes = isCompressed ? content.compressed().get() : content.plain();
    // A strong validator is of one form only (RFC 9110, section 8.8.3.3).
    this.tag = '"' + content.tag() + (isCompressed ? "." + GZIP : "") + '"';
    this.lastModified = lastModified;
  }

  /**
   * Writes the whole answer, but for the headers that are set already: what may be kept of it, its
   * type and the like.
   *
   * @param lastModified an HTTP date, where there is one
   */
  public static void write(
      HttpServletRequest request,
      HttpServletResponse response,
      FileContent content,
      Optional<String> lastModified)
      throws IOException {
    if (content.compressed().isPresent()) {
      response.setHeader("Vary", "Accept-Encoding");
    }
    new FileResponse(request, response, content, lastModified).write();
  }

  private void write() throws IOException {
    response.setHeader("ETag", tag);
    response.setHeader("Accept-Ranges", "bytes");
    lastModified.ifPresent(date -> response.setHeader("Last-Modified", date));
    if (!isWanted()) {
      withoutBody(HttpServletResponse.SC_PRECONDITION_FAILED);
    } else if (isThereAlready()) {
      withoutBody(HttpServletResponse.SC_NOT_MODIFIED);
    } else {
      writeWhatIsAskedFor();
    }
  }

  private void writeWhatIsAskedFor() throws IOException {
    Optional<List<ByteRange>> ranges = ranges();
    if (ranges.isPresent() && ranges.get().isEmpty()) {
      response.setHeader("Content-Range", ByteRange.toNonSatisfiableHeaderValue(bytes.length));
      withoutBody(HttpServletResponse.SC_REQUESTED_RANGE_NOT_SATISFIABLE);
    } else if (ranges.isPresent() && ranges.get().size() == 1) {
      ByteRange range = ranges.get().get(0);
      response.setStatus(HttpServletResponse.SC_PARTIAL_CONTENT);
      response.setHeader("Content-Range", range.toHeaderValue(bytes.length));
      body((int) range.first(), (int) range.getLength());
    } else {
      response.setStatus(HttpServletResponse.SC_OK);
      body(0, bytes.length);
    }
  }

  /** RFC 9110, section 13.2.2, steps 1 and 2. */
  private boolean isWanted() {
    List<String> tags = tags("If-Match");
    if (!tags.isEmpty()) {
      return tags.contains("*") || tags.contains(tag);
    }
    String date = request.getHeader("If-Unmodified-Since");
    return date == null || !isModifiedSince(date);
  }

  /** Steps 3 and 4. */
  private boolean isThereAlready() {
    List<String> tags = tags("If-None-Match");
    if (!tags.isEmpty()) {
      return tags.contains("*") || tags.contains(tag) || tags.contains("W/" + tag);
    }
    String date = request.getHeader("If-Modified-Since");
    return date != null && lastModified.isPresent() && !isModifiedSince(date);
  }

  /** Step 5: empty where the whole file is asked for, or what counts as that. */
  private Optional<List<ByteRange>> ranges() {
    List<String> ranges = Collections.list(request.getHeaders("Range"));
    if (ranges.isEmpty() || !request.getMethod().equals("GET")) {
      return Optional.empty();
    }
    String condition = request.getHeader("If-Range");
    if (condition != null
        && !condition.equals(tag)
        && !lastModified.equals(Optional.of(condition))) {
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

  /** What is no date, or not known, counts as before it. */
  private boolean isModifiedSince(String date) {
    try {
      return lastModified.isEmpty()
          || HttpDateTime.parseToEpoch(lastModified.get()) > HttpDateTime.parseToEpoch(date);
    } catch (DateTimeException | IllegalArgumentException e) {
      return true;
    }
  }

  private void withoutBody(int status) {
    response.setStatus(status);
    if (status != HttpServletResponse.SC_NOT_MODIFIED) {
      response.setContentLength(0);
    }
  }

  private void body(int from, int length) throws IOException {
    if (isCompressed) {
      response.setHeader("Content-Encoding", GZIP);
    }
    response.setContentLength(length);
    if (!request.getMethod().equals("HEAD")) {
      AsyncFileWriter.send(request, response, bytes, from, length);
    }
  }
}
