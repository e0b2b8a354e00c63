// SPDX-License-Identifier: Apache-2.0
package io.sparklive.war;

import static org.mockito.Mockito.mock;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sparklive.http.Prefixes;
import io.sparklive.routing.ExternalLinks;
import io.sparklive.spi.Deployment;
import io.sparklive.upstream.HistoryServerClient;
import io.sparklive.upstream.HistoryServerProxy;
import io.sparklive.upstream.RenewedCookies;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A History Server with responses that a test sets; it records its requests. */
final class FakeHistoryServer implements AutoCloseable {
  static final String HOME_PAGE =
      "<span class=\"version\">4.2.0</span><script src=\"/static/historypage-common.js\"></script>";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HistoryServerProxy proxy;
  private final Map<String, Response> responses = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();

  private volatile Optional<RotatingLogin> login = Optional.empty();

  private record Response(int status, String body, Map<String, String> headers) {}

  FakeHistoryServer() throws IOException, ServletException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::respond);
    server.setExecutor(threads);
    server.start();
    proxy =
        new HistoryServerProxy(
            URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
            Duration.ofSeconds(2),
            "this-test",
            new ExternalLinks(new Prefixes(Optional::empty), "/sparkui", Deployment.FRONTING),
            (request, response, status) -> response.setStatus(status));
    proxy.start(mock(ServletContext.class));
  }

  HistoryServerClient client() {
    return proxy.client();
  }

  RenewedCookies renewedCookies() {
    return proxy.renewedCookies();
  }

  HistoryServerProxy proxy() {
    return proxy;
  }

  /** Sets the response for a path with its query. */
  void respond(String path, int status, String body, String... header) {
    responses.put(
        path,
        new Response(status, body, header.length == 0 ? Map.of() : Map.of(header[0], header[1])));
  }

  /** Puts this login before all paths. */
  void requireLogin(RotatingLogin required) {
    login = Optional.of(required);
  }

  /** The requested paths, with their queries and cookies. */
  List<String> requests() {
    return requests;
  }

  /** Closes the port. */
  void stop() {
    server.stop(0);
  }

  @Override
  public void close() {
    proxy.destroy();
    server.stop(0);
    threads.shutdownNow();
  }

  private void respond(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().toString();
      requests.add(path + " " + exchange.getRequestHeaders().getOrDefault("Cookie", List.of()));
      if (login.isPresent() && !login.get().admit(exchange)) {
        exchange.sendResponseHeaders(302, -1);
        return;
      }
      Response response = responses.getOrDefault(path, new Response(404, "unknown", Map.of()));
      response.headers().forEach(exchange.getResponseHeaders()::add);
      byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(response.status(), body.length == 0 ? -1 : body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
