// SPDX-License-Identifier: Apache-2.0
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

/** An API server with scripted responses, which may be invalid. */
final class ScriptedApi implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Request> requests = new CopyOnWriteArrayList<>();

  /** A response. */
  record Reply(int status, String body) {}

  /**
   * A request that the server received.
   *
   * @param earlier the number of requests before it
   */
  record Request(int earlier, String query, Instant at) {
    boolean isWatch() {
      return query.contains("watch=1");
    }
  }

  /** Returns the response to a request. */
  @FunctionalInterface
  interface Script {
    Reply reply(Request request);
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
      Request request;
      synchronized (requests) {
        request =
            new Request(requests.size(), exchange.getRequestURI().getRawQuery(), Instant.now());
        requests.add(request);
      }
      Reply reply = script.reply(request);
      byte[] body = reply.body().getBytes(UTF_8);
      exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }

  /** Writes a kubeconfig that names this server, and no user. */
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

  /** The requests so far, in their order. */
  List<Request> requests() {
    return List.copyOf(requests);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
