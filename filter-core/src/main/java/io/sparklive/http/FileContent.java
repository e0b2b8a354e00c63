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

/**
 * The bytes of a static file, plain and as they are sent to those who take them compressed. The
 * same bytes have the same tag, and others another. Immutable.
 */
public final class FileContent {
  // What shrinks less, an image, say, is not worth the work at the other end.
  private static final double WORTH_IT = 0.9;
  private static final int TAG_BYTES = 16;

  private final byte[] plain;
  private final Optional<byte[]> compressed;
  private final String tag;

  private FileContent(byte[] plain, byte[] compressed) {
    this.plain = requireNonNull(plain, "plain");
    this.compressed =
        Optional.of(compressed).filter(bytes -> bytes.length < plain.length * WORTH_IT);
    this.tag = tagOf(plain);
  }

  /** The content of these bytes, compressed here. */
  public static FileContent of(byte[] plain) {
    return new FileContent(plain, GzippedText.compress(plain));
  }

  /** The content of these bytes, which somebody has compressed already with gzip. */
  public static FileContent of(byte[] plain, byte[] compressed) {
    return new FileContent(plain, compressed);
  }

  /**
   * What these bytes are uncompressed.
   *
   * @param most how many there may be
   * @return empty where there would be more, or they are no gzip (RFC 1952)
   */
  public static Optional<byte[]> uncompressed(byte[] gzip, int most) {
    try (InputStream stream = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
      byte[] plain = stream.readNBytes(most + 1);
      return Optional.of(plain).filter(bytes -> bytes.length <= most);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Whether these are the same bytes. */
  public boolean isOf(byte[] bytes) {
    return Arrays.equals(plain, bytes);
  }

  /** How many bytes it takes in memory. */
  public int size() {
    return plain.length + compressed.map(bytes -> bytes.length).orElse(0);
  }

  byte[] plain() {
    return plain;
  }

  /** Empty where there is nothing to be gained by it. */
  Optional<byte[]> compressed() {
    return compressed;
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
