// SPDX-License-Identifier: Apache-2.0
package io.sparklive.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.DriverAddress;
import io.sparklive.config.ForwardedCredentials;
import io.sparklive.config.ProxyLimits;
import io.sparklive.harness.Browser;
import io.sparklive.metrics.Metrics;
import io.sparklive.spi.SecurityHeaders;
import io.sparklive.spi.StaticFileSource;
import io.sparklive.testkit.driver.FakeDriver;
import io.sparklive.testkit.driver.Response;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.ee9.servlet.ServletContextHandler;
import org.eclipse.jetty.ee9.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.junit.jupiter.api.Test;

class LiveUiProxyTest {
  private static final String ID = "app-1";

  @Test
  void rejectsRequestAtConcurrencyLimit() throws Exception {
    ProxyTarget target = target(4040, true, false);
    HttpServletRequest request = mock(HttpServletRequest.class);
    when(request.getScheme()).thenReturn("http");
    AtomicReference<String> reported = new AtomicReference<>();
    LiveUiProxy none = proxy(0, false);

    none.forward(
        request,
        mock(HttpServletResponse.class),
        target,
        noResponse -> {
          reported.set(
              target.applicationId() + " " + noResponse.status() + " " + noResponse.reason());
          return true;
        });

    assertThat(reported.get())
        .isEqualTo("app-1 503 The filter already forwards as many requests as it can.");
  }

  /** As with a kill, whose form is read asynchronously: nothing else completes the request. */
  @Test
  void completesRequestOfDisconnectedBrowserAtConcurrencyLimit() throws Exception {
    LiveUiProxy proxy = proxy(0, false);
    ProxyTarget target = target(4040, true, false);
    try (ServedServlet served = new ServedServlet(new Disconnected(proxy, target))) {
      assertThat(Browser.request(served.port(), "GET", "/").status()).isEqualTo(200);
    }
  }

  /** The container calls the listeners of the first asynchronous processing no more. */
  @Test
  void releasesPermitIfDispatchedRequestIsAsynchronousAgain() throws Exception {
    FakeDriver driver = new FakeDriver(ID);
    driver.respondToProxied(
        connection -> connection.respond(Response.of(200, "page", "Content-Type", "text/html")));
    LiveUiProxy proxy = proxy(1, true);
    try (driver;
        ServedServlet served =
            new ServedServlet(new Fallback(proxy, target(driver.port(), false, true)))) {
      // The response of a driver that is no file is withheld from users without a login.
      for (int i = 0; i < 3; i++) {
        assertThat(Browser.request(served.port(), "GET", "/").text()).isEqualTo("dispatched");
      }

      await().untilAsserted(() -> assertThat(proxy.load().requests()).isZero());
    }
  }

  /** Owns a proxy. */
  private abstract static class ProxyingServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;

    final transient LiveUiProxy proxy;
    final transient ProxyTarget target;

    ProxyingServlet(LiveUiProxy proxy, ProxyTarget target) {
      this.proxy = proxy;
      this.target = target;
    }

    @Override
    public void init() throws ServletException {
      proxy.start(getServletContext());
    }

    @Override
    public void destroy() {
      proxy.destroy();
    }
  }

  /** Forwards each request asynchronously, and finds the browser disconnected. */
  private static final class Disconnected extends ProxyingServlet {
    private static final long serialVersionUID = 1L;

    Disconnected(LiveUiProxy proxy, ProxyTarget target) {
      super(proxy, target);
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException, ServletException {
      request.startAsync();
      proxy.forward(
          request,
          response,
          target,
          noResponse -> {
            throw new EOFException("the browser has disconnected");
          });
    }
  }

  /** Forwards each request, and responds asynchronously if the request is dispatched again. */
  private static final class Fallback extends ProxyingServlet {
    private static final long serialVersionUID = 1L;

    Fallback(LiveUiProxy proxy, ProxyTarget target) {
      super(proxy, target);
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException, ServletException {
      if (request.getDispatcherType() != DispatcherType.ASYNC) {
        proxy.forward(
            request,
            response,
            target,
            noResponse -> {
              request.getAsyncContext().dispatch();
              return false;
            });
        return;
      }
      AsyncContext context = request.startAsync();
      response.getOutputStream().print("dispatched");
      context.complete();
    }
  }

  private static final class ServedServlet implements AutoCloseable {
    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server, 1, 1);

    ServedServlet(HttpServlet servlet) throws Exception {
      ServletHolder holder = new ServletHolder(servlet);
      holder.setAsyncSupported(true);
      holder.setInitOrder(0);
      ServletContextHandler context = new ServletContextHandler();
      context.addServlet(holder, "/*");
      connector.setHost("127.0.0.1");
      server.addConnector(connector);
      server.setHandler(context.get());
      server.start();
    }

    int port() {
      return connector.getLocalPort();
    }

    @Override
    public void close() {
      LifeCycle.stop(server);
    }
  }

  private static LiveUiProxy proxy(int requests, boolean isVerified) {
    return new LiveUiProxy(
        new ProxyLimits(Duration.ofSeconds(5), Duration.ofSeconds(5), 1, requests),
        new ForwardedCredentials(Set.of(), false),
        SecurityHeaders.USUAL,
        new SslContextFactory.Client(),
        "via",
        new HistoryLink("/sparkui", false),
        (id, connection, request) -> CompletableFuture.completedFuture(isVerified),
        StaticFileSource.NONE,
        new Metrics(InstantSource.system()));
  }

  private static ProxyTarget target(int port, boolean forwardsCredentials, boolean filesOnly) {
    return new ProxyTarget(
        new ApplicationId(ID),
        new DriverAddress("127.0.0.1", port),
        Instant.EPOCH,
        "/jobs/",
        "",
        "/sparkui/app-1",
        Optional.empty(),
        forwardsCredentials,
        filesOnly);
  }
}
