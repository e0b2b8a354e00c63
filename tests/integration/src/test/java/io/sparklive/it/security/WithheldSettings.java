// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sparklive.testkit.DriverProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Another address of a driver, which withholds the driver's settings until {@link #release}. */
final class WithheldSettings implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final DriverProcess driver;
  private final AtomicInteger requests = new AtomicInteger();
  private volatile boolean released;

  WithheldSettings(DriverProcess driver) {
    this.driver = driver;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::respond);
    server.setExecutor(threads);
    server.start();
  }

  /** Host and port, in the form of the parameter {@code drivers}. */
  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** The number of requests for the settings. */
  int requests() {
    return requests.get();
  }

  /** Responds with the settings from now on. */
  void release() {
    released = true;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void respond(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().toString();
      if (path.endsWith("/environment")) {
        requests.incrementAndGet();
        if (!released) {
          exchange.sendResponseHeaders(500, -1);
          return;
        }
      }
      HttpResponse<String> response = driver.get(path);
      byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
      response
          .headers()
          .firstValue("Content-Type")
          .ifPresent(type -> exchange.getResponseHeaders().set("Content-Type", type));
      exchange.sendResponseHeaders(response.statusCode(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
