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
 * A file that streams from a driver to a browser, collected on its way. Nothing is collected of
 * what cannot be kept: what is not a whole file, or too large a one.
 */
public final class FileCapture implements Response.ContentListener {
  /** The largest that is kept, in bytes. Spark's largest is 0.7 MB. */
  static final int LARGEST = 2 * 1024 * 1024;

  private static final int LARGE = 64 * 1024;
  private static final String GZIP = "gzip";

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private boolean isTooLarge;

  /** Whether it takes tens of milliseconds to compress the file. */
  boolean isLarge() {
    return bytes.size() > LARGE;
  }

  @Override
  public void onContent(Response answer, ByteBuffer content) {
    if (isTooLarge || answer.getStatus() != HttpStatus.OK_200) {
      return;
    }
    isTooLarge = bytes.size() + content.remaining() > LARGEST;
    if (isTooLarge) {
      bytes.reset();
    } else {
      byte[] part = new byte[content.remaining()];
      content.get(part);
      bytes.writeBytes(part);
    }
  }

  /**
   * The file, once the answer has succeeded; empty where it cannot be kept.
   *
   * @param others what it may be, which is in memory already
   * @param completed adds to the file what is kept with it
   */
  Optional<FileContent> content(
      Response answer, Supplier<Optional<FileContent>> others, UnaryOperator<byte[]> completed) {
    HttpFields headers = answer.getHeaders();
    boolean isWhole =
        answer.getStatus() == HttpStatus.OK_200 && hasKnownEnd(headers) && !isTooLarge;
    List<String> codings = headers.getValuesList(HttpHeader.CONTENT_ENCODING);
    boolean isPlain = codings.isEmpty();
    boolean isGzip = codings.size() == 1 && codings.get(0).equalsIgnoreCase(GZIP);
    if (!isWhole || !(isPlain || isGzip)) {
      return Optional.empty();
    }
    byte[] sent = bytes.toByteArray();
    Optional<byte[]> plain = isPlain ? Optional.of(sent) : FileContent.uncompressed(sent, LARGEST);
    return plain.map(
        driversFile -> {
          byte[] file = completed.apply(driversFile);
          return others
              .get()
              .filter(other -> other.isOf(file))
              .orElseGet(
                  () ->
                      isPlain || file != driversFile
                          ? FileContent.of(file)
                          : FileContent.of(file, sent));
        });
  }

  /** Where the end of the connection is the end of the file, half of it looks whole. */
  private static boolean hasKnownEnd(HttpFields headers) {
    return headers.contains(HttpHeader.CONTENT_LENGTH)
        || headers.contains(HttpHeader.TRANSFER_ENCODING);
  }
}
