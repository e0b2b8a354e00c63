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

/** One address with two History Servers behind it, as a Service without affinity has. */
final class AlternatingProxy implements AutoCloseable {
  private static final List<String> CROSSING = List.of("Location", "Set-Cookie", "Content-Type");

  private final HttpServer listener;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient client = HttpClient.newHttpClient();
  private final Choice choice;
  private final AtomicInteger requests = new AtomicInteger();

  /** Who gets a request. */
  @FunctionalInterface
  interface Choice {
    /** The server for the request of this number, from 0, for this path. */
    URI of(int number, String path);
  }

  /** Begins to pass requests on. */
  AlternatingProxy(Choice choice) {
    this.choice = choice;
    try {
      listener = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    listener.createContext("/", this::passOn);
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

  private void passOn(HttpExchange exchange) throws IOException {
    try (exchange) {
      HttpResponse<byte[]> answer =
          client.send(request(exchange), HttpResponse.BodyHandlers.ofByteArray());
      for (String name : CROSSING) {
        answer
            .headers()
            .allValues(name)
            .forEach(value -> exchange.getResponseHeaders().add(name, value));
      }
      boolean empty = answer.body().length == 0;
      exchange.sendResponseHeaders(answer.statusCode(), empty ? -1 : answer.body().length);
      if (!empty) {
        exchange.getResponseBody().write(answer.body());
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
