// SPDX-License-Identifier: Apache-2.0
package io.sparklive.upstream;

import io.sparklive.http.BrowserLocation;
import java.net.URI;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Rewrites the {@code Location} of the History Server's redirects. The History Server is trusted: a
 * redirect to another server, such as a login, is forwarded unchanged.
 */
final class UpstreamLocation {
  private UpstreamLocation() {}

  /**
   * Rewrites a {@code Location} for the browser.
   *
   * @param base the address of the request
   * @param isOfServer whether an address is one of the History Server, which writes it without the
   *     context
   * @param context the prefix of its paths in the browser
   * @return only a path for an address of the History Server, unchanged for any other server, and
   *     empty if it is not an address
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
