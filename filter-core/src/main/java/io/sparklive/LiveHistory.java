package io.sparklive;

import io.sparklive.config.Parameters;
import io.sparklive.config.Settings;
import io.sparklive.pages.Pages;
import io.sparklive.routing.PublicLinks;
import io.sparklive.routing.Routes;
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
final class LiveHistory {
  private static final Logger LOG = LoggerFactory.getLogger(LiveHistory.class);
  // Whoever waits for a History Server asks it more often than that.
  private static final Duration TIME_TO_START = Duration.ofSeconds(2);

  private final Settings settings;
  private final Surroundings.HistoryServer historyServer;
  private final ServletContext context;
  private final Thread starter = Threads.daemon(this::run, "spark-live-history-start");
  private final Closing closing = new Closing();
  private final WebContext frame;
  private final NotReadyHandler closedDoor;
  private final CountDownLatch wanted = new CountDownLatch(1);
  private volatile boolean stopped;
  private volatile Optional<RequestRouter> door = Optional.empty();

  private LiveHistory(
      Settings settings, Surroundings.HistoryServer historyServer, ServletContext context) {
    this.settings = settings;
    this.historyServer = historyServer;
    this.context = context;
    this.frame = frame(settings, historyServer);
    this.closedDoor = new NotReadyHandler(frame.routes(), frame.links(), frame.teller());
  }

  /**
   * Builds everything in the background, once the History Server has answered for the first time,
   * or a moment later: until then the processors are its own.
   */
  static LiveHistory start(
      Settings settings, Surroundings.HistoryServer historyServer, ServletContext context) {
    historyServer.prefixes().check();
    LiveHistory live = new LiveHistory(settings, historyServer, context);
    live.starter.start();
    return live;
  }

  private static WebContext frame(Settings settings, Surroundings.HistoryServer historyServer) {
    return new WebContext(
        new Routes(settings.get(Parameters.PROXY_BASE), historyServer.standpoint()),
        new PublicLinks(
            historyServer.prefixes(),
            settings.get(Parameters.PROXY_BASE),
            historyServer.standpoint()),
        new Pages(() -> historyServer.appearance().get().look(), historyServer.securityHeaders()),
        new UserRequirement(
            settings.get(Parameters.REQUIRE_USER),
            historyServer.access().isControlled(),
            historyServer.standpoint(),
            historyServer.filters()));
  }

  /** Where requests come in: the door, once everything stands. */
  RequestHandler entrance() {
    Optional<RequestRouter> open = door;
    if (open.isPresent()) {
      return open.get();
    }
    return this::serveBefore;
  }

  private void serveBefore(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    try {
      closedDoor.serve(request, response, chain);
    } finally {
      wanted.countDown();
    }
  }

  /** Whether there is a door, and not what stands for it. */
  boolean isReady() {
    wanted.countDown();
    return door.isPresent();
  }

  /** Builds everything; the History Server does not wait for it. */
  private void run() {
    try {
      boolean unused = wanted.await(TIME_TO_START.toMillis(), TimeUnit.MILLISECONDS);
      if (stopped) {
        return;
      }
      Assembly assembly = new Assembly(settings, historyServer, context, frame, closing);
      door = Optional.of(assembly.door());
      // Last: a History Server that names itself is to find the door there, which tells it.
      assembly.lookForDrivers();
      LOG.info(
          "Spark Live History stands under {}, {}: {} addresses to ask for drivers",
          settings.get(Parameters.PROXY_BASE),
          frame.users().audience(),
          settings.drivers().size());
      frame.users().warnAtStart();
    } catch (Exception | LinkageError e) {
      LOG.error("Spark Live History could not start; the History Server works without it", e);
      closing.close();
    }
  }

  /** Stops everything, once it stands. */
  void stop() {
    door = Optional.empty();
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
