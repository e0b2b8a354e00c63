// SPDX-License-Identifier: Apache-2.0
package jakarta.servlet;

/**
 * The interface that Servlet 6.0 added, as it is there.
 *
 * <p>The class path of the tests holds the Servlet 5.0 API, which everything is compiled against.
 * Jetty's EE 10 environment needs this one name beyond it to start; with the 6.0 API on the class
 * path this file must go.
 */
public interface ServletConnection {
  /** A unique name of the connection. */
  String getConnectionId();

  /** The protocol as ALPN calls it. */
  String getProtocol();

  /** The name that the protocol itself gives the connection. */
  String getProtocolConnectionId();

  /** Whether it is encrypted. */
  boolean isSecure();
}
