package io.sparklive.proxy;

import io.sparklive.http.QueryEncoder;
import io.sparklive.routing.Routes;
import java.net.URI;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;

/**
 * Judges the {@code Location} of a redirect as browsers read it (WHATWG URL Standard, section 4.4),
 * and writes the one for the browser from that reading: {@code %2e%2e} is a dot segment, a
 * backslash is a slash, tabs and line ends are not there at all.
 *
 * <p>Drivers write theirs without the prefix that the request names: {@code http://<Host>/jobs/} up
 * to Spark 4.1, {@code /jobs/} from 4.2.
 */
public final class LocationRewriter {
  // WHATWG URL Standard, section 4.4, steps 1 and 3 of the basic URL parser.
  private static final Pattern IGNORED =
      Pattern.compile("^[\\x00-\\x20]+|[\\x00-\\x20]+$|[\\t\\n\\r]");

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
  static Optional<String> ofDriver(
      String location, ProxyTarget destination, Predicate<HttpUrl> mayLeadTo) {
    URI driver = destination.driver().uri();
    Optional<HttpUrl> target = read(location, driver + destination.path());
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
        ? Optional.of(context + page + queryAndFragment(url))
        : Optional.empty();
  }

  /**
   * The {@code Location} of a server that is trusted, such as the History Server.
   *
   * @param asked the address of the request
   * @param staysThere whether an address is one of that server, which does not know the context
   * @param context the prefix of its paths in the browser
   * @return path-only if it stays there, unchanged if it does not, and empty if it is no address
   */
  public static Optional<String> ofServer(
      String location, String asked, Predicate<URI> staysThere, String context) {
    return read(location, asked)
        .map(
            target -> {
              if (!staysThere.test(target.uri())) {
                return location;
              }
              String path = target.encodedPath().replaceFirst("^/+", "/");
              boolean isPrefixed = path.equals(context) || path.startsWith(context + "/");
              return (isPrefixed ? "" : context) + path + queryAndFragment(target);
            });
  }

  private static Optional<HttpUrl> read(String location, String asked) {
    return Optional.ofNullable(
        HttpUrl.get(asked).resolve(IGNORED.matcher(location).replaceAll("")));
  }

  private static boolean isAt(HttpUrl target, URI driver) {
    HttpUrl address = HttpUrl.get(driver);
    return address != null
        && target.scheme().equals(address.scheme())
        && target.host().equals(address.host())
        && target.port() == address.port();
  }

  /** Browsers accept more there than RFC 3986 does. */
  private static String queryAndFragment(HttpUrl url) {
    return suffix('?', url.encodedQuery()) + suffix('#', url.encodedFragment());
  }

  private static String suffix(char mark, String text) {
    return text == null ? "" : mark + QueryEncoder.ofUri(text);
  }
}
