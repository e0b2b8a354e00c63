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
 * A request, and a text by which its response can be recognized.
 *
 * @param uri its address
 * @param text a text of the page, and of no error page
 * @param headers its headers
 */
record PageRequest(URI uri, String text, Map<String, String> headers) {
  /** Chromium's headers for an address that a user enters. */
  private static final Map<String, String> BROWSER =
      Map.of(
          "Accept",
          "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
          "Accept-Encoding",
          "gzip, deflate, br, zstd");

  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** With the headers of a browser. */
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
   * Sends the request and checks the response.
   *
   * @return the length of its body on the wire, which may be compressed
   * @throws IllegalStateException if it is another page
   */
  int check() throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30));
    headers.forEach(request::header);
    HttpResponse<byte[]> response =
        CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    if (response.statusCode() != 200 || !plain(response).contains(text)) {
      throw new IllegalStateException(
          "%s responds with %d, without \"%s\":%n%s"
              .formatted(uri, response.statusCode(), text, start(response)));
    }
    return response.body().length;
  }

  private static String start(HttpResponse<byte[]> response) throws IOException {
    String plain = plain(response);
    return plain.substring(0, Math.min(300, plain.length()));
  }

  private static String plain(HttpResponse<byte[]> response) throws IOException {
    String encoding = response.headers().firstValue("Content-Encoding").orElse("identity");
    InputStream body = new ByteArrayInputStream(response.body());
    try (InputStream plain =
        switch (encoding) {
          case "identity" -> body;
          case "gzip" -> new GZIPInputStream(body);
          default -> throw new IOException("A response in an unknown encoding: " + encoding);
        }) {
      return new String(plain.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
