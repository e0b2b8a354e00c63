// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.relay;

import io.sparklive.testkit.relay.RecordedRequest.Header;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads HTTP/1.1 requests from a stream (RFC 9112), as ISO 8859-1. It reads byte by byte: give it a
 * buffered stream. Not thread-safe.
 */
public final class HttpRequestReader {
  private static final int LONGEST_LINE = 1 << 20;
  private static final Pattern REQUEST_LINE =
      Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([^ \t\r]+) (HTTP/1\\.[01])");
  private static final Pattern TOLERATED_LINE =
      Pattern.compile(
          "([!#$%&'*+.^_`|~0-9A-Za-z-]+)[ \t]+([^ \t\r]+)[ \t]+((?i)HTTP/1\\.[01])[ \t]*");
  private static final Pattern HEADER =
      Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\\t\\x20-\\x7e\\x80-\\xff]*?)[ \t]*");
  private static final Pattern CLEAN_TARGET = Pattern.compile("[\\x21-\\x7e]+");
  private static final Pattern CHUNK = Pattern.compile("([0-9A-Fa-f]{1,15})([^0-9A-Fa-f].*)?");

  private final InputStream in;
  private final boolean strict;

  /** Reads from this stream with this strictness. */
  public HttpRequestReader(InputStream in, Strictness strictness) {
    this.in = in;
    strict = strictness == Strictness.STRICT;
  }

  /**
   * The next request; empty at the end of the stream. If its body ends too early, or in lenient
   * mode has a wrong framing, the request is not {@linkplain RecordedRequest#whole whole}, and
   * nothing can be read after it.
   *
   * @throws ProtocolException if the stream has something else than a request
   */
  public Optional<RecordedRequest> next() throws IOException {
    Optional<String> first = line();
    while (!strict && first.isPresent() && first.get().isEmpty()) {
      first = line();
    }
    if (first.isEmpty()) {
      return Optional.empty();
    }
    Matcher line = (strict ? REQUEST_LINE : TOLERATED_LINE).matcher(first.get());
    if (!line.matches() || (strict && !isClean(line))) {
      throw new ProtocolException("not a request line: " + first.get());
    }
    List<Header> headers = headers();
    StringBuilder body = new StringBuilder();
    boolean whole = readBody(headers, body);
    return Optional.of(
        new RecordedRequest(
            line.group(1), line.group(2), line.group(3), headers, body.toString(), whole));
  }

  private static boolean isClean(Matcher line) {
    return line.group(3).equals("HTTP/1.1") && CLEAN_TARGET.matcher(line.group(2)).matches();
  }

  private List<Header> headers() throws IOException {
    List<Header> headers = new ArrayList<>();
    for (String line = lineOrEnd(); !line.isEmpty(); line = lineOrEnd()) {
      Matcher header = HEADER.matcher(line);
      if (!header.matches()) {
        throw new ProtocolException("not a header: " + line);
      }
      headers.add(new Header(header.group(1), header.group(2)));
    }
    return headers;
  }

  private boolean readBody(List<Header> headers, StringBuilder body) throws IOException {
    List<String> lengths = valuesOf(headers, "content-length");
    List<String> encodings = valuesOf(headers, "transfer-encoding");
    if (lengths.size() + encodings.size() > 1) {
      throw new ProtocolException("conflicting lengths: " + lengths + encodings);
    }
    try {
      if (!encodings.isEmpty()) {
        return readChunks(encodings.get(0), body);
      }
      return lengths.isEmpty() || readLength(lengths.get(0), body);
    } catch (EOFException e) {
      return false;
    }
  }

  private boolean readLength(String length, StringBuilder body) throws IOException {
    if (!length.matches("[0-9]{1,18}")) {
      throw new ProtocolException("not a length: " + length);
    }
    read(Long.parseLong(length), body);
    return true;
  }

  private boolean readChunks(String encoding, StringBuilder body) throws IOException {
    if (!encoding.equalsIgnoreCase("chunked")) {
      throw new ProtocolException("not an encoding: " + encoding);
    }
    while (true) {
      Matcher chunk = CHUNK.matcher(strict ? lineOrEnd() : nextLine());
      if (!chunk.matches() || (strict && chunk.group(2) != null)) {
        return cut("not a chunk");
      }
      long size = Long.parseLong(chunk.group(1), 16);
      if (size == 0) {
        return areTrailersFine();
      }
      read(size, body);
      if (strict && !lineOrEnd().isEmpty()) {
        return cut("a chunk that is longer than its size");
      }
    }
  }

  /** After the last chunk the body is whole, whatever follows (RFC 9112, section 8). */
  private boolean areTrailersFine() throws IOException {
    try {
      return headers().isEmpty() || !strict || cut("trailers");
    } catch (EOFException | ProtocolException e) {
      if (strict) {
        throw e;
      }
      return true;
    }
  }

  private boolean cut(String what) throws IOException {
    if (strict) {
      throw new ProtocolException(what);
    }
    return false;
  }

  private void read(long count, StringBuilder body) throws IOException {
    for (long left = count; left > 0; left--) {
      body.append((char) byteOrEnd());
    }
  }

  /** Jetty up to 11 does not require the line end after a chunk. */
  private String nextLine() throws IOException {
    int one = byteOrEnd();
    while (one == '\r' || one == '\n') {
      one = byteOrEnd();
    }
    return (char) one + lineOrEnd();
  }

  private String lineOrEnd() throws IOException {
    return line().orElseThrow(EOFException::new);
  }

  private Optional<String> line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int one = in.read(); one != '\n'; one = in.read()) {
      if (one < 0) {
        if (line.isEmpty()) {
          return Optional.empty();
        }
        throw new EOFException("in the middle of: " + line);
      }
      line.append((char) one);
      if (line.length() > LONGEST_LINE) {
        throw new ProtocolException("a line without an end");
      }
    }
    boolean carriageReturn = !line.isEmpty() && line.charAt(line.length() - 1) == '\r';
    if (strict && !carriageReturn) {
      throw new ProtocolException("a line feed alone after: " + line);
    }
    return Optional.of(line.substring(0, line.length() - (carriageReturn ? 1 : 0)));
  }

  private int byteOrEnd() throws IOException {
    int one = in.read();
    if (one < 0) {
      throw new EOFException();
    }
    return one;
  }

  private static List<String> valuesOf(List<Header> headers, String name) {
    return headers.stream().filter(one -> one.name().equals(name)).map(Header::value).toList();
  }
}
