package io.sparklive;

import io.sparklive.access.Guard;
import io.sparklive.access.Views;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.driver.DriverApi;
import io.sparklive.driver.ProgressQuestions;
import io.sparklive.driver.QuestionClient;
import io.sparklive.listing.Listing;
import io.sparklive.metrics.Metrics;
import io.sparklive.overview.Attention;
import io.sparklive.overview.Health;
import io.sparklive.overview.MetricsText;
import io.sparklive.overview.Overview;
import io.sparklive.pages.Assets;
import io.sparklive.pages.Cors;
import io.sparklive.pages.Look;
import io.sparklive.pages.Pages;
import io.sparklive.proxy.LiveUiProxy;
import io.sparklive.routing.PublicLinks;
import io.sparklive.routing.Routes;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one runtime of the JVM, which all filter instances share: builds everything in the
 * background, and stops everything.
 */
final class LiveHistory {
  private static final Logger LOG = LoggerFactory.getLogger(LiveHistory.class);
  private static final String FILTER = LiveHistoryFilter.class.getName();
  private static final int MOST_ASKING_THREADS = 8;
  // Far more than people cause; drivers that hang must not fill the memory of the History Server.
  private static final int MOST_PROXIED_REQUESTS = 4096;
  // Whoever waits for a History Server asks it more often than that.
  private static final Duration TIME_TO_START = Duration.ofSeconds(2);

  private final Settings settings;
  private final Surroundings.HistoryServer historyServer;
  private final ServletContext context;
  private final Thread starter = Threads.daemon(this::run, "spark-live-history-start");
  private final Closing closing = new Closing();
  private final Routes routes;
  private final PublicLinks publicLinks;
  private final Pages pages;
  private final ClosedDoor closedDoor;
  private final CountDownLatch wanted = new CountDownLatch(1);
  private volatile boolean stopped;
  private volatile Optional<Door> door = Optional.empty();

  private LiveHistory(
      Settings settings, Surroundings.HistoryServer historyServer, ServletContext context) {
    this.settings = settings;
    this.historyServer = historyServer;
    this.context = context;
    this.routes = new Routes(settings.proxyBase(), historyServer.standpoint());
    this.publicLinks =
        new PublicLinks(
            () -> historyServer.appearance().get().proxyBase(),
            settings.proxyBase(),
            historyServer.standpoint());
    this.pages =
        new Pages(
            () -> new Look(historyServer.appearance().get().sparkVersion()),
            historyServer.securityHeaders());
    this.closedDoor = new ClosedDoor(routes, publicLinks, new Teller(pages));
  }

  /**
   * Builds everything in the background, once the History Server has answered for the first time,
   * or a moment later: until then the processors are its own.
   */
  static LiveHistory start(
      Settings settings, Surroundings.HistoryServer historyServer, ServletContext context) {
    LiveHistory live = new LiveHistory(settings, historyServer, context);
    live.starter.start();
    return live;
  }

  /** Where requests come in: the door, once everything stands. */
  Entrance entrance() {
    Optional<Door> open = door;
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
      open();
      LOG.info(
          "Spark Live History stands under {}, {}: {} addresses to ask for drivers",
          settings.proxyBase(),
          requiresUser() ? "for people who have logged in (requireUser)" : "for everybody",
          settings.drivers().size());
    } catch (Exception | LinkageError e) {
      LOG.error("Spark Live History could not start; the History Server works without it", e);
      closing.close();
    }
  }

  private void open() throws Exception {
    String via = "spark-live-history-" + UUID.randomUUID();
    InstantSource clock = InstantSource.system();
    InstantSource steadyClock = new SteadyClock();
    Metrics metrics = new Metrics(clock);
    ApplicationRegistry registry = new ApplicationRegistry(metrics::appeared);
    Guard guard = guard();
    Teller teller = new Teller(pages);
    SslContextFactory.Client trust = new DriverTrust(settings.driverTrustStore());
    closing.add(() -> LifeCycle.stop(trust));
    trust.start();
    HttpClient asking = QuestionClient.start(settings.connectTimeout(), trust, MOST_ASKING_THREADS);
    closing.add(() -> LifeCycle.stop(asking));

    DriverApi drivers = new DriverApi(asking, via, settings.responseTimeout());

    LiveUiProxy proxy =
        new LiveUiProxy(
            new LiveUiProxy.Limits(
                settings.connectTimeout(),
                settings.responseTimeout(),
                settings.maxConnectionsPerDriver(),
                MOST_PROXIED_REQUESTS),
            settings.credentials(),
            historyServer.securityHeaders(),
            trust,
            via,
            new DriverIdentity(drivers, registry),
            ApplicationDoor.failurePage(routes, publicLinks, registry, guard, teller),
            historyServer.files(),
            metrics);
    closing.add(proxy::destroy);
    proxy.start(context);

    ScheduledThreadPoolExecutor scheduler = Threads.clock();
    closing.add(scheduler::shutdownNow);
    ThreadPoolExecutor rights = Threads.rights();
    closing.add(rights::shutdownNow);
    Sources sources =
        closing.keep(
            new Sources(
                settings, drivers, registry, historyServer.catalog(), scheduler, clock, metrics));
    metrics.reads(registry::all, sources::statuses, proxy::load);

    door =
        Optional.of(
            new Door(
                routes,
                publicLinks,
                via,
                new ApplicationDoor(
                    registry,
                    historyServer.catalog(),
                    guard,
                    new LiveDoor(guard, proxy, teller, metrics),
                    teller,
                    sources::isLookedFor),
                historyServer.access(),
                guard,
                new Listing(registry, historyServer.catalog(), clock, metrics),
                new Overview(
                    registry,
                    historyServer.catalog(),
                    new Views(guard, rights, steadyClock),
                    attention(new ProgressQuestions(registry, drivers, scheduler, steadyClock)),
                    clock,
                    steadyClock,
                    pages),
                new Health(registry, historyServer.catalog(), sources::statuses, pages),
                new MetricsText(metrics, pages),
                pages,
                new Assets(pages),
                new Cors(settings.corsAllowedOrigins())));
    // Last: a History Server that names itself is to find the door there, which tells it.
    sources.start();
  }

  private Guard guard() {
    return new Guard(
        historyServer.access(),
        new Guard.Rules(requiresUser(), settings.killEnabled(), settings.credentials().cross()));
  }

  /** Whether people log in here, unless that is set: another filter may be there for it. */
  private boolean requiresUser() {
    return settings
        .requireUser()
        .orElseGet(
            () ->
                historyServer.access().isControlled()
                    || historyServer.filters().stream().anyMatch(f -> !f.equals(FILTER)));
  }

  private static Attention attention(ProgressQuestions questions) {
    return new Attention() {
      @Override
      public void to(Collection<ApplicationId> applications) {
        questions.lookAt(applications);
      }

      @Override
      public Duration untilNextRound() {
        return questions.untilNextBeat();
      }
    };
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
