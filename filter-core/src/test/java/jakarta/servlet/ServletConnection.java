// SPDX-License-Identifier: Apache-2.0
package jakarta.servlet;

/**
 * A copy of the interface that Servlet 6.0 added.
 *
 * <p>All code is compiled against the Servlet 5.0 API, which is on the class path of the tests.
 * Jetty's EE 10 environment needs only this interface beyond it to start. If the class path gets
 * the 6.0 API, delete this file.
 */
public interface ServletConnection {
  /** A unique name of the connection. */
  String getConnectionId();

  /** The protocol by its ALPN name. */
  String getProtocol();

  /** The name of the connection in the protocol. */
  String getProtocolConnectionId();

  /** Whether the connection is encrypted. */
  boolean isSecure();
}
