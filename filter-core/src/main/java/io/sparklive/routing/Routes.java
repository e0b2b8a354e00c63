package io.sparklive.routing;

import io.sparklive.application.ApplicationId;
import io.sparklive.spi.Deployment;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads paths, raw as they came: every check is made on the very text that is forwarded.
 *
 * <p>Under our bases only canonical paths exist (RFC 3986 without its freedoms): plain segments, no
 * percent-encoding, no {@code ;}, no dot segments, no empty segments, at most 2 kB.
 *
 * <p>Thread-safe.
 */
public final class Routes {
  static final String APPLICATIONS = "/api/v1/applications";

  /** Where drivers with {@code spark.ui.reverseProxy=true} believe they are. */
  public static final String REVERSE_PROXY_BASE = "/proxy";

  private static final int LONGEST = 2048;
  // RFC 3986, section 3.3, without percent-encoding and ';'.
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._~!$&'()*+,=:@-]+");
  // The History Server answers these alike: the list, with or without a slash or matrix parameters.
  private static final Pattern LIST = Pattern.compile(APPLICATIONS + "(?:;[^/]*)?/?");
  private static final Pattern ID_AND_REST = Pattern.compile("/([^/]+)(/.*)?");
  private static final Pattern ATTEMPT = Pattern.compile("/[0-9]+(?=/|$)");

  private final String base;
  private final Deployment deployment;
  private final PathObfuscation hidden;

  /**
   * @param base the base of live UIs and of our own paths, such as {@code /sparkui}
   * @param deployment from where the History Server's paths are seen
   */
  public Routes(String base, Deployment deployment) {
    this.base = base;
    this.deployment = deployment;
    this.hidden = new PathObfuscation(base, REVERSE_PROXY_BASE);
  }

  /** What is asked for. */
  public Route of(HttpServletRequest request) {
    return of(deployment.path(request), deployment.context(request));
  }

  /**
   * What is asked for.
   *
   * @param rawPath the path as it stood in the request line; null where there was none (CONNECT)
   * @param contextPath the context in which the History Server would answer; {@code ""} is where
   *     its home page answers whatever nobody owns
   */
  Route of(String rawPath, String contextPath) {
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
    if (hidden.targetsBase(rawPath)) {
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
   * Whether a path has the one form that is accepted below the bases.
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

  /** Whether a text can stand as one segment of a canonical path. */
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
    return liveUi(base, below);
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
    return new Route.LiveUi(id.get(), base, page);
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
