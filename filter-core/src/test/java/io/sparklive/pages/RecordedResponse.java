// SPDX-License-Identifier: Apache-2.0
package io.sparklive.pages;

import static org.mockito.Mockito.mock;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.ByteArrayOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A response that records its content, as a container would send it. Like a container, it ignores
 * headers once it is committed.
 */
public final class RecordedResponse extends HttpServletResponseWrapper {
  private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private final PrintWriter writer =
      new PrintWriter(new OutputStreamWriter(body, StandardCharsets.UTF_8));
  private int status = SC_OK;
  private boolean committed;
  private int bufferSize = 32 * 1024;
  private int flushes;

  public RecordedResponse() {
    super(mock(HttpServletResponse.class));
  }

  public byte[] bytes() {
    writer.flush();
    return body.toByteArray();
  }

  public String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  public Map<String, String> headers() {
    return headers;
  }

  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  public OptionalLong contentLength() {
    return header("Content-Length").stream().mapToLong(Long::parseLong).findFirst();
  }

  /** How often the response was flushed. */
  public int flushes() {
    return flushes;
  }

  @Override
  public int getStatus() {
    return status;
  }

  @Override
  public void setStatus(int status) {
    if (!committed) {
      this.status = status;
    }
  }

  @Override
  public void sendError(int status) {
    this.status = status;
    committed = true;
  }

  @Override
  public void sendError(int status, @Nullable String message) {
    writer.print(message);
    sendError(status);
  }

  @Override
  public Collection<String> getHeaderNames() {
    return headers.keySet();
  }

  @Override
  public Collection<String> getHeaders(String name) {
    return header(name).stream().toList();
  }

  @Override
  public void setHeader(String name, String value) {
    if (!committed) {
      headers.put(name, value);
    }
  }

  @Override
  public void addHeader(String name, String value) {
    if (!committed) {
      headers.merge(name, value, (before, more) -> before + ", " + more);
    }
  }

  @Override
  public void setIntHeader(String name, int value) {
    setHeader(name, Integer.toString(value));
  }

  @Override
  public void addIntHeader(String name, int value) {
    addHeader(name, Integer.toString(value));
  }

  @Override
  public boolean containsHeader(String name) {
    return headers.containsKey(name);
  }

  @Override
  public @Nullable String getHeader(String name) {
    return headers.get(name);
  }

  @Override
  public void setContentType(String type) {
    setHeader("Content-Type", type);
  }

  @Override
  public @Nullable String getContentType() {
    return headers.get("Content-Type");
  }

  @Override
  public String getCharacterEncoding() {
    String type = headers.getOrDefault("Content-Type", "").toLowerCase(Locale.ROOT);
    int charset = type.indexOf("charset=");
    return charset < 0 ? "ISO-8859-1" : type.substring(charset + "charset=".length());
  }

  @Override
  public void setContentLength(int length) {
    setContentLengthLong(length);
  }

  @Override
  public void setContentLengthLong(long length) {
    setHeader("Content-Length", Long.toString(length));
  }

  @Override
  public boolean isCommitted() {
    return committed;
  }

  @Override
  public void flushBuffer() {
    flushes++;
    committed = true;
  }

  @Override
  public int getBufferSize() {
    return bufferSize;
  }

  @Override
  public void setBufferSize(int size) {
    if (committed || body.size() > 0) {
      throw new IllegalStateException("something was written");
    }
    bufferSize = size;
  }

  @Override
  public void resetBuffer() {
    body.reset();
  }

  @Override
  public void reset() {
    body.reset();
    headers.clear();
    status = SC_OK;
  }

  @Override
  public PrintWriter getWriter() {
    return writer;
  }

  @Override
  public ServletOutputStream getOutputStream() {
    return new ServletOutputStream() {
      @Override
      public void write(int b) {
        body.write(b);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) {
        body.write(bytes, offset, length);
      }

      @Override
      public void flush() {
        flushBuffer();
      }

      @Override
      public boolean isReady() {
        return true;
      }

      @Override
      public void setWriteListener(WriteListener listener) {
        throw new UnsupportedOperationException();
      }
    };
  }
}
