package io.sparklive.proxy;

import io.sparklive.pages.PackedText;
import io.sparklive.routing.Links;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * A driver's page on its way to a browser. It gets the {@linkplain WayBack way back}, and is
 * compressed as it streams, fast rather than small: the container would take three times as long
 * for a tenth less, and not every container does.
 *
 * <p>For one thread at a time.
 */
final class PageOnItsWay {
  private final Links links;
  private final boolean isCompressed;
  private final long length;
  private final ByteArrayOutputStream page = new ByteArrayOutputStream();
  private OutputStream stream;
  private long come;

  /**
   * @param request whose browser takes it compressed or not
   * @param length how long it was said to be, below 0 where that was left open
   */
  PageOnItsWay(HttpServletRequest request, Links links, long length) {
    this.links = links;
    this.isCompressed = PackedText.isTakenCompressed(request);
    this.length = length;
  }

  /** What a part of the driver's page becomes: all of it, ready to be sent. */
  byte[] part(HttpServletResponse response, byte[] buffer, int offset, int size) {
    boolean isFirst = stream == null;
    come += size;
    try {
      if (isFirst) {
        stream = begin(response);
        WayBack.write(buffer, offset, size, links, stream);
      } else {
        stream.write(buffer, offset, size);
      }
      if (come != length) {
        stream.flush();
        return taken();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("nothing fails in memory", e);
    }
    byte[] last = end();
    if (isFirst) {
      response.setContentLength(last.length);
    }
    return last;
  }

  /** What follows the last part. */
  byte[] end() {
    try {
      if (stream != null) {
        stream.close();
      }
      return taken();
    } catch (IOException e) {
      throw new UncheckedIOException("nothing fails in memory", e);
    }
  }

  private OutputStream begin(HttpServletResponse response) throws IOException {
    if (!isCompressed) {
      return page;
    }
    response.setHeader("Content-Encoding", "gzip");
    response.setHeader("Vary", "Accept-Encoding");
    return new FastGzip(page);
  }

  private byte[] taken() {
    byte[] taken = page.toByteArray();
    page.reset();
    return taken;
  }

  private static final class FastGzip extends GZIPOutputStream {
    private static final int BUFFER = 8 * 1024;

    FastGzip(OutputStream to) throws IOException {
      super(to, BUFFER, true);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }
}
