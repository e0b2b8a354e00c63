package io.sparklive.proxy;

import io.sparklive.http.BrowserLocation;
import io.sparklive.routing.Routes;
import java.net.URI;
import java.util.Optional;
import java.util.function.Predicate;
import okhttp3.HttpUrl;

/**
 * Rewrites the {@code Location} of a driver's redirect for the browser. The new one is written from
 * the address that a browser reads, see {@link BrowserLocation}.
 *
 * <p>Drivers write theirs without the prefix that the request names: {@code http://<Host>/jobs/} up
 * to Spark 4.1, {@code /jobs/} from 4.2.
 */
final class LocationRewriter {
  private LocationRewriter() {}

  /**
   * The {@code Location} of a driver for the browser. A driver is a user's program: its redirects
   * stay below the path of its application, in a form that {@link Routes} accepts. Any other one
   * becomes the application's start page.
   *
   * @param location the driver's, absolute or relative
   * @param destination the destination of the request
   * @param mayLeadTo whether this address of another server is passed on
   * @return empty if the start page itself redirects to an address that is not passed on
   */
  static Optional<String> rewrite(
      String location, ProxyTarget destination, Predicate<HttpUrl> mayLeadTo) {
    URI driver = destination.driver().uri();
    Optional<HttpUrl> target = BrowserLocation.resolve(location, driver + destination.path());
    boolean isDrivers = target.filter(url -> isAt(url, driver)).isPresent();
    Optional<String> kept =
        target.flatMap(url -> belowContext(url, destination.context(), isDrivers));
    if (kept.isEmpty() && !isDrivers) {
      kept = target.filter(mayLeadTo).map(HttpUrl::toString);
      if (kept.isEmpty() && destination.path().equals("/")) {
        return Optional.empty();
      }
    }
    return Optional.of(kept.orElse(destination.context() + "/"));
  }

  /** Empty if the path leaves the context, or is none that the filter accepts there. */
  private static Optional<String> belowContext(HttpUrl url, String context, boolean isDrivers) {
    String path = url.encodedPath();
    // A driver that was started with its own proxyBase, or whose Spark adds the prefix
    // (spark.ui.proxyRedirectUri), names the context itself.
    boolean isPrefixed = path.equals(context) || path.startsWith(context + "/");
    if (!isPrefixed && !isDrivers) {
      return Optional.empty();
    }
    String page = isPrefixed ? path.substring(context.length()) : path;
    return page.isEmpty() || Routes.isCanonical(page)
        ? Optional.of(context + page + BrowserLocation.queryAndFragment(url))
        : Optional.empty();
  }

  private static boolean isAt(HttpUrl target, URI driver) {
    HttpUrl address = HttpUrl.get(driver);
    return address != null
        && target.scheme().equals(address.scheme())
        && target.host().equals(address.host())
        && target.port() == address.port();
  }
}
