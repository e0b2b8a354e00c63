// SPDX-License-Identifier: Apache-2.0
package io.sparklive.http;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a static file, plain and compressed with gzip. Its tag is a hash of the plain bytes:
 * equal bytes have equal tags. Immutable.
 */
public final class FileContent {
  // A file that shrinks less, such as an image, is not worth the work of the browser.
  private static final double MAX_COMPRESSED_RATIO = 0.9;
  private static final int TAG_BYTES = 16;

  private final byte[] plain;
  // Null if compression gains nothing.
  private final byte @Nullable [] compressed;
  private final String tag;

  private FileContent(byte[] plain, byte[] compressed) {
    this.plain = requireNonNull(plain, "plain");
    this.compressed = compressed.length < plain.length * MAX_COMPRESSED_RATIO ? compressed : null;
    this.tag = tagOf(plain);
  }

  /** Creates the content of a file, and compresses it. */
  public static FileContent of(byte[] plain) {
    return new FileContent(plain, GzippedText.compress(plain));
  }

  /** Creates the content of a file that was compressed with gzip before. */
  public static FileContent of(byte[] plain, byte[] compressed) {
    return new FileContent(plain, compressed);
  }

  /**
   * Decompresses bytes.
   *
   * @param maxBytes how many plain bytes there may be
   * @return empty if there are more, or if the input is not gzip (RFC 1952)
   */
  public static Optional<byte[]> decompress(byte[] gzip, int maxBytes) {
    try (InputStream stream = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
      byte[] plain = stream.readNBytes(maxBytes + 1);
      return Optional.of(plain).filter(bytes -> bytes.length <= maxBytes);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Whether the plain content equals these bytes. */
  public boolean isOf(byte[] bytes) {
    return Arrays.equals(plain, bytes);
  }

  /** Returns how many bytes of memory it takes. */
  public int size() {
    return plain.length + (compressed == null ? 0 : compressed.length);
  }

  byte[] plain() {
    return plain;
  }

  /** Returns the compressed bytes; empty if compression gains nothing. */
  Optional<byte[]> compressed() {
    return Optional.ofNullable(compressed);
  }

  String tag() {
    return tag;
  }

  private static String tagOf(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest, 0, TAG_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
