// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.driver;

import static io.sparklive.testkit.driver.RunningApplication.LIST;

import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/**
 * A port of 127.0.0.1 that responds as the UI of a driver, or as a test sets it.
 *
 * <p>A response is looked up in this order: that of the path, that of all proxied requests, that of
 * all requests, that of a driver. As a driver it responds to {@code /api/v1/applications} with the
 * list, and to the polls of the filter with entry, environment, jobs and executors. It redirects
 * {@code /} and kills to {@code http://<Host>/jobs/} as Spark up to 4.1 does. Everything else is a
 * page with method and target of the request, so that a test can see them on the other side.
 *
 * <p>It accepts any request target, keeps connections alive, and logs a request before it responds.
 * Thread-safe; everything that is set counts from the next request.
 */
public final class FakeDriver implements AutoCloseable {
  // The driver has run no job, stage and SQL query.
  private static final Pattern UNKNOWN =
      Pattern.compile(".*/(?:(?:jobs|stages)/[0-9]+|sql(?:/[0-9]+)?)");
  private static final String EXECUTORS =
      """
      [ { "id" : "driver", "isActive" : true, "totalCores" : 2, "totalTasks" : 7 } ]""";

  private final Listener listener;
  private final boolean keepsAlive;
  private final Map<String, Script> paths = new ConcurrentHashMap<>();
  private final List<ReceivedRequest> requests = new CopyOnWriteArrayList<>();
  private final List<ReceivedRequest> discovery = new CopyOnWriteArrayList<>();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger mostOpen = new AtomicInteger();
  private final AtomicInteger served = new AtomicInteger();
  private final AtomicInteger received = new AtomicInteger();
  private volatile RunningApplication application;
  private volatile Optional<Script> proxied = Optional.empty();
  private volatile Optional<Script> all = Optional.empty();
  private volatile Optional<AssertionError> failed = Optional.empty();

  /** A driver of this application, which listens on a free port. */
  public FakeDriver(String id) {
    this(RunningApplication.of(id));
  }

  /** A driver of this application, which listens on a free port. */
  public FakeDriver(RunningApplication application) {
    this(application, 0, true);
    listen();
  }

  /** A driver of this application, which listens on this port. */
  public FakeDriver(RunningApplication application, int port) {
    this(application, port, true);
    listen();
  }

  private FakeDriver(RunningApplication application, int port, boolean keepsAlive) {
    this.application = application;
    this.keepsAlive = keepsAlive;
    listener = new Listener(port, this::serve);
  }

  /**
   * A free port that refuses connections until a response is set. It keeps no connection alive. So
   * if the port refuses again, a client gets a refusal, and not the reset of an old connection.
   */
  public static FakeDriver refusing() {
    return new FakeDriver(RunningApplication.of("app-1"), 0, false);
  }

  /** The application it runs. */
  public RunningApplication application() {
    return application;
  }

  /** {@code host:port}. */
  public String address() {
    return "127.0.0.1:" + port();
  }

  /** The port, which stays the same if it refuses and listens again. */
  public int port() {
    return listener.port();
  }

  /** Sets the response to a path, whatever the query. */
  public void respond(String path, Response response) {
    paths.put(path, new Complete(response));
  }

  /** Sets a script that responds to a path, whatever the query. */
  public void respond(String path, Script script) {
    paths.put(path, script);
  }

  /** Sets a script that responds to all requests that the filter forwards for clients. */
  public void respondToProxied(Script script) {
    proxied = Optional.of(script);
  }

  /** Sets the response to every request, and listens. */
  public void respondToAll(Response response) {
    respondToAll(new Complete(response));
  }

  /** Sets a script that responds to every request, and listens. */
  public void respondToAll(Script script) {
    all = Optional.of(script);
    listen();
  }

  /** Sets a script that responds to every request but those for the list of applications. */
  public void respondToAllButList(Script script) {
    respond(LIST, connection -> connection.respond(Response.json(application.list())));
    respondToAll(script);
  }

  /** Is the driver of this application, without any other response to all requests, and listens. */
  public void run(RunningApplication running) {
    application = running;
    all = Optional.empty();
    listen();
  }

  /** Is the driver of an application with this id. */
  public void run(String id) {
    run(RunningApplication.of(id));
  }

  /** Resets so many connections as soon as they are accepted. */
  public void resetNext(int connections) {
    listener.resetNext(connections);
  }

  /** Listens on its port, if it does not yet. */
  public void listen() {
    listener.start();
  }

  /** Closes its port and all connections. When it returns, connections are refused. */
  public void refuse() {
    listener.stop();
  }

  /**
   * Ends the driver.
   *
   * @throws AssertionError if an assertion in a script failed
   */
  @Override
  public void close() {
    listener.close();
    failed.ifPresent(
        failure -> {
          throw failure;
        });
  }

  /**
   * The requests in order, without those by which the filter discovers the driver and reads its
   * settings: forwarded ones and polls of progress.
   */
  public List<ReceivedRequest> requests() {
    return List.copyOf(requests);
  }

  /** The only one of the {@link #requests}. */
  public ReceivedRequest onlyRequest() {
    if (requests.size() != 1) {
      throw new AssertionError("expected one request, but received " + requests);
    }
    return requests.get(0);
  }

  /** The requests for the list that no client sent, in order. */
  public List<ReceivedRequest> discovery() {
    return List.copyOf(discovery);
  }

  /** Clears {@link #requests} and the responses to paths. */
  public void forget() {
    requests.clear();
    paths.clear();
  }

  /** How many forwarded requests are in progress. */
  public int open() {
    return open.get();
  }

  /** How many forwarded requests were in progress at the same time at most. */
  public int mostOpen() {
    return mostOpen.get();
  }

  /** How many forwarded requests it received. */
  public int served() {
    return served.get();
  }

  /** How many requests it received of any kind. */
  public int received() {
    return received.get();
  }

  /** A response that is known as a whole: the body of the request is read before. */
  private record Complete(Response response) implements Script {
    @Override
    public void play(DriverConnection connection) throws IOException {
      connection.respond(response);
    }
  }

  private void serve(Socket socket) throws IOException, InterruptedException {
    DriverConnection connection = new DriverConnection(socket, keepsAlive);
    try {
      do {
        connection.readRequest();
        respond(connection);
      } while (connection.awaitsNext());
    } catch (AssertionError e) {
      failed = Optional.of(e);
    }
  }

  private void respond(DriverConnection connection) throws IOException, InterruptedException {
    Script script = script(connection.request());
    ReceivedRequest request =
        script instanceof Complete ? connection.readBody() : connection.request();
    log(request);
    if (!request.isProxied()) {
      script.play(connection);
      return;
    }
    served.incrementAndGet();
    mostOpen.accumulateAndGet(open.incrementAndGet(), Math::max);
    try {
      script.play(connection);
    } finally {
      open.decrementAndGet();
    }
  }

  private void log(ReceivedRequest request) {
    received.incrementAndGet();
    if (request.isProxied() || !isForDiscovery(request)) {
      requests.add(request);
    } else if (request.target().equals(LIST)) {
      discovery.add(request);
    }
  }

  private static boolean isForDiscovery(ReceivedRequest request) {
    return request.target().equals(LIST) || request.path().endsWith("/environment");
  }

  private Script script(ReceivedRequest request) {
    return Optional.ofNullable(paths.get(request.path()))
        .or(() -> request.isProxied() ? proxied : Optional.empty())
        .or(() -> all)
        .orElseGet(() -> new Complete(asDriver(request)));
  }

  private Response asDriver(ReceivedRequest request) {
    String path = request.path();
    if (path.equals(LIST)) {
      return Response.json(application.list());
    }
    if (path.equals("/") || path.contains("/kill")) {
      return Response.of(302, "", "Location", "http://" + request.header("Host") + "/jobs/");
    }
    if (!request.isProxied() && path.startsWith(application.path())) {
      switch (path.substring(application.path().length())) {
        case "" -> {
          return Response.json(application.entry());
        }
        case "/environment" -> {
          return Response.json(application.environment());
        }
        case "/jobs" -> {
          return Response.json("[ ]");
        }
        case "/executors" -> {
          return Response.json(EXECUTORS);
        }
        default -> {
          if (UNKNOWN.matcher(path).matches()) {
            return Response.of(404, "unknown: " + path);
          }
        }
      }
    }
    return Response.of(
        200,
        "driver: " + request.method() + " " + request.target(),
        "Content-Type",
        "text/html;charset=utf-8");
  }
}
