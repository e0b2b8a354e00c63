// SPDX-License-Identifier: Apache-2.0
package io.sparklive.listing;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Response wrapper for the History Server's list: splices a successful JSON response and removes
 * its {@code Content-Length}; any other response passes unchanged.
 */
final class ListResponseWrapper extends BodyRewritingResponse {
  /**
   * The size of the response buffer. A list is long, and costs less in larger pieces than Jetty's
   * usual 32 KiB. Jetty keeps no buffers beyond this size.
   */
  private static final int BUFFER_SIZE = 64 * 1024;

  private final MergePlan plan;
  private @Nullable Body body;
  private @Nullable PrintWriter writer;

  ListResponseWrapper(HttpServletResponse response, MergePlan plan) {
    super(response);
    this.plan = plan;
  }

  @Override
  public ServletOutputStream getOutputStream() throws IOException {
    if (body == null) {
      body = new Body();
    }
    return body;
  }

  @Override
  public PrintWriter getWriter() throws IOException {
    if (writer == null) {
      String encoding = getCharacterEncoding();
      Charset charset = encoding == null ? StandardCharsets.UTF_8 : Charset.forName(encoding);
      writer = new PrintWriter(new OutputStreamWriter(getOutputStream(), charset));
    }
    return writer;
  }

  @Override
  public void flushBuffer() throws IOException {
    if (writer != null) {
      writer.flush();
    }
    super.flushBuffer();
  }

  /**
   * Completes the response. The caller calls this after the History Server has returned. If the
   * response has no body, its withheld length is passed on.
   */
  void finish() throws IOException {
    if (writer != null) {
      writer.flush();
    }
    JsonArraySplicer splicer = body == null ? null : body.splicer;
    if (splicer != null) {
      splicer.finish();
    }
    if (!isCommitted() && splicer == null && withheldLength() != UNKNOWN) {
      getResponse().setContentLengthLong(withheldLength());
    }
  }

  /** Whether the response was a list, so that the filter could add entries. */
  boolean isSpliced() {
    return body != null && body.splicer != null;
  }

  private boolean isList() {
    String type = getContentType();
    return getStatus() == HttpServletResponse.SC_OK
        && type != null
        && type.toLowerCase(Locale.ROOT).startsWith("application/json")
        && !containsHeader("Content-Encoding");
  }

  /** Decides with the first byte whether to splice: status and headers are final then. */
  private final class Body extends ServletOutputStream {
    private final byte[] singleByte = new byte[1];
    private final ServletOutputStream out = getResponse().getOutputStream();
    private boolean isDecided;
    private @Nullable JsonArraySplicer splicer;

    Body() throws IOException {}

    @Override
    public void write(int b) throws IOException {
      singleByte[0] = (byte) b;
      write(singleByte, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      decide();
      if (splicer != null) {
        splicer.write(bytes, offset, length);
      } else {
        out.write(bytes, offset, length);
      }
    }

    private void decide() {
      if (isDecided) {
        return;
      }
      isDecided = true;
      if (isList()) {
        if (!isCommitted() && getBufferSize() < BUFFER_SIZE) {
          setBufferSize(BUFFER_SIZE);
        }
        splicer = new JsonArraySplicer(out, plan.limit(), plan);
      } else if (withheldLength() != UNKNOWN) {
        getResponse().setContentLengthLong(withheldLength());
      }
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }

    @Override
    public void close() throws IOException {
      if (splicer != null) {
        splicer.finish();
      }
      out.close();
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
