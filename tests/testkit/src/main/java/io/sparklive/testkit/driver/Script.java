// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.driver;

import java.io.IOException;

/** Responds to one request on a connection, in any way that a socket allows. */
@FunctionalInterface
public interface Script {
  /**
   * Responds. Afterwards the connection is closed, unless the script sent nothing but one {@link
   * DriverConnection#respond complete response}. An exception closes the connection too. A whole
   * response that is written piece by piece needs {@code Connection: close}: a client may send its
   * next request on the connection before it sees that this one is closed.
   */
  void play(DriverConnection connection) throws IOException, InterruptedException;

  /** Sends nothing, and keeps the connection until the client closes it. */
  static Script silence() {
    return DriverConnection::awaitClose;
  }

  /** Sends this text as it is, and closes the connection. */
  static Script sending(String text) {
    return connection -> connection.write(text);
  }
}
