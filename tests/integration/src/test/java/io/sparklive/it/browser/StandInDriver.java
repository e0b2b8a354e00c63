package io.sparklive.it.browser;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A program of somebody's that says of itself what it likes, as a driver would under {@code
 * /api/v1/applications}, and has no pages at all.
 */
final class StandInDriver implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closed = new CountDownLatch(1);

  private StandInDriver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
  }

  /** One that breaks off where it is asked for a page. */
  static StandInDriver breakingOff(String id, String name, String user, String version)
      throws IOException {
    StandInDriver driver = new StandInDriver();
    driver.server.createContext("/", HttpExchange::close);
    return driver.introduced(id, name, user, version);
  }

  /** One that says nothing where it is asked for a page. */
  static StandInDriver silent(String id, String name, String user, String version)
      throws IOException {
    StandInDriver driver = new StandInDriver();
    driver.server.createContext("/", driver::keepWaiting);
    return driver.introduced(id, name, user, version);
  }

  /** Host and port, as the parameter {@code drivers} takes them. */
  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private StandInDriver introduced(String id, String name, String user, String version) {
    byte[] list = list(id, name, user, version).getBytes(StandardCharsets.UTF_8);
    server.createContext(
        "/api/v1/applications",
        exchange -> {
          try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, list.length);
            exchange.getResponseBody().write(list);
          }
        });
    server.start();
    return this;
  }

  private static String list(String id, String name, String user, String version) {
    JsonObject attempt = new JsonObject();
    attempt.addProperty("startTimeEpoch", 1_770_000_000_000L);
    attempt.addProperty("completed", false);
    attempt.addProperty("sparkUser", user);
    attempt.addProperty("appSparkVersion", version);
    JsonArray attempts = new JsonArray();
    attempts.add(attempt);
    JsonObject application = new JsonObject();
    application.addProperty("id", id);
    application.addProperty("name", name);
    application.add("attempts", attempts);
    JsonArray list = new JsonArray();
    list.add(application);
    return list.toString();
  }

  private void keepWaiting(HttpExchange exchange) {
    try (exchange) {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
