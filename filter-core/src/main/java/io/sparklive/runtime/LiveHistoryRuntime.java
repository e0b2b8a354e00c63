// SPDX-License-Identifier: Apache-2.0
package io.sparklive.runtime;

import io.sparklive.concurrent.DaemonThreads;
import io.sparklive.config.Parameters;
import io.sparklive.config.Settings;
import io.sparklive.pages.Pages;
import io.sparklive.pages.SparkTheme;
import io.sparklive.routing.DriverBases;
import io.sparklive.routing.ExternalLinks;
import io.sparklive.routing.Routes;
import io.sparklive.spi.HostEnvironment;
import io.sparklive.web.NotReadyHandler;
import io.sparklive.web.RequestHandler;
import io.sparklive.web.RequestRouter;
import io.sparklive.web.UserRequirement;
import io.sparklive.web.WebContext;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one runtime of the JVM, which all filter instances share: a background thread builds its
 * parts, and {@link #stop} closes them.
 */
final class LiveHistoryRuntime {
  private static final Logger LOG = LoggerFactory.getLogger(LiveHistoryRuntime.class);
  // A client that waits for a History Server polls it more often than that.
  private static final Duration LONGEST_START_DELAY = Duration.ofSeconds(2);

  private final Settings settings;
  private final HostEnvironment.HistoryServer historyServer;
  private final ServletContext context;
  private final Thread starter = DaemonThreads.create("spark-live-history-start", this::run);
  private final Closer closer = new Closer();
  private final WebContext webContext;
  private final NotReadyHandler notReadyHandler;
  private final CountDownLatch startRequested = new CountDownLatch(1);
  private volatile boolean stopped;
  private volatile @Nullable RequestRouter router;

  private LiveHistoryRuntime(
      Settings settings, HostEnvironment.HistoryServer historyServer, ServletContext context) {
    this.settings = settings;
    this.historyServer = historyServer;
    this.context = context;
    this.webContext = webContext(settings, historyServer);
    this.notReadyHandler = new NotReadyHandler(webContext);
  }

  /**
   * Starts a thread that builds the runtime after the first response of the History Server, or two
   * seconds later. Until then, the History Server has the processors to itself.
   */
  static LiveHistoryRuntime start(
      Settings settings, HostEnvironment.HistoryServer historyServer, ServletContext context) {
    historyServer.prefixes().logInvalidSetting();
    LiveHistoryRuntime runtime = new LiveHistoryRuntime(settings, historyServer, context);
    runtime.starter.start();
    return runtime;
  }

  private static WebContext webContext(
      Settings settings, HostEnvironment.HistoryServer historyServer) {
    String base = settings.get(Parameters.PROXY_BASE);
    ExternalLinks links =
        new ExternalLinks(historyServer.prefixes(), base, historyServer.deployment());
    return new WebContext(
        new Routes(links, new DriverBases(base)),
        links,
        new Pages(
            () -> SparkTheme.of(historyServer.uiInfo().get()), historyServer.securityHeaders()),
        new UserRequirement(
            settings.get(Parameters.REQUIRE_USER).orElse(null),
            historyServer.access().isControlled(),
            historyServer.deployment(),
            historyServer.filters()));
  }

  /** The router if the runtime is ready, else a handler that requests its start. */
  RequestHandler requestHandler() {
    RequestRouter ready = router;
    return ready == null ? this::handleBeforeReady : ready;
  }

  private void handleBeforeReady(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    try {
      notReadyHandler.handle(request, response, chain);
    } finally {
      requestStart();
    }
  }

  /** Lets the starting thread build the runtime now. */
  void requestStart() {
    startRequested.countDown();
  }

  /** Whether the runtime is built, and discovery has started or is about to. */
  boolean isReady() {
    return router != null;
  }

  /** Builds the parts and starts discovery; the History Server does not wait for it. */
  private void run() {
    try {
      boolean unused = startRequested.await(LONGEST_START_DELAY.toMillis(), TimeUnit.MILLISECONDS);
      if (stopped) {
        return;
      }
      RuntimeBuilder builder =
          new RuntimeBuilder(settings, historyServer, context, webContext, closer);
      router = builder.router();
      // Last: if a History Server is configured as its own driver, its router detects the loop.
      builder.startDiscovery();
      LOG.info(
          "Spark Live History is ready at {} ({}); static driver addresses: {}",
          settings.get(Parameters.PROXY_BASE),
          webContext.users().describeAudience(),
          settings.drivers().size());
      webContext.users().warnAtStart();
    } catch (Exception | LinkageError e) {
      LOG.error("Spark Live History could not start; the History Server works without it", e);
      closer.close();
    }
  }

  /** Waits until the starting thread has ended, and closes all parts. */
  void stop() {
    router = null;
    stopped = true;
    requestStart();
    try {
      starter.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    closer.close();
  }
}
