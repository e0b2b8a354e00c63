// SPDX-License-Identifier: Apache-2.0
package io.sparklive.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.zip.GZIPOutputStream;
import org.eclipse.jetty.http.QuotedQualityCSV;

/**
 * A text that is sent to many clients. It is compressed once; the container would compress it for
 * each response. Immutable.
 */
public final class GzippedText {
  private final byte[] plain;
  private final byte[] compressed;

  private GzippedText(byte[] plain, byte[] compressed) {
    this.plain = plain;
    this.compressed = compressed;
  }

  /** Encodes a text in UTF-8 and compresses it. */
  public static GzippedText of(String text) {
    byte[] plain = text.getBytes(StandardCharsets.UTF_8);
    return new GzippedText(plain, compress(plain));
  }

  static byte[] compress(byte[] plain) {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream(plain.length / 4 + 64);
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return compressed.toByteArray();
  }

  /** Whether the client accepts gzip (RFC 9110, section 12.5.3). */
  public static boolean acceptsGzip(HttpServletRequest request) {
    QuotedQualityCSV accepted = new QuotedQualityCSV();
    Collections.list(request.getHeaders("Accept-Encoding")).forEach(accepted::addValue);
    return accepted.getValues().contains("gzip");
  }

  /** Returns the bytes in UTF-8. */
  public byte[] plain() {
    return plain;
  }

  /** Returns the bytes compressed with gzip. */
  public byte[] compressed() {
    return compressed;
  }
}
