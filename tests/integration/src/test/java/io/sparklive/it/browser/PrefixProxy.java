// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.browser;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sparklive.testkit.WebServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A reverse proxy that publishes a server under a prefix, as an ingress does: it removes the prefix
 * and sends it in {@code X-Forwarded-Context}. Paths without the prefix are not found.
 */
final class PrefixProxy implements AutoCloseable {
  static final String PREFIX = "/spark-history";

  private static final Set<String> HOP_BY_HOP =
      Set.of("connection", "content-length", "host", "transfer-encoding", "upgrade");

  private final WebServer behind;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(8);
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private PrefixProxy(WebServer behind) throws IOException {
    this.behind = behind;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(PREFIX + "/", this::pass);
    server.start();
  }

  static PrefixProxy before(WebServer behind) throws IOException {
    return new PrefixProxy(behind);
  }

  /** The public address of the server, with the prefix and without a slash at the end. */
  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + PREFIX);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void pass(HttpExchange exchange) throws IOException {
    try (exchange) {
      String target = exchange.getRequestURI().toString().substring(PREFIX.length());
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(behind.uri() + target))
              .method(
                  exchange.getRequestMethod(),
                  HttpRequest.BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()));
      exchange.getRequestHeaders().entrySet().stream()
          .filter(header -> crosses(header.getKey()))
          .forEach(header -> header.getValue().forEach(v -> request.header(header.getKey(), v)));
      request.header("X-Forwarded-Context", PREFIX);
      respond(exchange, client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void respond(HttpExchange exchange, HttpResponse<byte[]> response)
      throws IOException {
    response.headers().map().entrySet().stream()
        .filter(header -> crosses(header.getKey()))
        .forEach(header -> exchange.getResponseHeaders().put(header.getKey(), header.getValue()));
    byte[] body = response.body();
    exchange.sendResponseHeaders(response.statusCode(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  private static boolean crosses(String header) {
    return !HOP_BY_HOP.contains(header.toLowerCase(Locale.ROOT));
  }
}
