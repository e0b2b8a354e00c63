// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import static java.util.Objects.requireNonNull;

import java.net.URI;

/**
 * The address of a driver's UI.
 *
 * @param host a host name or an address, an IPv6 address without brackets
 * @param port 1 to 65535
 * @param secure whether the UI uses HTTPS ({@code spark.ssl.ui.enabled})
 */
public record DriverAddress(String host, int port, boolean secure) {
  /**
   * @throws IllegalArgumentException if the port is out of range or the host empty
   */
  public DriverAddress {
    requireNonNull(host, "host");
    if (host.isEmpty() || port < 1 || port > 65535) {
      throw new IllegalArgumentException("not an address: " + host + ":" + port);
    }
  }

  /** An address with HTTP. */
  public DriverAddress(String host, int port) {
    this(host, port, false);
  }

  /** The root of the driver's UI, without a slash at the end. */
  public URI uri() {
    return URI.create((secure ? "https://" : "http://") + this);
  }

  /** {@code host:port}, as in a {@code Host} header. */
  @Override
  public String toString() {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
