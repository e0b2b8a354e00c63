package io.sparklive.runtime;

import io.sparklive.access.RequestAuthorizer;
import io.sparklive.access.ViewPermissionCache;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.concurrent.MonotonicClock;
import io.sparklive.config.Parameters;
import io.sparklive.config.ProxyLimits;
import io.sparklive.config.Settings;
import io.sparklive.discovery.DriverNames;
import io.sparklive.driver.DriverApi;
import io.sparklive.driver.DriverHttpClients;
import io.sparklive.driver.ProgressPoller;
import io.sparklive.listing.ApplicationListMerger;
import io.sparklive.metrics.Metrics;
import io.sparklive.overview.Attention;
import io.sparklive.overview.HealthEndpoint;
import io.sparklive.overview.MetricsEndpoint;
import io.sparklive.overview.OverviewEndpoint;
import io.sparklive.pages.Cors;
import io.sparklive.pages.Pages;
import io.sparklive.proxy.LiveUiProxy;
import io.sparklive.spi.HostEnvironment;
import io.sparklive.web.ApplicationHandler;
import io.sparklive.web.ListingHandler;
import io.sparklive.web.LoginCheck;
import io.sparklive.web.OverviewHandler;
import io.sparklive.web.RequestRouter;
import io.sparklive.web.RouteTable;
import io.sparklive.web.WebContext;
import jakarta.servlet.ServletContext;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.UUID;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * The composition root: builds and wires the parts of the runtime. A class of its own, so that the
 * classes of these parts are not loaded before it is built.
 */
public final class RuntimeBuilder {
  private static final int MOST_ASKING_THREADS = 8;
  // Far more than people cause; drivers that hang must not fill the memory of the History Server.
  private static final int MOST_PROXIED_REQUESTS = 4096;

  private final DiscoveryService sources;
  private final RequestRouter router;

  /**
   * Builds it.
   *
   * @param closing gets what has to be closed in the end, even where this fails
   */
  RuntimeBuilder(
      Settings settings,
      HostEnvironment.HistoryServer historyServer,
      ServletContext context,
      WebContext webContext,
      Closer closing)
      throws Exception {
    String via = "spark-live-history-" + UUID.randomUUID();
    InstantSource clock = InstantSource.system();
    InstantSource steadyClock = new MonotonicClock();
    Metrics metrics = new Metrics(clock);
    ApplicationRegistry registry = new ApplicationRegistry(metrics::appeared);
    RequestAuthorizer guard =
        new RequestAuthorizer(
            historyServer.access(),
            new RequestAuthorizer.Rules(
                webContext.users().isRequired(),
                settings.get(Parameters.KILL_ENABLED),
                !settings.credentials().isEmpty()));
    DriverNames names = closing.keep(new DriverNames(InetAddress::getAllByName));
    SslContextFactory.Client trust =
        new DriverSslContextFactory(settings.driverTrustStore(), names::namesOf);
    closing.add(() -> LifeCycle.stop(trust));
    trust.start();
    HttpClient asking =
        DriverHttpClients.start(
            settings.get(Parameters.CONNECT_TIMEOUT), trust, MOST_ASKING_THREADS);
    closing.add(() -> LifeCycle.stop(asking));

    DriverApi drivers = new DriverApi(asking, via, settings.get(Parameters.RESPONSE_TIMEOUT));

    LiveUiProxy proxy =
        new LiveUiProxy(
            new ProxyLimits(
                settings.get(Parameters.CONNECT_TIMEOUT),
                settings.get(Parameters.RESPONSE_TIMEOUT),
                settings.get(Parameters.MAX_CONNECTIONS_PER_DRIVER),
                MOST_PROXIED_REQUESTS),
            settings.credentials(),
            historyServer.securityHeaders(),
            trust,
            via,
            settings.get(Parameters.PROXY_BASE),
            new DriverVerifier(drivers, registry),
            historyServer.files(),
            metrics);
    closing.add(proxy::destroy);
    proxy.start(context);

    ScheduledThreadPoolExecutor scheduler = DaemonThreads.clock();
    closing.add(scheduler::shutdownNow);
    ThreadPoolExecutor rights = DaemonThreads.rights();
    closing.add(rights::shutdownNow);
    this.sources =
        closing.keep(
            new DiscoveryService(
                settings,
                names,
                drivers,
                registry,
                historyServer.catalog(),
                scheduler,
                clock,
                metrics));
    metrics.reads(registry::all, sources::statuses, proxy::load);

    Pages pages = webContext.pages();
    OverviewHandler overview =
        new OverviewHandler(
            new OverviewEndpoint(
                registry,
                historyServer.catalog(),
                new ViewPermissionCache(guard, rights, steadyClock),
                attention(new ProgressPoller(registry, drivers, scheduler, steadyClock)),
                clock,
                steadyClock,
                pages),
            guard,
            webContext);
    HealthEndpoint health =
        new HealthEndpoint(registry, historyServer.catalog(), sources::statuses, pages);
    ApplicationHandler applications =
        new ApplicationHandler(
            registry,
            historyServer.catalog(),
            guard,
            proxy,
            metrics,
            webContext,
            sources::startSearch,
            sources::lastFailure,
            steadyClock);
    ListingHandler lists =
        new ListingHandler(
            new ApplicationListMerger(registry, historyServer.catalog(), clock, metrics),
            historyServer.access(),
            guard,
            webContext);
    this.router =
        new RequestRouter(
            webContext,
            via,
            new LoginCheck(historyServer.access(), webContext, applications::isLive),
            RouteTable.of(
                webContext,
                new Cors(settings.get(Parameters.CORS_ALLOWED_ORIGINS)),
                lists,
                applications,
                overview,
                health::serve,
                new MetricsEndpoint(metrics, pages)::serve));
  }

  /** Handles requests. */
  RequestRouter router() {
    return router;
  }

  /** Begins to look for drivers. */
  void lookForDrivers() {
    sources.start();
  }

  private static Attention attention(ProgressPoller questions) {
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
}
