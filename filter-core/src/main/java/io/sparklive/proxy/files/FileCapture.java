// SPDX-License-Identifier: Apache-2.0
package io.sparklive.proxy.files;

import io.sparklive.http.FileContent;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;

/**
 * Captures a file while it streams from a driver to a browser. If the response is not a whole file,
 * or if the file is too large, nothing is captured.
 *
 * <p>Not thread-safe: the HTTP client fills it from one thread at a time. After the response has
 * succeeded, one thread reads it.
 */
final class FileCapture implements Response.ContentListener {
  /** The size of the largest file that is captured. Spark's largest file has 0.7 MB. */
  static final int MAX_BYTES = 2 * 1024 * 1024;

  private static final int LARGE_BYTES = 64 * 1024;
  private static final String GZIP = "gzip";

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private boolean isTooLarge;

  /** Whether the file is so large that its compression takes tens of milliseconds. */
  boolean isLarge() {
    return bytes.size() > LARGE_BYTES;
  }

  @Override
  public void onContent(Response serverResponse, ByteBuffer content) {
    if (isTooLarge || serverResponse.getStatus() != HttpStatus.OK_200) {
      return;
    }
    isTooLarge = bytes.size() + content.remaining() > MAX_BYTES;
    if (isTooLarge) {
      bytes.reset();
    } else {
      byte[] part = new byte[content.remaining()];
      content.get(part);
      bytes.writeBytes(part);
    }
  }

  /**
   * Returns the file after the response has succeeded; empty if the file cannot be cached.
   *
   * @param candidate supplies a file in memory that may have the same bytes
   * @param transformation changes the driver's bytes before they are cached
   */
  Optional<FileContent> content(
      Response serverResponse,
      Supplier<Optional<FileContent>> candidate,
      UnaryOperator<byte[]> transformation) {
    HttpFields headers = serverResponse.getHeaders();
    boolean isWhole =
        serverResponse.getStatus() == HttpStatus.OK_200 && hasKnownEnd(headers) && !isTooLarge;
    List<String> codings = headers.getValuesList(HttpHeader.CONTENT_ENCODING);
    boolean isPlain = codings.isEmpty();
    boolean isGzip = codings.size() == 1 && codings.get(0).equalsIgnoreCase(GZIP);
    if (!isWhole || !(isPlain || isGzip)) {
      return Optional.empty();
    }
    byte[] sent = bytes.toByteArray();
    Optional<byte[]> plain = isPlain ? Optional.of(sent) : FileContent.decompress(sent, MAX_BYTES);
    return plain.map(
        driversFile -> {
          byte[] file = transformation.apply(driversFile);
          return candidate
              .get()
              .filter(other -> other.isOf(file))
              .orElseGet(
                  () ->
                      isPlain || file != driversFile
                          ? FileContent.of(file)
                          : FileContent.of(file, sent));
        });
  }

  /** If only the end of the connection ends the file, half of the file looks complete. */
  private static boolean hasKnownEnd(HttpFields headers) {
    return headers.contains(HttpHeader.CONTENT_LENGTH)
        || headers.contains(HttpHeader.TRANSFER_ENCODING);
  }
}
