package io.sparklive.discovery.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An API server that says what no API server should. */
final class ScriptedApi implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();

  /** An answer. */
  record Says(int status, String body) {}

  /**
   * A request.
   *
   * @param earlier how many have come before
   */
  record Asked(int earlier, String query, Instant at) {
    boolean isWatch() {
      return query.contains("watch=1");
    }
  }

  /** What it says to a request. */
  @FunctionalInterface
  interface Script {
    Says answer(Asked asked);
  }

  ScriptedApi(Script script) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", exchange -> serve(exchange, script));
    server.start();
  }

  private void serve(HttpExchange exchange, Script script) throws IOException {
    try (exchange) {
      Asked now;
      synchronized (asked) {
        now = new Asked(asked.size(), exchange.getRequestURI().getRawQuery(), Instant.now());
        asked.add(now);
      }
      Says says = script.answer(now);
      byte[] body = says.body().getBytes(UTF_8);
      exchange.sendResponseHeaders(says.status(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** A kubeconfig that names it, and no user. */
  Path kubeconfig(Path directory) throws IOException {
    return Files.writeString(
        directory.resolve("scripted.kubeconfig"),
        """
        current-context: test
        contexts: [{name: test, context: {cluster: test, user: test, namespace: spark}}]
        clusters: [{name: test, cluster: {server: "http://127.0.0.1:%d"}}]
        users: [{name: test, user: {}}]
        """
            .formatted(server.getAddress().getPort()));
  }

  /** What it was asked, in order. */
  List<Asked> asked() {
    return List.copyOf(asked);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
