package io.sparklive.runtime;

import io.sparklive.config.Parameters;
import io.sparklive.config.Settings;
import io.sparklive.pages.Pages;
import io.sparklive.pages.SparkTheme;
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
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one runtime of the JVM, which all filter instances share: builds everything in the
 * background, and stops everything.
 */
public final class LiveHistoryRuntime {
  private static final Logger LOG = LoggerFactory.getLogger(LiveHistoryRuntime.class);
  // Whoever waits for a History Server asks it more often than that.
  private static final Duration TIME_TO_START = Duration.ofSeconds(2);

  private final Settings settings;
  private final HostEnvironment.HistoryServer historyServer;
  private final ServletContext context;
  private final Thread starter = DaemonThreads.daemon(this::run, "spark-live-history-start");
  private final Closer closing = new Closer();
  private final WebContext webContext;
  private final NotReadyHandler notReadyHandler;
  private final CountDownLatch wanted = new CountDownLatch(1);
  private volatile boolean stopped;
  private volatile Optional<RequestRouter> router = Optional.empty();

  private LiveHistoryRuntime(
      Settings settings, HostEnvironment.HistoryServer historyServer, ServletContext context) {
    this.settings = settings;
    this.historyServer = historyServer;
    this.context = context;
    this.webContext = webContext(settings, historyServer);
    this.notReadyHandler = new NotReadyHandler(webContext);
  }

  /**
   * Builds everything in the background, once the History Server has answered for the first time,
   * or a moment later: until then the processors are its own.
   */
  static LiveHistoryRuntime start(
      Settings settings, HostEnvironment.HistoryServer historyServer, ServletContext context) {
    historyServer.prefixes().check();
    LiveHistoryRuntime live = new LiveHistoryRuntime(settings, historyServer, context);
    live.starter.start();
    return live;
  }

  private static WebContext webContext(
      Settings settings, HostEnvironment.HistoryServer historyServer) {
    return new WebContext(
        new Routes(settings.get(Parameters.PROXY_BASE), historyServer.deployment()),
        new ExternalLinks(
            historyServer.prefixes(),
            settings.get(Parameters.PROXY_BASE),
            historyServer.deployment()),
        new Pages(
            () -> SparkTheme.of(historyServer.uiInfo().get()), historyServer.securityHeaders()),
        new UserRequirement(
            settings.get(Parameters.REQUIRE_USER),
            historyServer.access().isControlled(),
            historyServer.deployment(),
            historyServer.filters()));
  }

  /** Handles requests: the router, once the runtime is ready. */
  RequestHandler requestHandler() {
    Optional<RequestRouter> ready = router;
    if (ready.isPresent()) {
      return ready.get();
    }
    return this::handleBeforeReady;
  }

  private void handleBeforeReady(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    try {
      notReadyHandler.handle(request, response, chain);
    } finally {
      wanted.countDown();
    }
  }

  /** Whether the router is ready. */
  boolean isReady() {
    wanted.countDown();
    return router.isPresent();
  }

  /** Builds everything; the History Server does not wait for it. */
  private void run() {
    try {
      boolean unused = wanted.await(TIME_TO_START.toMillis(), TimeUnit.MILLISECONDS);
      if (stopped) {
        return;
      }
      RuntimeBuilder builder =
          new RuntimeBuilder(settings, historyServer, context, webContext, closing);
      router = Optional.of(builder.router());
      // Last: if a History Server is configured as its own driver, its router detects the loop.
      builder.lookForDrivers();
      LOG.info(
          "Spark Live History stands under {}, {}: {} addresses to ask for drivers",
          settings.get(Parameters.PROXY_BASE),
          webContext.users().audience(),
          settings.drivers().size());
      webContext.users().warnAtStart();
    } catch (Exception | LinkageError e) {
      LOG.error("Spark Live History could not start; the History Server works without it", e);
      closing.close();
    }
  }

  /** Stops everything, once it stands. */
  void stop() {
    router = Optional.empty();
    stopped = true;
    wanted.countDown();
    try {
      starter.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    closing.close();
  }
}
