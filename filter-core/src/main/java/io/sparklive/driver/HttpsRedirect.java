// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import io.sparklive.application.DriverAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;

/**
 * Finds the HTTPS port of a driver with {@code spark.ssl.ui.enabled}: its HTTP port responds to
 * every request with a redirect to {@code https://<Host header>:<HTTPS port>}.
 */
final class HttpsRedirect {
  private static final int DEFAULT_PORT = 443;
  private static final int MAX_PORT = 65535;

  private HttpsRedirect() {}

  /**
   * The HTTPS port that a response redirects to; empty if it is no redirect, or one to another
   * host.
   *
   * @param address the address that sent the response
   */
  static Optional<DriverAddress> target(DriverAddress address, DriverRequests.Received received) {
    if (address.secure() || !HttpStatus.isRedirection(received.status())) {
      return Optional.empty();
    }
    return Optional.ofNullable(received.headers().get(HttpHeader.LOCATION))
        .flatMap(location -> parse(address, location));
  }

  private static Optional<DriverAddress> parse(DriverAddress address, String location) {
    try {
      URI target = new URI(location);
      boolean isSameHost =
          "https".equalsIgnoreCase(target.getScheme())
              && address.uri().getHost().equalsIgnoreCase(target.getHost());
      int port = target.getPort() < 0 ? DEFAULT_PORT : target.getPort();
      return isSameHost && port > 0 && port <= MAX_PORT
          ? Optional.of(new DriverAddress(address.host(), port, true))
          : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }
}
