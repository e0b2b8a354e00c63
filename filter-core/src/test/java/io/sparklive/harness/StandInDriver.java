package io.sparklive.harness;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * A driver's UI: lists itself, redirects {@code /} and what kills to {@code http://<Host>/jobs/} as
 * Spark up to 4.1 does, and answers anything else with method and target. It takes in whatever path
 * it is sent, and keeps a log of what came through the proxy.
 */
public final class StandInDriver implements AutoCloseable {
  private final String id;
  private final Server server;
  private final ServerConnector connector;
  private final Map<String, Page> pages = new ConcurrentHashMap<>();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private final List<Asked> discovery = new CopyOnWriteArrayList<>();

  /** An answer of the driver. It must complete the callback, now or later. */
  @FunctionalInterface
  public interface Page {
    /** Answers. */
    void serve(Request request, Response response, Callback callback) throws Exception;
  }

  /**
   * A request that arrived.
   *
   * @param method its method
   * @param target path and query as they stood in the request line
   * @param headers by name in lower case
   * @param body its whole body, where the page that answered left it to us
   */
  public record Asked(
      String method, String target, Map<String, List<String>> headers, String body) {

    /** The values of a header, separated by a comma; empty where it did not come. */
    public String header(String name) {
      return String.join(",", headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()));
    }
  }

  private StandInDriver(String id) {
    this.id = id;
    QueuedThreadPool threads = new QueuedThreadPool(40, 4);
    threads.setName("driver");
    threads.setDaemon(true);
    server = new Server(threads);
    HttpConfiguration http = new HttpConfiguration();
    http.setUriCompliance(UriCompliance.UNSAFE);
    connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(new Pages());
  }

  /** Starts the driver of an application. */
  public static StandInDriver of(String id) {
    StandInDriver driver = new StandInDriver(id);
    LifeCycle.start(driver.server);
    return driver;
  }

  /** {@code host:port}. */
  public String address() {
    return "127.0.0.1:" + connector.getLocalPort();
  }

  /** Answers so under this path from now on. */
  public void serves(String path, Page page) {
    pages.put(path, page);
  }

  /** Answers so under this path from now on; what the request holds is logged with its body. */
  public void answers(String path, int status, String body, String... headers) {
    serves(
        path,
        (request, response, callback) -> {
          log(request, Content.Source.asString(request, StandardCharsets.UTF_8));
          response.setStatus(status);
          for (int i = 0; i < headers.length; i += 2) {
            response.getHeaders().add(headers[i], headers[i + 1]);
          }
          if (body.isEmpty()) {
            callback.succeeded();
          } else {
            Content.Sink.write(response, true, body, callback);
          }
        });
  }

  /** What came through the proxy, in order. */
  public List<Asked> asked() {
    return List.copyOf(asked);
  }

  /** The one request that came through the proxy. */
  public Asked askedOnce() {
    if (asked.size() != 1) {
      throw new AssertionError("one request was to arrive, not " + asked);
    }
    return asked.get(0);
  }

  /** The questions of discovery, in order. */
  public List<Asked> discovery() {
    return List.copyOf(discovery);
  }

  /** Forgets what {@link #asked()} tells and every answer that was set. */
  public void forget() {
    asked.clear();
    pages.clear();
  }

  /** The driver ends. */
  @Override
  public void close() {
    LifeCycle.stop(server);
  }

  /** Notes a request, for pages that read its body themselves. */
  public void log(Request request, String body) {
    Map<String, List<String>> headers = new TreeMap<>();
    request
        .getHeaders()
        .forEach(
            field ->
                headers
                    .computeIfAbsent(field.getLowerCaseName(), n -> new CopyOnWriteArrayList<>())
                    .add(field.getValue() == null ? "" : field.getValue()));
    Asked entry =
        new Asked(request.getMethod(), request.getHttpURI().getPathQuery(), headers, body);
    if (!isAboutSettings(request)) {
      (isDiscovery(request) ? discovery : asked).add(entry);
    }
  }

  /** Asked once a second at most, beside everything that a test does. */
  private static boolean isAboutSettings(Request request) {
    return request.getHttpURI().getPath().endsWith("/environment")
        && request.getHeaders().get("X-Forwarded-Context") == null;
  }

  private static boolean isDiscovery(Request request) {
    return request.getHttpURI().getPathQuery().equals(DriverAnswers.LIST)
        && request.getHeaders().get("X-Forwarded-Context") == null;
  }

  private final class Pages extends Handler.Abstract {
    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      String path = request.getHttpURI().getPath();
      Page page = pages.get(path);
      if (page != null && !isDiscovery(request)) {
        page.serve(request, response, callback);
        return true;
      }
      log(request, Content.Source.asString(request, StandardCharsets.UTF_8));
      if (path.equals(DriverAnswers.LIST)) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        Content.Sink.write(response, true, DriverAnswers.list(id), callback);
      } else if (path.equals("/") || path.contains("/kill")) {
        response.setStatus(302);
        String host = request.getHeaders().get(HttpHeader.HOST);
        response.getHeaders().put(HttpHeader.LOCATION, "http://" + host + "/jobs/");
        callback.succeeded();
      } else {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/html;charset=utf-8");
        String text = "driver: " + request.getMethod() + " " + request.getHttpURI().getPathQuery();
        response.write(true, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), callback);
      }
      return true;
    }
  }
}
