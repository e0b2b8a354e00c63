// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import io.sparklive.application.ApplicationId;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Response wrapper that detects that the History Server has no event log of an application that it
 * lists, or failed to read it. It buffers a 404, or a 500 as well, until that is complete; any
 * other response passes unchanged.
 *
 * <p>A job, a stage or a page of the application can be missing as well. If the application itself
 * is, the body of the 404 has one of these texts, from Spark 3.5 to 4.3: {@code no such app: <id>}
 * ({@code ApiRootResource.scala}), {@code unknown app: <id>} and {@code unknown app <id>, attempt
 * <n>} ({@code OneApplicationResource.scala}), and {@code Application <id> not found} ({@code
 * HistoryServer.scala}).
 */
final class RenamedLogResponse extends HttpServletResponseWrapper {
  private final Set<Integer> statusesToBuffer;
  private final List<String> notFoundTexts;
  private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();
  // 404 or 500 while the response is buffered, else 0.
  private int buffered;
  private boolean isFlushingWriter;
  private @Nullable String error;
  private @Nullable Body body;
  private @Nullable PrintWriter writer;

  private RenamedLogResponse(
      HttpServletResponse response, ApplicationId id, Set<Integer> statusesToBuffer) {
    super(response);
    this.statusesToBuffer = statusesToBuffer;
    this.notFoundTexts =
        List.of(
            "no such app: " + id,
            "unknown app: " + id,
            "unknown app " + id + ", attempt",
            "Application " + id + " not found");
  }

  /** Wraps a response and buffers its 404, which the filter may replace. */
  static RenamedLogResponse of(HttpServletResponse response, ApplicationId id) {
    return new RenamedLogResponse(response, id, Set.of(SC_NOT_FOUND));
  }

  /** Wraps a response and buffers its 404 or 500. After a 500, the filter may try again. */
  static RenamedLogResponse ofFirstTry(HttpServletResponse response, ApplicationId id) {
    return new RenamedLogResponse(response, id, Set.of(SC_NOT_FOUND, SC_INTERNAL_SERVER_ERROR));
  }

  /** Whether the History Server has failed, and its response is buffered. */
  boolean hasFailed() {
    return buffered == SC_INTERNAL_SERVER_ERROR && !isCommitted();
  }

  /**
   * Completes the buffered response, and returns whether it reports that the History Server has not
   * found the event log. The caller calls this after the History Server has returned.
   */
  boolean detectRenamedLog() {
    flushWriter();
    String text = error != null ? error : buffer.toString(StandardCharsets.UTF_8);
    return buffered == SC_NOT_FOUND
        && !isCommitted()
        && notFoundTexts.stream().anyMatch(text::contains);
  }

  /** Sends the buffered response. */
  void finish() throws IOException {
    flushWriter();
    if (error != null) {
      super.sendError(buffered, error);
    } else if (isBuffered()) {
      getResponse().getOutputStream().write(buffer.toByteArray());
    }
  }

  private boolean isBuffered() {
    return buffered != 0;
  }

  private void noteStatus(int status) {
    buffered = statusesToBuffer.contains(status) ? status : 0;
    if (!isBuffered()) {
      error = null;
    }
  }

  /** Flushes the writer without committing the response. */
  private void flushWriter() {
    isFlushingWriter = true;
    if (writer != null) {
      writer.flush();
    }
    isFlushingWriter = false;
  }

  @Override
  public void setStatus(int status) {
    noteStatus(status);
    super.setStatus(status);
  }

  /** Up to Spark 4.1, Jersey calls this; the servlet API of 4.2 has no such method. */
  @Override
  @Deprecated
  @SuppressWarnings("InlineMeSuggester") // its callers are compiled already
  public void setStatus(int status, @Nullable String reason) {
    setStatus(status);
  }

  @Override
  public void sendError(int status) throws IOException {
    noteStatus(status);
    if (isBuffered()) {
      error = "";
    } else {
      super.sendError(status);
    }
  }

  @Override
  public void sendError(int status, @Nullable String message) throws IOException {
    noteStatus(status);
    if (isBuffered()) {
      error = message == null ? "" : message;
    } else {
      super.sendError(status, message);
    }
  }

  @Override
  public void flushBuffer() throws IOException {
    if (writer != null) {
      writer.flush();
    }
    if (!isBuffered()) {
      super.flushBuffer();
    }
  }

  @Override
  public void resetBuffer() {
    buffer.reset();
    super.resetBuffer();
  }

  @Override
  public void reset() {
    buffer.reset();
    buffered = 0;
    error = null;
    super.reset();
  }

  @Override
  public ServletOutputStream getOutputStream() throws IOException {
    if (body == null) {
      body = new Body(getResponse().getOutputStream());
    }
    return body;
  }

  @Override
  public PrintWriter getWriter() throws IOException {
    if (writer == null) {
      String encoding = getCharacterEncoding();
      writer =
          new PrintWriter(
              new OutputStreamWriter(getOutputStream(), encoding == null ? "UTF-8" : encoding));
    }
    return writer;
  }

  /** Buffers the body if the status, which is set before the body begins, says so. */
  private final class Body extends ServletOutputStream {
    private final ServletOutputStream out;

    Body(ServletOutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      if (isBuffered()) {
        buffer.write(b);
      } else {
        out.write(b);
      }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (isBuffered()) {
        buffer.write(bytes, offset, length);
      } else {
        out.write(bytes, offset, length);
      }
    }

    @Override
    public void flush() throws IOException {
      if (!isBuffered() && !isFlushingWriter) {
        out.flush();
      }
    }

    @Override
    public void close() throws IOException {
      if (!isBuffered()) {
        out.close();
      }
    }

    @Override
    public boolean isReady() {
      return out.isReady();
    }

    @Override
    public void setWriteListener(WriteListener listener) {
      out.setWriteListener(listener);
    }
  }
}
