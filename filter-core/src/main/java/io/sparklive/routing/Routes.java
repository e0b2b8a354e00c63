// SPDX-License-Identifier: Apache-2.0
package io.sparklive.routing;

import static java.util.Objects.requireNonNull;

import io.sparklive.application.ApplicationId;
import io.sparklive.http.Prefixes;
import io.sparklive.spi.Deployment;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Parses the path of a request into a {@link Route}. Each check applies to the raw path, as this is
 * the text that the filter forwards.
 *
 * <p>Below the bases of the filter only canonical paths exist, a subset of RFC 3986: plain
 * segments, no percent-encoding, no {@code ;}, no dot segments, no empty segments, at most 2 kB.
 *
 * <p>Thread-safe.
 */
public final class Routes {
  static final String APPLICATIONS = "/api/v1/applications";

  /** The base path that drivers with {@code spark.ui.reverseProxy=true} assume. */
  public static final String REVERSE_PROXY_BASE = "/proxy";

  private static final String LOGS = "/-/logs/";

  private static final int LONGEST = 2048;
  // RFC 3986, section 3.3, without percent-encoding and ';'.
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._~!$&'()*+,=:@-]+");
  // The History Server gives these the same response: with a slash or matrix parameters or without.
  private static final Pattern LIST = Pattern.compile(APPLICATIONS + "(?:;[^/]*)?/?");
  private static final Pattern ID_AND_REST = Pattern.compile("/([^/]+)(/.*)?");
  // RFC 1123, as Kubernetes applies it to a namespace, and to the name of a pod.
  private static final String DNS_LABEL = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?";
  private static final Pattern SUBMISSION =
      Pattern.compile(
          "/-/(pods|apps)/(?=[^/]{1,63}/)(%1$s)/(?=[^/]{1,253}/?$)(%1$s(?:\\.%1$s)*)/?"
              .formatted(DNS_LABEL));
  private static final Pattern ATTEMPT = Pattern.compile("/[0-9]+(?=/|$)");

  private final String base;
  private final Deployment deployment;
  private final PathObfuscation obfuscation;
  private final DriverBases driverBases;
  private final ExternalLinks links;

  /** Routes without bases of drivers, on a History Server without a prefix. */
  public Routes(String base, Deployment deployment) {
    this(new ExternalLinks(new Prefixes(Optional::empty), base, deployment), new DriverBases(base));
  }

  /**
   * @param links have the base path of live UIs and of the filter's own pages, such as {@code
   *     /sparkui}
   * @param driverBases the bases of drivers, which may change at any time
   */
  public Routes(ExternalLinks links, DriverBases driverBases) {
    this.links = links;
    this.driverBases = driverBases;
    this.base = links.base();
    this.deployment = links.deployment();
    this.obfuscation = new PathObfuscation(base, REVERSE_PROXY_BASE);
  }

  /** The bases of drivers, to be updated as drivers appear and end. */
  public DriverBases driverBases() {
    return driverBases;
  }

  /** The route of a request. */
  public Route of(HttpServletRequest request) {
    Route route = of(deployment.path(request), deployment.context(request));
    return route instanceof Route.Home && !driverBases.isEmpty()
        ? belowDriverBase(request).orElse(route)
        : route;
  }

  /** The live UI of a driver whose base begins a path that is no other page. */
  private Optional<Route> belowDriverBase(HttpServletRequest request) {
    String path = requireNonNull(deployment.path(request));
    return driverBases
        .find(links.of(request).prefix().path(), path)
        .map(liveUi -> isCanonical(path) ? liveUi : new Route.Invalid());
  }

  /**
   * The route of a path.
   *
   * @param rawPath the raw path of the request line; null if it has none (CONNECT)
   * @param contextPath the servlet context that the History Server would use; {@code ""} is that of
   *     the home page, which responds to all other paths
   */
  Route of(@Nullable String rawPath, String contextPath) {
    if (rawPath == null || !rawPath.startsWith("/")) {
      return new Route.PassThrough();
    }
    if (isUnder(base, rawPath)) {
      return isCanonical(rawPath) ? owned(rawPath.substring(base.length())) : new Route.Invalid();
    }
    if (isUnder(REVERSE_PROXY_BASE, rawPath)) {
      return isCanonical(rawPath)
          ? liveUi(REVERSE_PROXY_BASE, rawPath.substring(REVERSE_PROXY_BASE.length()))
          : new Route.Invalid();
    }
    if (obfuscation.targetsBase(rawPath)) {
      return new Route.Invalid();
    }
    if (LIST.matcher(rawPath).matches()) {
      return new Route.SparkApplicationList();
    }
    if (isUnder(APPLICATIONS, rawPath)) {
      return applicationApi(rawPath);
    }
    if (isUnder("/history", rawPath)) {
      return historyPage(rawPath);
    }
    return contextPath.isEmpty() ? new Route.Home() : new Route.PassThrough();
  }

  private static boolean isUnder(String root, String path) {
    return path.startsWith(root)
        && (path.length() == root.length() || "/;".indexOf(path.charAt(root.length())) >= 0);
  }

  /**
   * Whether a path is canonical: only such paths are accepted below the bases.
   *
   * @param path a raw path with its first slash
   */
  public static boolean isCanonical(String path) {
    if (path.length() > LONGEST) {
      return false;
    }
    String[] segments = path.substring(1).split("/", -1);
    for (int i = 0; i < segments.length; i++) {
      boolean slashAtEnd = i == segments.length - 1 && segments[i].isEmpty();
      if (!slashAtEnd && !isPlain(segments[i])) {
        return false;
      }
    }
    return true;
  }

  /** Whether a text may be a segment of a canonical path. */
  static boolean isPlain(String segment) {
    return PLAIN.matcher(segment).matches() && !segment.equals(".") && !segment.equals("..");
  }

  private Route owned(String below) {
    if (below.isEmpty() || below.equals("/")) {
      return new Route.OverviewPage();
    }
    if (below.equals("/-/applications")) {
      return new Route.OverviewJson();
    }
    if (below.equals("/-/health")) {
      return new Route.Health();
    }
    if (below.equals("/-/metrics")) {
      return new Route.Metrics();
    }
    if (below.startsWith("/-/assets/")) {
      String name = below.substring("/-/assets/".length());
      return name.contains("/") ? new Route.NotFound() : new Route.Asset(name);
    }
    Matcher submission = SUBMISSION.matcher(below);
    if (submission.matches()) {
      return new Route.Submission(
          submission.group(1).equals("pods")
              ? Route.Submission.Kind.POD
              : Route.Submission.Kind.SPARK_APPLICATION,
          submission.group(2),
          submission.group(3));
    }
    if (below.startsWith(LOGS)) {
      return logs(below.substring(LOGS.length()));
    }
    return liveUi(base, below);
  }

  private static Route logs(String below) {
    String[] segments = below.split("/", -1);
    Optional<ApplicationId> id = ApplicationId.parse(segments[0]);
    if (id.isEmpty()) {
      return new Route.NotFound();
    }
    if (segments.length == 1) {
      return new Route.LogPage(id.get());
    }
    if (segments.length == 2 && !segments[1].isEmpty()) {
      return new Route.LogText(id.get(), segments[1]);
    }
    return below.equals(id.get() + "/-/pods") ? new Route.LogPods(id.get()) : new Route.NotFound();
  }

  private static Route liveUi(String base, String below) {
    Matcher parts = ID_AND_REST.matcher(below);
    if (!parts.matches()) {
      return new Route.NotFound();
    }
    Optional<ApplicationId> id = ApplicationId.parse(parts.group(1));
    if (id.isEmpty()) {
      return new Route.NotFound();
    }
    String page = parts.group(2) == null ? "" : parts.group(2);
    return new Route.LiveUi(id.get(), base + "/" + id.get(), page);
  }

  private static Route applicationApi(String path) {
    Matcher parts = ID_AND_REST.matcher(path.substring(APPLICATIONS.length()));
    if (!isCanonical(path) || !parts.matches()) {
      return new Route.PassThrough();
    }
    Optional<ApplicationId> id = ApplicationId.parse(parts.group(1));
    if (id.isEmpty()) {
      return new Route.PassThrough();
    }
    return new Route.ApplicationApi(id.get(), path);
  }

  private static Route historyPage(String path) {
    Matcher parts = ID_AND_REST.matcher(path.substring("/history".length()));
    if (!isCanonical(path) || !parts.matches()) {
      return new Route.PassThrough();
    }
    Optional<ApplicationId> id = ApplicationId.parse(parts.group(1));
    if (id.isEmpty()) {
      return new Route.PassThrough();
    }
    String below = parts.group(2) == null ? "" : parts.group(2);
    String page = ATTEMPT.matcher(below).lookingAt() ? below.replaceFirst("/[0-9]+", "") : below;
    return new Route.HistoryPage(id.get(), page.isEmpty() ? "/" : page, path);
  }
}
