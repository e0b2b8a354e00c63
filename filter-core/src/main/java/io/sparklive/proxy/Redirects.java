package io.sparklive.proxy;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Keeps a driver's redirects under the path where the browser sees it. Drivers write them without
 * the prefix they were told of: {@code http://<Host>/jobs/} up to Spark 4.1, {@code /jobs/} from
 * 4.2.
 */
final class Redirects {
  private Redirects() {}

  /**
   * The {@code Location} for the browser.
   *
   * @param location the driver's, absolute or relative
   * @param destination where the request had gone
   * @return path-only where it stays with the driver, as it is where it leads elsewhere, and empty
   *     where it is no address at all
   */
  static Optional<String> forBrowser(String location, Destination destination) {
    URI driver = destination.driver().uri();
    return forBrowser(
        location,
        driver + destination.path(),
        target -> isAt(target, driver),
        destination.context());
  }

  /**
   * The same, of any server.
   *
   * @param asked the address that was asked
   * @param staysThere whether an address is one of that server, which knows nothing of the context
   * @param context what stands before its paths outside
   */
  static Optional<String> forBrowser(
      String location, String asked, Predicate<URI> staysThere, String context) {
    URI target;
    try {
      target = resolved(location, asked);
    } catch (IllegalArgumentException | URISyntaxException e) {
      return Optional.empty();
    }
    if (!staysThere.test(target)) {
      return Optional.of(location);
    }
    String path = withoutDots(target.getRawPath());
    // One that was started with its own proxyBase, or told of the prefix by a filter, knows it.
    boolean prefixed = path.equals(context) || path.startsWith(context + "/");
    return Optional.of(
        (prefixed ? "" : context)
            + path
            + suffix('?', target.getRawQuery())
            + suffix('#', target.getRawFragment()));
  }

  /** RFC 3986, section 5.2, of which {@link URI#resolve} follows the predecessor. */
  private static URI resolved(String location, String asked) throws URISyntaxException {
    int query = location.indexOf('?');
    String clean =
        query < 0
            ? location
            : location.substring(0, query + 1) + cleanQuery(location.substring(query + 1));
    return clean.isEmpty() || query == 0
        ? new URI(asked + clean)
        : URI.create(asked).resolve(new URI(clean));
  }

  private static String cleanQuery(String query) {
    int fragment = query.indexOf('#');
    return fragment < 0
        ? QueryText.ofUri(query)
        : QueryText.ofUri(query.substring(0, fragment))
            + "#"
            + QueryText.ofUri(query.substring(fragment + 1));
  }

  /** The path as a browser would read it, so that it cannot lead out of the prefix. */
  private static String withoutDots(String path) {
    String normal =
        path.isEmpty() ? "/" : URI.create(path.replaceFirst("^/+", "/")).normalize().getRawPath();
    return normal.replaceFirst("^(/\\.\\.)+(?=/|$)", "").replaceFirst("^$", "/");
  }

  private static boolean isAt(URI target, URI driver) {
    return driver.getScheme().equalsIgnoreCase(target.getScheme())
        && driver.getRawAuthority().equalsIgnoreCase(target.getRawAuthority());
  }

  private static String suffix(char mark, String text) {
    return text == null ? "" : mark + text;
  }
}
