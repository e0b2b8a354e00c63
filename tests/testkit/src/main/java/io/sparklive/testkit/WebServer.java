// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** An HTTP server, and a plain client for it: no cookies, no redirects followed. */
public interface WebServer {

  /** Its address, without a path: {@code http://127.0.0.1:18080}. */
  URI uri();

  /**
   * Sends a GET request for a path, which may have a query.
   *
   * @param headers names and values in turn
   * @throws UncheckedIOException if no response arrives within 30 seconds
   */
  default HttpResponse<String> get(String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(uri() + path)).timeout(Duration.ofSeconds(30));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.build());
  }

  /**
   * Sends any request, to any address.
   *
   * @throws UncheckedIOException if no response arrives
   */
  default HttpResponse<String> send(HttpRequest request) {
    try {
      return PlainClient.INSTANCE.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(request.method() + " " + request.uri(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted during the request for " + request.uri(), e);
    }
  }
}
