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
import java.util.Optional;

/**
 * The History Server's response for an application that it lists. A 404 is held back until it is
 * whole; any other response passes as it comes.
 *
 * <p>Not found are also a job, a stage or a page of the application. The History Server names the
 * application itself in these words, from 3.5 to 4.3: {@code no such app: <id>} ({@code
 * ApiRootResource.scala}), {@code unknown app: <id>} and {@code unknown app <id>, attempt <n>}
 * ({@code OneApplicationResource.scala}), and {@code Application <id> not found} ({@code
 * HistoryServer.scala}).
 */
final class RenamedLogResponse extends HttpServletResponseWrapper {
  private final List<String> notFound;
  private final ByteArrayOutputStream held = new ByteArrayOutputStream();
  private boolean isMissing;
  private boolean isDraining;
  private Optional<String> error = Optional.empty();
  private Body body;
  private PrintWriter writer;

  RenamedLogResponse(HttpServletResponse response, ApplicationId id) {
    super(response);
    this.notFound =
        List.of(
            "no such app: " + id,
            "unknown app: " + id,
            "unknown app " + id + ", attempt",
            "Application " + id + " not found");
  }

  /** Whether the History Server found no event log of the application that it lists. */
  boolean detectRenamedLog() {
    drain();
    String text = error.orElseGet(() -> held.toString(StandardCharsets.UTF_8));
    return isMissing && !isCommitted() && notFound.stream().anyMatch(text::contains);
  }

  /** Sends what is held back. */
  void finish() throws IOException {
    drain();
    if (error.isPresent()) {
      super.sendError(SC_NOT_FOUND, error.get());
    } else if (isMissing) {
      getResponse().getOutputStream().write(held.toByteArray());
    }
  }

  /** Takes over what the writer still holds, and commits no response by that. */
  private void drain() {
    isDraining = true;
    if (writer != null) {
      writer.flush();
    }
    isDraining = false;
  }

  @Override
  public void setStatus(int status) {
    isMissing = status == SC_NOT_FOUND;
    super.setStatus(status);
  }

  /** Jersey calls it up to Spark 4.1; from 4.2 on there is no such method. */
  @Override
  @Deprecated
  @SuppressWarnings("InlineMeSuggester") // who calls it is compiled already
  public void setStatus(int status, String reason) {
    setStatus(status);
  }

  @Override
  public void sendError(int status) throws IOException {
    if (status == SC_NOT_FOUND) {
      sendError(status, "");
    } else {
      isMissing = false;
      super.sendError(status);
    }
  }

  @Override
  public void sendError(int status, String message) throws IOException {
    isMissing = status == SC_NOT_FOUND;
    if (isMissing) {
      error = Optional.of(message == null ? "" : message);
    } else {
      super.sendError(status, message);
    }
  }

  @Override
  public void flushBuffer() throws IOException {
    if (writer != null) {
      writer.flush();
    }
    if (!isMissing) {
      super.flushBuffer();
    }
  }

  @Override
  public void resetBuffer() {
    held.reset();
    super.resetBuffer();
  }

  @Override
  public void reset() {
    held.reset();
    isMissing = false;
    error = Optional.empty();
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
      String encoding = Optional.ofNullable(getCharacterEncoding()).orElse("UTF-8");
      writer = new PrintWriter(new OutputStreamWriter(getOutputStream(), encoding));
    }
    return writer;
  }

  /** The status is known when the body begins. */
  private final class Body extends ServletOutputStream {
    private final ServletOutputStream out;

    Body(ServletOutputStream out) {
      this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
      if (isMissing) {
        held.write(b);
      } else {
        out.write(b);
      }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (isMissing) {
        held.write(bytes, offset, length);
      } else {
        out.write(bytes, offset, length);
      }
    }

    @Override
    public void flush() throws IOException {
      if (!isMissing && !isDraining) {
        out.flush();
      }
    }

    @Override
    public void close() throws IOException {
      if (!isMissing) {
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
