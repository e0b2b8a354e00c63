// SPDX-License-Identifier: Apache-2.0
package io.sparklive.proxy;

import io.sparklive.http.BrowserLocation;
import io.sparklive.routing.Routes;
import java.net.URI;
import java.util.Optional;
import java.util.function.Predicate;
import okhttp3.HttpUrl;

/**
 * Rewrites the {@code Location} of a driver's redirect for the browser. It resolves the driver's
 * {@code Location} as browsers do ({@link BrowserLocation}), and writes a new one from the result.
 *
 * <p>Drivers write it without the prefix in the request: {@code http://<Host>/jobs/} up to Spark
 * 4.1, {@code /jobs/} from 4.2.
 */
final class LocationRewriter {
  private LocationRewriter() {}

  /**
   * Rewrites the {@code Location} of a driver for the browser. A driver is a user's program, so its
   * redirects stay below the path of its application, in a form that {@link Routes} accepts. Any
   * other redirect leads to the application's start page.
   *
   * @param location the driver's {@code Location}, absolute or relative
   * @param proxyTarget the target of the request
   * @param isAllowed whether the browser may be redirected to this address of another server
   * @return empty if the start page itself redirects to an address that is not allowed
   */
  static Optional<String> rewrite(
      String location, ProxyTarget proxyTarget, Predicate<HttpUrl> isAllowed) {
    URI driver = proxyTarget.driver().uri();
    Optional<HttpUrl> target = BrowserLocation.resolve(location, driver + proxyTarget.path());
    boolean isDrivers = target.filter(url -> isAt(url, driver)).isPresent();
    Optional<String> kept = target.flatMap(url -> belowContext(url, proxyTarget, isDrivers));
    if (kept.isEmpty() && !isDrivers) {
      kept = target.filter(isAllowed).map(HttpUrl::toString);
      if (kept.isEmpty() && proxyTarget.path().equals("/")) {
        return Optional.empty();
      }
    }
    return Optional.of(kept.orElse(proxyTarget.contextPath() + "/"));
  }

  /** Returns empty if the path leaves the context, or if the filter does not accept it there. */
  private static Optional<String> belowContext(
      HttpUrl url, ProxyTarget proxyTarget, boolean isDrivers) {
    String context = proxyTarget.contextPath();
    String path = withoutDriverBase(url.encodedPath(), proxyTarget);
    // If its Spark adds the prefix (spark.ui.proxyRedirectUri), a driver names the context itself.
    boolean isPrefixed = path.equals(context) || path.startsWith(context + "/");
    if (!isPrefixed && !isDrivers) {
      return Optional.empty();
    }
    String page = isPrefixed ? path.substring(context.length()) : path;
    return page.isEmpty() || Routes.isCanonical(page)
        ? Optional.of(context + page + BrowserLocation.queryAndFragment(url))
        : Optional.empty();
  }

  /**
   * With {@code spark.ui.proxyRedirectUri} Spark also puts the driver's own base before the path
   * ({@code JettyUtils.ProxyRedirectHandler}).
   */
  private static String withoutDriverBase(String path, ProxyTarget proxyTarget) {
    return proxyTarget
        .driverBase()
        .filter(base -> path.equals(base) || path.startsWith(base + "/"))
        .map(base -> path.length() == base.length() ? "/" : path.substring(base.length()))
        .orElse(path);
  }

  private static boolean isAt(HttpUrl target, URI driver) {
    HttpUrl address = HttpUrl.get(driver);
    return address != null
        && target.scheme().equals(address.scheme())
        && target.host().equals(address.host())
        && target.port() == address.port();
  }
}
