package io.sparklive.upstream;

import io.sparklive.http.BrowserLocation;
import java.net.URI;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Rewrites the {@code Location} of the History Server's redirects, which is trusted: a redirect to
 * another server, such as a login, passes unchanged.
 */
final class UpstreamLocation {
  private UpstreamLocation() {}

  /**
   * The {@code Location} for the browser.
   *
   * @param base the address of the request
   * @param isOfServer whether an address is one of the History Server, which does not know the
   *     context
   * @param context the prefix of its paths in the browser
   * @return path-only for an address of the History Server, unchanged for any other server, and
   *     empty if it is no address
   */
  static Optional<String> rewrite(
      String location, String base, Predicate<URI> isOfServer, String context) {
    return BrowserLocation.resolve(location, base)
        .map(
            target -> {
              if (!isOfServer.test(target.uri())) {
                return location;
              }
              String path = target.encodedPath().replaceFirst("^/+", "/");
              boolean isPrefixed = path.equals(context) || path.startsWith(context + "/");
              return (isPrefixed ? "" : context) + path + BrowserLocation.queryAndFragment(target);
            });
  }
}
