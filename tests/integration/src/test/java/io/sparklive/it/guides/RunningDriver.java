package io.sparklive.it.guides;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** Answers as the UI of a running driver does: guides suppose that an application runs. */
final class RunningDriver implements AutoCloseable {
  private static final String LIST =
      """
      [{"id": "app-20261121000000-0001", "name": "An application that runs",
        "attempts": [{"startTime": "2026-11-21T00:00:00.000GMT",
          "endTime": "1969-12-31T23:59:59.999GMT",
          "lastUpdated": "2026-11-21T00:00:00.000GMT", "duration": 1000, "sparkUser": "ada",
          "completed": false, "appSparkVersion": "4.2.0", "startTimeEpoch": 1795219200000,
          "endTimeEpoch": -1, "lastUpdatedEpoch": 1795219200000}]}]
      """;

  private final HttpServer server;

  RunningDriver(int port) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.createContext("/", exchange -> answer(exchange, 200, "<h1>Spark Jobs</h1>"));
    server.createContext("/api/", exchange -> answer(exchange, 404, ""));
    server.createContext("/api/v1/applications", RunningDriver::list);
  }

  void start() {
    server.start();
  }

  private static void list(HttpExchange exchange) throws IOException {
    boolean all = exchange.getRequestURI().getPath().equals("/api/v1/applications");
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    answer(exchange, all ? 200 : 404, all ? LIST : "");
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
