// SPDX-License-Identifier: Apache-2.0
package io.sparklive.harness;

import io.sparklive.LiveHistoryFilter;
import io.sparklive.spi.HostEnvironment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandlerCollection;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The embedded History Server without the code that depends on the Jetty environment. */
abstract class JettyHistoryServer implements EmbeddedHistoryServer {
  // The number of contexts that the History Server adds for each loaded application, as measured.
  private static final int CONTEXTS_OF_AN_APPLICATION = 23;

  private final HistoryServerPlan plan;
  private final Server server;
  private final ServerConnector connector;
  private final ContextHandlerCollection contexts = new ContextHandlerCollection();
  private final List<Passed> passed = new CopyOnWriteArrayList<>();
  private final HistoryServerServlet servlet;

  JettyHistoryServer(HistoryServerPlan plan) {
    this.plan = plan;
    this.servlet = new HistoryServerServlet(plan::list, plan.catalog(), passed::add);
    QueuedThreadPool threads = new QueuedThreadPool(40, 4);
    threads.setName("history-server");
    threads.setDaemon(true);
    server = new Server(threads);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    if (plan.isLenient()) {
      http.setUriCompliance(UriCompliance.UNSAFE);
    }
    connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(contexts);
  }

  /** Creates a servlet context of this container. */
  abstract Handler handler(ServletContextPlan context);

  final void start() throws Exception {
    // The parameters of the filter need the port.
    connector.open();
    Map<String, Object> shown = Map.of();
    for (HostEnvironment.Detection detection : plan.detection().toList()) {
      shown = Map.of(AttributeEnvironment.DETECTION, detection);
    }
    contexts.addHandler(handler(context("/", Map.of())));
    contexts.addHandler(handler(context("/api", shown)));
    contexts.addHandler(handler(context("/static", Map.of())));
    contexts.addHandler(handler(context("/history", Map.of())));
    server.start();
  }

  private ServletContextPlan context(String path, Map<String, Object> attributes) {
    return new ServletContextPlan(
        path,
        new TestAuthentication(),
        new LiveHistoryFilter(),
        servlet,
        plan.parameters(port()),
        attributes);
  }

  @Override
  public final LoadedApplication load(String id) {
    List<Handler> loaded = new ArrayList<>();
    Stream.concat(
            Stream.of("/api-of-" + id),
            IntStream.range(1, CONTEXTS_OF_AN_APPLICATION)
                .mapToObj(i -> "/history/" + id + "/page-" + i))
        .map(path -> handler(context(path, Map.of())))
        .forEach(
            handler -> {
              contexts.addHandler(handler);
              LifeCycle.start(handler);
              loaded.add(handler);
            });
    return () ->
        loaded.forEach(
            handler -> {
              LifeCycle.stop(handler);
              contexts.removeHandler(handler);
            });
  }

  @Override
  public final int port() {
    return connector.getLocalPort();
  }

  @Override
  public final List<Passed> passed() {
    return List.copyOf(passed);
  }

  @Override
  public final void clearPassed() {
    passed.clear();
  }

  @Override
  public final void close() {
    LifeCycle.stop(server);
  }
}
