// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.overview;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sparklive.it.overview.signals.JobsOnSignal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Sends commands to {@link JobsOnSignal} in a driver, and signals to its tasks. */
final class Signals implements AutoCloseable {
  private static final int MILLIS_TO_WAIT = 100;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final BlockingQueue<String> commands = new LinkedBlockingQueue<>();
  private final Map<String, BlockingQueue<String>> ofTasks = new ConcurrentHashMap<>();

  Signals() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/command", exchange -> respond(exchange, commands));
    server.createContext("/task", exchange -> respond(exchange, ofJob(job(exchange))));
    server.setExecutor(threads);
    server.start();
  }

  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Sends a command to the driver. */
  void command(String command) {
    commands.add(command);
  }

  /** Sends a signal to so many tasks of that job, in the order of their requests. */
  void toTasks(String job, int count, String signal) {
    for (int i = 0; i < count; i++) {
      ofJob(job).add(signal);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private BlockingQueue<String> ofJob(String description) {
    return ofTasks.computeIfAbsent(description, any -> new LinkedBlockingQueue<>());
  }

  private static String job(HttpExchange exchange) {
    return URLDecoder.decode(exchange.getRequestURI().getRawQuery(), StandardCharsets.UTF_8);
  }

  private static void respond(HttpExchange exchange, BlockingQueue<String> signals)
      throws IOException {
    try (exchange) {
      String signal =
          Optional.ofNullable(signals.poll(MILLIS_TO_WAIT, TimeUnit.MILLISECONDS)).orElse("");
      byte[] body = signal.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
