package io.sparklive.driver;

import io.sparklive.application.DriverAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;

/**
 * The HTTPS port of a driver with {@code spark.ssl.ui.enabled}: its HTTP port answers everything
 * with a redirect to {@code https://<Host header>:<HTTPS port>}.
 */
final class HttpsRedirect {
  private static final int HTTPS = 443;
  private static final int HIGHEST_PORT = 65535;

  private HttpsRedirect() {}

  /**
   * The HTTPS port that this answer leads to; empty where it leads nowhere, or to another host.
   *
   * @param address where it came from
   */
  static Optional<DriverAddress> behind(DriverAddress address, DriverRequests.Received received) {
    if (address.secure() || !HttpStatus.isRedirection(received.status())) {
      return Optional.empty();
    }
    return Optional.ofNullable(received.headers().get(HttpHeader.LOCATION))
        .flatMap(location -> at(address, location));
  }

  private static Optional<DriverAddress> at(DriverAddress address, String location) {
    try {
      URI there = new URI(location);
      boolean same =
          "https".equalsIgnoreCase(there.getScheme())
              && address.uri().getHost().equalsIgnoreCase(there.getHost());
      int port = there.getPort() < 0 ? HTTPS : there.getPort();
      return same && port > 0 && port <= HIGHEST_PORT
          ? Optional.of(new DriverAddress(address.host(), port, true))
          : Optional.empty();
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }
}
