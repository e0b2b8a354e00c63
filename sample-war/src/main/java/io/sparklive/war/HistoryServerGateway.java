// SPDX-License-Identifier: Apache-2.0
package io.sparklive.war;

import io.sparklive.concurrent.DaemonThreads;
import io.sparklive.config.GatewaySettings;
import io.sparklive.http.Prefix;
import io.sparklive.http.Prefixes;
import io.sparklive.pages.Message;
import io.sparklive.pages.Pages;
import io.sparklive.pages.SparkTheme;
import io.sparklive.routing.ExternalLinks;
import io.sparklive.routing.Links;
import io.sparklive.spi.AccessControl;
import io.sparklive.spi.Deployment;
import io.sparklive.spi.HistoryCatalog;
import io.sparklive.spi.HostEnvironment.UiInfo;
import io.sparklive.spi.SecurityHeaders;
import io.sparklive.upstream.HistoryServerClient;
import io.sparklive.upstream.HistoryServerProxy;
import io.sparklive.upstream.RenewedCookies;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection of this web application to its History Server: the proxy that forwards requests to
 * it, its catalog, its access control, and the information on its home page.
 *
 * <p>Thread-safe.
 */
final class HistoryServerGateway implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HistoryServerGateway.class);
  private static final String ATTRIBUTE = HistoryServerGateway.class.getName();
  // Longer than for a driver: there is only one History Server, which may be busy.
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final int LOOP_DETECTED = 508; // RFC 5842, section 7.2
  private static final int RETRY_SECONDS = 5;
  private static final int REFRESH_SECONDS = 20;

  private final HistoryServerProxy proxy;
  private final Pages pages;
  private final ExternalLinks externalLinks;
  private final HttpAccessControl access;
  private final HttpCatalog catalog;
  private final HomePageScraper homePage = new HomePageScraper();
  private final Prefixes prefixes = new Prefixes(homePage::prefix);
  private final ScheduledThreadPoolExecutor scheduler =
      DaemonThreads.scheduler("spark-live-history-upstream");

  private HistoryServerGateway(GatewaySettings settings, ServletContext context)
      throws ServletException {
    externalLinks = new ExternalLinks(prefixes, settings.proxyBase(), Deployment.FRONTING);
    pages = new Pages(() -> SparkTheme.of(homePage.uiInfo()), SecurityHeaders.USUAL);
    String via = "spark-live-history-war-" + UUID.randomUUID();
    proxy =
        new HistoryServerProxy(
            settings.historyUrl(), CONNECT_TIMEOUT, via, externalLinks, this::writeErrorPage);
    proxy.start(context);
    HistoryServerClient client = proxy.client();
    InstantSource clock = InstantSource.system();
    RenewedCookies renewed = proxy.renewedCookies();
    access = new HttpAccessControl(client, renewed, homePage, clock);
    catalog = new HttpCatalog(client, renewed, clock);
    ScheduledFuture<?> unused =
        scheduler.scheduleWithFixedDelay(
            access::refreshAnonymous, 0, REFRESH_SECONDS, TimeUnit.SECONDS);
    LOG.info("Fronting History Server at {}", settings.historyUrl());
  }

  /**
   * Opens the gateway of this web application.
   *
   * @throws IllegalArgumentException if a parameter is invalid, or Spark's pages cannot work at the
   *     path of the web application
   */
  static HistoryServerGateway open(ServletContext context) throws ServletException {
    checkPath(context.getContextPath());
    HistoryServerGateway gateway =
        new HistoryServerGateway(GatewaySettings.of(WarParameters.of(context)), context);
    context.setAttribute(ATTRIBUTE, gateway);
    return gateway;
  }

  private static void checkPath(String path) {
    Optional<String> segment = Prefix.ofPath(path).flatMap(Prefix::misleadingSegment);
    if (segment.isPresent()) {
      throw new IllegalArgumentException(
          "The web application cannot work at the path %s: the scripts of Spark's pages read the segment after \"%s\" as the id of the application; deploy it at another path, such as /spark"
              .formatted(path, segment.get()));
    }
  }

  /** The gateway of this servlet context; empty if it is not the one of this web application. */
  static Optional<HistoryServerGateway> find(ServletContext context) {
    return context.getAttribute(ATTRIBUTE) instanceof HistoryServerGateway gateway
        ? Optional.of(gateway)
        : Optional.empty();
  }

  HistoryCatalog catalog() {
    return catalog;
  }

  AccessControl access() {
    return access;
  }

  Prefixes prefixes() {
    return prefixes;
  }

  Supplier<UiInfo> uiInfo() {
    return homePage::uiInfo;
  }

  /** Forwards the request to the History Server, and the response to the client. */
  void forward(HttpServletRequest request, HttpServletResponse response)
      throws IOException, ServletException {
    proxy.forward(request, response);
  }

  private void writeErrorPage(HttpServletRequest request, HttpServletResponse response, int status)
      throws IOException {
    Links links = externalLinks.of(request);
    Message message = message(status, links);
    String path = Deployment.FRONTING.path(request);
    if (path != null && path.startsWith("/api/")) {
      pages.writeJson(request, response, message);
    } else {
      pages.writeHtml(request, response, message, links);
    }
  }

  private static Message message(int status, Links links) {
    return switch (status) {
      case LOOP_DETECTED ->
          new Message(
              status,
              "This is not a History Server",
              "The parameter historyUrl of this web application leads back to itself.",
              List.of(),
              Optional.empty());
      case HttpServletResponse.SC_BAD_REQUEST ->
          new Message(
              status,
              "The request is invalid",
              "The body of the request was aborted, or is not valid HTTP.",
              List.of(),
              Optional.empty());
      default ->
          new Message(
              status,
              "The History Server does not respond",
              "Completed applications are available again when it responds. Running applications"
                  + " are available meanwhile.",
              List.of(
                  new Message.Link("Running applications", links.overview()),
                  new Message.Link("Try again", "")),
              Optional.of(RETRY_SECONDS));
    };
  }

  @Override
  public void close() {
    scheduler.shutdownNow();
    proxy.destroy();
  }
}
