// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/**
 * Something that is asked for, and how its answer is told from any other.
 *
 * @param uri its address
 * @param text what is in it, and in no page of errors
 * @param headers what it is asked with
 */
record PageRequest(URI uri, String text, Map<String, String> headers) {
  /** What Chromium sends when somebody goes to an address. */
  private static final Map<String, String> BROWSER =
      Map.of(
          "Accept",
          "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
          "Accept-Encoding",
          "gzip, deflate, br, zstd");

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** Asked for as a browser asks. */
  PageRequest(URI uri, String text) {
    this(uri, text, BROWSER);
  }

  /** The same, with a header that no browser sends. */
  PageRequest with(String name, String value) {
    Map<String, String> more = new TreeMap<>(headers);
    more.put(name, value);
    return new PageRequest(uri, text, more);
  }

  /**
   * Looks at it.
   *
   * @return the length of its body on the wire, which may be compressed
   * @throws IllegalStateException if it is something else
   */
  int check() throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30));
    headers.forEach(request::header);
    HttpResponse<byte[]> answer =
        CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    if (answer.statusCode() != 200 || !plain(answer).contains(text)) {
      throw new IllegalStateException(
          "%s answers %d, without \"%s\":%n%s"
              .formatted(uri, answer.statusCode(), text, start(answer)));
    }
    return answer.body().length;
  }

  private static String start(HttpResponse<byte[]> answer) throws IOException {
    String plain = plain(answer);
    return plain.substring(0, Math.min(300, plain.length()));
  }

  private static String plain(HttpResponse<byte[]> answer) throws IOException {
    String encoding = answer.headers().firstValue("Content-Encoding").orElse("identity");
    InputStream body = new ByteArrayInputStream(answer.body());
    try (InputStream plain =
        switch (encoding) {
          case "identity" -> body;
          case "gzip" -> new GZIPInputStream(body);
          default -> throw new IOException("An answer in an encoding nobody knows: " + encoding);
        }) {
      return new String(plain.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
