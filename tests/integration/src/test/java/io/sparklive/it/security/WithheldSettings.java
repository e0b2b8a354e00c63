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

/** Another address of a driver, which does not tell the driver's settings until told to. */
final class WithheldSettings implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final DriverProcess driver;
  private final AtomicInteger questions = new AtomicInteger();
  private volatile boolean told;

  WithheldSettings(DriverProcess driver) {
    this.driver = driver;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  /** Host and port, as the parameter {@code drivers} takes them. */
  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** How often the settings have been asked for. */
  int questions() {
    return questions.get();
  }

  /** From now on they are told. */
  void tell() {
    told = true;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().toString();
      if (path.endsWith("/environment")) {
        questions.incrementAndGet();
        if (!told) {
          exchange.sendResponseHeaders(500, -1);
          return;
        }
      }
      HttpResponse<String> answer = driver.get(path);
      byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
      answer
          .headers()
          .firstValue("Content-Type")
          .ifPresent(type -> exchange.getResponseHeaders().set("Content-Type", type));
      exchange.sendResponseHeaders(answer.statusCode(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
