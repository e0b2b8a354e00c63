package io.sparklive.it.faults;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A program that says it is a driver, and has pages no driver has: one that never ends, and one
 * that never comes. Thread-safe.
 */
final class UnrulyDriver implements AutoCloseable {
  static final String ENDLESS = "/jobs/endless/";
  static final String TRICKLE = "/jobs/trickle/";
  static final String SILENT = "/jobs/silent/";

  private final HttpServer server;
  private final String id;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicInteger sending = new AtomicInteger();
  private final AtomicInteger keptWaiting = new AtomicInteger();

  /** One that runs an application of this id. */
  UnrulyDriver(String id) {
    this.id = id;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 500);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] list = list(id).getBytes(StandardCharsets.UTF_8);
    server.createContext("/api/v1/applications", exchange -> answer(exchange, list));
    server.createContext("/jobs/", exchange -> answer(exchange, new byte[] {'!'}));
    server.createContext(ENDLESS, exchange -> send(exchange, 64 * 1024, 0));
    server.createContext(TRICKLE, exchange -> send(exchange, 1, 200));
    server.createContext(SILENT, this::keepWaiting);
    server.setExecutor(threads);
    server.start();
  }

  String id() {
    return id;
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** How many endless answers are on their way. */
  int sending() {
    return sending.get();
  }

  /** How many requests it has taken and not answered. */
  int keptWaiting() {
    return keptWaiting.get();
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private static void answer(HttpExchange exchange, byte[] body) throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private void send(HttpExchange exchange, int atOnce, long everyMillis) throws IOException {
    sending.incrementAndGet();
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", "text/plain");
      exchange.sendResponseHeaders(200, 0);
      OutputStream body = exchange.getResponseBody();
      while (!closed.await(everyMillis, TimeUnit.MILLISECONDS)) {
        body.write(new byte[atOnce]);
        body.flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      sending.decrementAndGet();
    }
  }

  private void keepWaiting(HttpExchange exchange) {
    keptWaiting.incrementAndGet();
    try (exchange) {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String list(String id) {
    JsonObject attempt = new JsonObject();
    attempt.addProperty("startTimeEpoch", 1_770_000_000_000L);
    attempt.addProperty("completed", false);
    attempt.addProperty("sparkUser", "ada");
    attempt.addProperty("appSparkVersion", "4.0.2");
    JsonArray attempts = new JsonArray();
    attempts.add(attempt);
    JsonObject application = new JsonObject();
    application.addProperty("id", id);
    application.addProperty("name", "Unruly " + id);
    application.add("attempts", attempts);
    JsonArray list = new JsonArray();
    list.add(application);
    return list.toString();
  }
}
