// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Something that answers HTTP, asked by a plain client: no cookies, no redirects followed. */
public interface WebServer {

  /** Where it listens, without a path: {@code http://127.0.0.1:18080}. */
  URI uri();

  /**
   * Asks for a path (which may hold a query) with GET.
   *
   * @param headers names and values in turn
   * @throws UncheckedIOException if there is no answer within 30 seconds
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
   * Sends any request, to wherever it is addressed.
   *
   * @throws UncheckedIOException if there is no answer
   */
  default HttpResponse<String> send(HttpRequest request) {
    try {
      return PlainClient.INSTANCE.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(request.method() + " " + request.uri(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while asking " + request.uri(), e);
    }
  }
}
