package io.sparklive.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.sparklive.routing.Links;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.GZIPInputStream;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;

/** What of a page waits for more, and what does not. */
class PageOnItsWayTest {
  private static final long LENGTH_IS_OPEN = -1;
  private static final int LARGE = 32 * 1024;
  // What stands before the compressed bytes (RFC 1952, section 2.3).
  private static final int GZIP_HEAD = 10;

  private final HttpServletResponse response = mock();
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

  private static PageOnItsWay page(long length, String... accepted) {
    HttpServletRequest request = mock();
    when(request.getHeaders("Accept-Encoding"))
        .thenReturn(Collections.enumeration(List.of(accepted)));
    return new PageOnItsWay(request, new Links("", "/sparkui"), length);
  }

  private int send(PageOnItsWay page, String part) {
    byte[] bytes = part.getBytes(UTF_8);
    byte[] now = page.part(response, bytes, 0, bytes.length);
    sent.writeBytes(now);
    return now.length;
  }

  private int sendEnd(PageOnItsWay page) {
    byte[] end = page.end(response);
    sent.writeBytes(end);
    return end.length;
  }

  private String whole() throws IOException {
    return new String(
        new GZIPInputStream(new ByteArrayInputStream(sent.toByteArray())).readAllBytes(), UTF_8);
  }

  /** What a browser can show of what was sent so far. */
  private String shown() throws DataFormatException {
    byte[] bytes = sent.toByteArray();
    if (bytes.length == 0) {
      return "";
    }
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(bytes, GZIP_HEAD, bytes.length - GZIP_HEAD);
      byte[] text = new byte[1 << 20];
      return new String(text, 0, inflater.inflate(text), UTF_8);
    } finally {
      inflater.end();
    }
  }

  @Test
  void largePartsAreSentTogether() throws IOException {
    PageOnItsWay page = page(LENGTH_IS_OPEN, "gzip");

    assertThat(send(page, "a".repeat(LARGE))).isZero();
    assertThat(send(page, "b".repeat(LARGE - 7000))).isZero();
    int end = sendEnd(page);

    assertThat(whole()).isEqualTo("a".repeat(LARGE) + "b".repeat(LARGE - 7000));
    verify(response).setContentLength(end);
  }

  @Test
  void aSmallPartWaitsForNothingAndTakesAlongWhatDoes() throws Exception {
    PageOnItsWay page = page(LENGTH_IS_OPEN, "gzip");
    String text = "a".repeat(LARGE);

    assertThat(send(page, text)).isZero();
    assertThat(send(page, "and more")).isPositive();
    assertThat(shown()).isEqualTo(text + "and more");
    assertThat(send(page, "and more")).isPositive();
    assertThat(shown()).isEqualTo(text + "and moreand more");
    assertThat(sendEnd(page)).isPositive();

    assertThat(whole()).isEqualTo(text + "and moreand more");
    verify(response, never()).setContentLength(anyInt());
  }

  @Test
  void ofAPageWithoutAnEndThereIsNeverMuchThatWaits() throws Exception {
    PageOnItsWay page = page(LENGTH_IS_OPEN, "gzip");
    Random random = new Random(1);
    StringBuilder all = new StringBuilder();

    for (int part = 0; part < 8; part++) {
      byte[] bytes = new byte[LARGE * 3 / 4];
      random.nextBytes(bytes);
      String text = Base64.getEncoder().encodeToString(bytes);
      all.append(text);
      send(page, text);
      assertThat(all).startsWith(shown());
      assertThat(all.length() - shown().length()).isLessThan(2 * LARGE);
    }
    assertThat(sent.size()).isGreaterThan(all.length() / 2);
    sendEnd(page);

    assertThat(whole()).isEqualTo(all.toString());
  }

  @Test
  void theLastPartOfAKnownLengthWaitsForNothing() throws IOException {
    PageOnItsWay page = page(2 * LARGE, "gzip");

    assertThat(send(page, "a".repeat(LARGE))).isZero();
    int last = send(page, "b".repeat(LARGE));
    assertThat(sendEnd(page)).isZero();

    assertThat(whole()).isEqualTo("a".repeat(LARGE) + "b".repeat(LARGE));
    verify(response).setContentLength(last);
  }

  @Test
  void whatIsNotCompressedWaitsForNothing() {
    PageOnItsWay page = page(LENGTH_IS_OPEN);

    assertThat(send(page, "a".repeat(LARGE))).isEqualTo(LARGE);
    assertThat(send(page, "b".repeat(LARGE))).isEqualTo(LARGE);
    assertThat(sendEnd(page)).isZero();
  }
}
