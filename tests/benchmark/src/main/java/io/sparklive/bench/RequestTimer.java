// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * Sends GET requests to one server, one after the other, on one keep-alive connection, and measures
 * the time of each whole response. Any status other than 200 is a failure, however fast it was.
 *
 * <p>Not thread-safe.
 */
final class RequestTimer {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final URI server;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /**
   * @param server without a path
   */
  RequestTimer(URI server) {
    this.server = server;
  }

  /**
   * A response with status 200.
   *
   * @param millis from the request to the last byte
   * @param bytes the length of the body on the wire
   */
  record TimedResponse(double millis, long bytes) {}

  /** Requests a path and reads the whole body without keeping it. */
  TimedResponse time(String path, String... headers) throws IOException, InterruptedException {
    long began = System.nanoTime();
    HttpResponse<InputStream> response =
        client.send(request(path, headers), HttpResponse.BodyHandlers.ofInputStream());
    long bytes = 0;
    try (InputStream body = response.body()) {
      byte[] buffer = new byte[64 * 1024];
      for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
        bytes += read;
      }
    }
    double millis = (System.nanoTime() - began) / 1e6;
    check(path, response);
    return new TimedResponse(millis, bytes);
  }

  /** The body for a path. */
  String text(String path, String... headers) throws IOException, InterruptedException {
    HttpResponse<String> response =
        client.send(request(path, headers), HttpResponse.BodyHandlers.ofString());
    check(path, response);
    return response.body();
  }

  /** Requests a path, and checks only the status. */
  void expect(int status, String path) throws IOException, InterruptedException {
    HttpResponse<Void> response =
        client.send(request(path), HttpResponse.BodyHandlers.discarding());
    check(status, path, response);
  }

  private HttpRequest request(String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server + path)).timeout(PATIENCE);
    return (headers.length > 0 ? request.headers(headers) : request).build();
  }

  private void check(String path, HttpResponse<?> response) {
    check(200, path, response);
  }

  private void check(int status, String path, HttpResponse<?> response) {
    if (response.statusCode() != status) {
      throw new IllegalStateException(
          "%s%s responds with %d".formatted(server, path, response.statusCode()));
    }
  }
}
