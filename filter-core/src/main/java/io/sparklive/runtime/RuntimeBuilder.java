// SPDX-License-Identifier: Apache-2.0
package io.sparklive.runtime;

import io.sparklive.access.RequestAuthorizer;
import io.sparklive.access.ViewPermissionCache;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.SourceStatus;
import io.sparklive.concurrent.DaemonThreads;
import io.sparklive.concurrent.MonotonicClock;
import io.sparklive.config.Parameters;
import io.sparklive.config.ProxyLimits;
import io.sparklive.config.Settings;
import io.sparklive.discovery.DriverNames;
import io.sparklive.driver.DriverApi;
import io.sparklive.driver.DriverHttpClients;
import io.sparklive.driver.ProgressPoller;
import io.sparklive.listing.ApplicationListMerger;
import io.sparklive.logs.LogsEndpoint;
import io.sparklive.logs.PodLogs;
import io.sparklive.metrics.Metrics;
import io.sparklive.overview.HealthEndpoint;
import io.sparklive.overview.MetricsEndpoint;
import io.sparklive.overview.OverviewEndpoint;
import io.sparklive.pages.Cors;
import io.sparklive.pages.Pages;
import io.sparklive.proxy.HistoryLink;
import io.sparklive.proxy.LiveUiProxy;
import io.sparklive.routing.DriverBases;
import io.sparklive.spi.HostEnvironment;
import io.sparklive.web.ApplicationHandler;
import io.sparklive.web.ListingHandler;
import io.sparklive.web.LoginCheck;
import io.sparklive.web.LogsHandler;
import io.sparklive.web.OverviewHandler;
import io.sparklive.web.RequestRouter;
import io.sparklive.web.RouteTable;
import io.sparklive.web.SubmissionHandler;
import io.sparklive.web.WebContext;
import jakarta.servlet.ServletContext;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * The composition root: builds and wires the parts of the runtime. It is a class of its own, so
 * that the JVM does not load the classes of these parts before the runtime is built.
 */
final class RuntimeBuilder {
  private static final int MAX_PROBE_THREADS = 8;
  // Hundreds of users view hundreds of applications; a rejected check is repeated.
  private static final int MAX_QUEUED_ACL_CHECKS = 10_000;
  // Far more than users cause; drivers that hang must not fill the memory of the History Server.
  private static final int MAX_PROXIED_REQUESTS = 4096;

  private final DiscoveryService discovery;
  private final ProgressPoller progressPoller;
  private final RequestRouter router;

  /**
   * Builds all parts and starts none of discovery.
   *
   * @param closer gets each resource as soon as it is open, also if a later step fails
   */
  RuntimeBuilder(
      Settings settings,
      HostEnvironment.HistoryServer historyServer,
      ServletContext context,
      WebContext webContext,
      Closer closer)
      throws Exception {
    String via = "spark-live-history-" + UUID.randomUUID();
    InstantSource clock = InstantSource.system();
    InstantSource monotonicClock = new MonotonicClock();
    Metrics metrics = new Metrics(clock);
    DriverBases driverBases = webContext.routes().driverBases();
    ApplicationRegistry registry =
        new ApplicationRegistry(metrics::discovered, driverBases::update);
    RequestAuthorizer authorizer =
        new RequestAuthorizer(
            historyServer.access(),
            new RequestAuthorizer.Rules(
                webContext.users().isRequired(),
                settings.get(Parameters.KILL_ENABLED),
                !settings.credentials().isEmpty()));
    DriverNames names = closer.register(new DriverNames(InetAddress::getAllByName));
    SslContextFactory.Client sslContextFactory =
        new DriverSslContextFactory(settings.driverTrustStore().orElse(null), names::namesOf);
    closer.add(() -> LifeCycle.stop(sslContextFactory));
    sslContextFactory.start();
    HttpClient probeClient =
        DriverHttpClients.start(
            settings.get(Parameters.CONNECT_TIMEOUT), sslContextFactory, MAX_PROBE_THREADS);
    closer.add(() -> LifeCycle.stop(probeClient));

    DriverApi driverApi =
        new DriverApi(probeClient, via, settings.get(Parameters.RESPONSE_TIMEOUT));

    LiveUiProxy proxy =
        new LiveUiProxy(
            new ProxyLimits(
                settings.get(Parameters.CONNECT_TIMEOUT),
                settings.get(Parameters.RESPONSE_TIMEOUT),
                settings.get(Parameters.MAX_CONNECTIONS_PER_DRIVER),
                MAX_PROXIED_REQUESTS),
            settings.credentials(),
            historyServer.securityHeaders(),
            sslContextFactory,
            via,
            new HistoryLink(settings.get(Parameters.PROXY_BASE), settings.get(Parameters.POD_LOGS)),
            new DriverVerifier(driverApi, registry),
            historyServer.files(),
            metrics);
    closer.add(proxy::destroy);
    proxy.start(context);

    ScheduledThreadPoolExecutor scheduler = DaemonThreads.scheduler("spark-live-history-scheduler");
    closer.add(scheduler::shutdownNow);
    // One thread: while no permission has to be checked, there is none.
    ThreadPoolExecutor aclExecutor =
        DaemonThreads.pool(
            "spark-live-history-acl", 1, new ArrayBlockingQueue<>(MAX_QUEUED_ACL_CHECKS));
    closer.add(aclExecutor::shutdownNow);
    this.discovery =
        closer.register(
            new DiscoveryService(
                settings,
                names,
                driverApi,
                registry,
                historyServer.catalog(),
                scheduler,
                clock,
                metrics));
    @Nullable PodLogs podLogs =
        settings.get(Parameters.POD_LOGS) ? new PodLogs(discovery::apiServer, clock) : null;
    Supplier<List<SourceStatus>> statuses =
        podLogs == null
            ? discovery::statuses
            : () ->
                Stream.concat(discovery.statuses().stream(), Stream.of(podLogs.status())).toList();
    Duration recentlyEnded = settings.get(Parameters.RECENTLY_ENDED);
    metrics.registerGauges(
        registry::all,
        () -> registry.recentlyEnded(clock.instant().minus(recentlyEnded)),
        monotonicClock,
        discovery::statuses,
        proxy::load);

    this.progressPoller =
        new ProgressPoller(
            registry, driverApi, settings.get(Parameters.POLL_INTERVAL), scheduler, monotonicClock);
    Pages pages = webContext.pages();
    OverviewHandler overview =
        new OverviewHandler(
            new OverviewEndpoint(
                registry,
                historyServer.catalog(),
                new ViewPermissionCache(authorizer, aclExecutor, monotonicClock),
                progressPoller,
                clock,
                monotonicClock,
                recentlyEnded,
                settings.get(Parameters.POD_LOGS),
                pages),
            authorizer,
            webContext);
    HealthEndpoint health =
        new HealthEndpoint(
            registry, driverBases::conflicts, historyServer.catalog(), statuses, pages);
    ApplicationHandler applications =
        new ApplicationHandler(
            registry,
            historyServer.catalog(),
            authorizer,
            proxy,
            metrics,
            webContext,
            discovery,
            settings.get(Parameters.POD_LOGS),
            monotonicClock);
    LogsHandler logs =
        new LogsHandler(
            registry,
            authorizer,
            podLogs == null
                ? null
                : closer.register(
                    new LogsEndpoint(podLogs, pages, historyServer.securityHeaders(), context)),
            webContext,
            monotonicClock);
    ListingHandler lists =
        new ListingHandler(
            new ApplicationListMerger(registry, historyServer.catalog(), clock, metrics),
            historyServer.access(),
            authorizer,
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
                new SubmissionHandler(discovery, authorizer, webContext, monotonicClock),
                logs,
                health::serve,
                new MetricsEndpoint(metrics, pages)::serve));
  }

  /** Routes requests to the handlers. */
  RequestRouter router() {
    return router;
  }

  /** Starts all sources of drivers, and the polling of drivers, in the background. */
  void startDiscovery() {
    discovery.start();
    progressPoller.start();
  }
}
