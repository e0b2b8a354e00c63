// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.faults;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** One address with two History Servers behind it, like a Service without session affinity. */
final class AlternatingProxy implements AutoCloseable {
  private static final List<String> FORWARDED = List.of("Location", "Set-Cookie", "Content-Type");

  private final HttpServer listener;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient client = HttpClient.newHttpClient();
  private final Choice choice;
  private final AtomicInteger requests = new AtomicInteger();

  /** Selects the server for a request. */
  @FunctionalInterface
  interface Choice {
    /** The server for the request of this number, from 0, for this path. */
    URI of(int number, String path);
  }

  /** Begins to forward requests. */
  AlternatingProxy(Choice choice) {
    this.choice = choice;
    try {
      listener = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    listener.createContext("/", this::forward);
    listener.setExecutor(threads);
    listener.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + listener.getAddress().getPort());
  }

  @Override
  public void close() {
    listener.stop(0);
    threads.shutdownNow();
  }

  private void forward(HttpExchange exchange) throws IOException {
    try (exchange) {
      HttpResponse<byte[]> response =
          client.send(request(exchange), HttpResponse.BodyHandlers.ofByteArray());
      for (String name : FORWARDED) {
        response
            .headers()
            .allValues(name)
            .forEach(value -> exchange.getResponseHeaders().add(name, value));
      }
      boolean empty = response.body().length == 0;
      exchange.sendResponseHeaders(response.statusCode(), empty ? -1 : response.body().length);
      if (!empty) {
        exchange.getResponseBody().write(response.body());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpRequest request(HttpExchange exchange) {
    URI server = choice.of(requests.getAndIncrement(), exchange.getRequestURI().getPath());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server.toString() + exchange.getRequestURI()));
    exchange
        .getRequestHeaders()
        .getOrDefault("Cookie", List.of())
        .forEach(cookie -> request.header("Cookie", cookie));
    return request.build();
  }
}
