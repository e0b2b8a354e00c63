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
 * <p>A small part goes on at once. What comes in large ones is followed by more right away: it
 * waits for that, up to a limit, so that a page of usual size is compressed and sent in one piece.
 *
 * <p>For one thread at a time.
 */
final class PageOnItsWay {
  private static final byte[] NOTHING = {};

  /** Spark writes 32 KiB at once; what a slow network brings is smaller than this. */
  private static final int LARGE = 16 * 1024;

  private static final int MOST_WAITING = 16 * 1024;

  private final Links links;
  private final boolean isCompressed;
  private final long length;
  private final ByteArrayOutputStream page = new ByteArrayOutputStream();
  private OutputStream stream;
  private long come;
  private boolean begun;

  /**
   * @param request whose browser takes it compressed or not
   * @param length how long it was said to be, below 0 where that was left open
   */
  PageOnItsWay(HttpServletRequest request, Links links, long length) {
    this.links = links;
    this.isCompressed = PackedText.isTakenCompressed(request);
    this.length = length;
  }

  /** What can be sent once this part of the driver's page has come: maybe nothing yet. */
  byte[] part(HttpServletResponse response, byte[] buffer, int offset, int size) {
    come += size;
    try {
      if (stream == null) {
        stream = begin(response);
        WayBack.write(buffer, offset, size, links, stream);
      } else {
        stream.write(buffer, offset, size);
      }
      if (come == length) {
        return end(response);
      }
      if (size >= LARGE && page.size() < MOST_WAITING) {
        return NOTHING;
      }
      stream.flush();
      begun = true;
      return taken();
    } catch (IOException e) {
      throw new UncheckedIOException("nothing fails in memory", e);
    }
  }

  /** What is left to send once the driver's page is at its end. */
  byte[] end(HttpServletResponse response) {
    try {
      if (stream != null) {
        stream.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("nothing fails in memory", e);
    }
    byte[] last = taken();
    if (!begun) {
      begun = true;
      response.setContentLength(last.length);
    }
    return last;
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
