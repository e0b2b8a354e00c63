// SPDX-License-Identifier: Apache-2.0
package io.sparklive.proxy;

import io.sparklive.application.ApplicationId;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.client.Connection;
import org.eclipse.jetty.client.Request;

/** Verifies that a new connection leads to the driver of an application. */
@FunctionalInterface
public interface ConnectionVerifier {
  /**
   * Sends a request on the connection, and checks whether the driver of this application responds.
   *
   * @param request a new request of the client that owns the connection
   * @return false if another program responds. If no response arrives, it fails like Jetty's
   *     client. After a {@link java.util.concurrent.TimeoutException}, the caller must not close
   *     the connection: it is closed once the driver has responded
   */
  CompletableFuture<Boolean> verify(
      ApplicationId application, Connection connection, Request request);
}
