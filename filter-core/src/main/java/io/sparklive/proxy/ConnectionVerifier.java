package io.sparklive.proxy;

import io.sparklive.application.ApplicationId;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.client.Connection;
import org.eclipse.jetty.client.Request;

/** Finds out who is at the other end of a connection. */
@FunctionalInterface
public interface ConnectionVerifier {
  /**
   * Asks whether the driver of this application answers on this connection.
   *
   * @param question a new request of the client whose connection it is
   * @return false where something else answered; failed where nothing did, as Jetty's client says
   *     it. After a {@link java.util.concurrent.TimeoutException} the connection is closed once the
   *     driver has answered: leave it alone
   */
  CompletableFuture<Boolean> isDriverOf(
      ApplicationId application, Connection connection, Request question);
}
