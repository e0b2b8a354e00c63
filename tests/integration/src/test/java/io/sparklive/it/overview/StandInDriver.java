package io.sparklive.it.overview;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;

/**
 * A program that answers what a driver is asked, in its words, with one job that goes on, and knows
 * when it was asked. Thread-safe.
 */
final class StandInDriver implements AutoCloseable {
  /** More than anybody should take for an answer. */
  private static final int ENORMOUS = 100 * 1024 * 1024;

  private static final int TASKS = 1000;

  /** How it answers the question which jobs run. */
  enum Manner {
    /** At once. */
    PROMPT,
    /** At once the first time, and then not at all. */
    FALLS_SILENT,
    /** Not at all. */
    SILENT,
    /** At length. */
    ENORMOUS,
    /** With what is no list of jobs. */
    NONSENSE
  }

  private final String id;
  private final Manner manner;
  private final HttpServer server;
  private final long began = System.nanoTime();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Queue<Long> questions = new ConcurrentLinkedQueue<>();

  StandInDriver(String id, Manner manner, Executor threads) {
    this.id = id;
    this.manner = manner;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  String id() {
    return id;
  }

  Manner manner() {
    return manner;
  }

  /** Host and port, as the parameter {@code drivers} takes them. */
  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** When it was asked which jobs run, in nanoseconds of this machine's clock. */
  List<Long> questions() {
    return List.copyOf(questions);
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().toString();
      String ofApplication = "/api/v1/applications/" + id;
      if (path.equals("/api/v1/applications")) {
        send(exchange, list(application()));
      } else if (path.equals(ofApplication)) {
        send(exchange, application());
      } else if (path.equals(ofApplication + "/environment")) {
        send(exchange, environment());
      } else if (path.equals(ofApplication + "/executors")) {
        send(exchange, list(executor()));
      } else if (path.equals(ofApplication + "/jobs?status=running")) {
        questions.add(System.nanoTime());
        answerWithJobs(exchange);
      } else if (path.equals(ofApplication + "/jobs")) {
        send(exchange, list(job()));
      } else {
        exchange.sendResponseHeaders(404, -1);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void answerWithJobs(HttpExchange exchange) throws IOException, InterruptedException {
    switch (manner) {
      case PROMPT -> send(exchange, list(job()));
      case NONSENSE -> send(exchange, new JsonObject());
      case ENORMOUS -> sendWithoutEnd(exchange);
      case FALLS_SILENT -> {
        if (questions.size() > 1) {
          closed.await();
        }
        send(exchange, list(job()));
      }
      case SILENT -> closed.await();
    }
  }

  private static void sendWithoutEnd(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, ENORMOUS);
    byte[] some = "[".repeat(64 * 1024).getBytes(StandardCharsets.US_ASCII);
    OutputStream body = exchange.getResponseBody();
    for (int sent = 0; sent < ENORMOUS; sent += some.length) {
      body.write(some);
    }
  }

  private static void send(HttpExchange exchange, JsonElement answer) throws IOException {
    byte[] body = answer.toString().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
  }

  private JsonObject application() {
    JsonObject attempt = new JsonObject();
    attempt.addProperty("startTimeEpoch", 1_770_000_000_000L);
    attempt.addProperty("completed", false);
    attempt.addProperty("sparkUser", "ada");
    attempt.addProperty("appSparkVersion", "4.2.0");
    JsonObject application = new JsonObject();
    application.addProperty("id", id);
    application.addProperty("name", "Stands in as " + id);
    application.add("attempts", list(attempt));
    return application;
  }

  private JsonObject environment() {
    JsonArray setting = new JsonArray();
    setting.add("spark.app.id");
    setting.add(id);
    JsonObject environment = new JsonObject();
    environment.add("sparkProperties", list(setting));
    return environment;
  }

  private static JsonObject executor() {
    JsonObject executor = new JsonObject();
    executor.addProperty("id", "driver");
    executor.addProperty("isActive", true);
    executor.addProperty("totalCores", 2);
    executor.addProperty("totalTasks", 7);
    return executor;
  }

  /** One task is done each tenth of a second. */
  private JsonObject job() {
    int done = (int) Math.min(TASKS, (System.nanoTime() - began) / 100_000_000);
    JsonObject job = new JsonObject();
    job.addProperty("jobId", 3);
    job.addProperty("name", "count at " + id);
    job.addProperty("status", "RUNNING");
    job.addProperty("numTasks", TASKS);
    job.addProperty("numActiveTasks", 2);
    job.addProperty("numCompletedTasks", done);
    job.addProperty("numCompletedIndices", done);
    job.addProperty("numSkippedTasks", 0);
    job.addProperty("numFailedTasks", 0);
    job.addProperty("numKilledTasks", 0);
    return job;
  }

  private static JsonArray list(JsonElement one) {
    JsonArray list = new JsonArray();
    list.add(one);
    return list;
  }
}
