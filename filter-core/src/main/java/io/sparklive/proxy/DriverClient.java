package io.sparklive.proxy;

import io.sparklive.application.ApplicationId;
import java.io.EOFException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.client.Connection;
import org.eclipse.jetty.client.Destination;
import org.eclipse.jetty.client.Origin;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.Promise;

/**
 * The client towards drivers. Requests carry their application's id as their tag: each application
 * has connections of its own, and each connection first has to say that it leads there. Addresses
 * change hands; a connection does not.
 */
@SuppressWarnings("try") // the servlet stops it
final class DriverClient extends DaemonClient {
  private final Identity identity;

  DriverClient(ClientConnector connector, Identity identity) {
    super(connector);
    this.identity = identity;
  }

  /**
   * Tries again once: where one attempt fails, Jetty's client fails all that wait for the driver,
   * whoever the attempt was made for. Spark's servers have a backlog of one, so attempts do fail
   * under load, as when many browsers leave at once and their connections are replaced.
   */
  @Override
  public void newConnection(Destination destination, Promise<Connection> promise) {
    attempt(
        destination,
        Promise.from(
            promise::succeeded,
            failure -> {
              if (isWorthAnotherAttempt(failure)) {
                attempt(destination, promise);
              } else {
                promise.failed(failure);
              }
            }));
  }

  /** Nothing was asked on that connection yet but who is there. */
  private boolean isWorthAnotherAttempt(Throwable failure) {
    return failure instanceof IOException && !(failure instanceof SSLException) && isRunning();
  }

  private void attempt(Destination destination, Promise<Connection> promise) {
    ApplicationId wanted = (ApplicationId) destination.getOrigin().getTag();
    super.newConnection(
        destination,
        Promise.from(
            connection -> verify(connection, destination.getOrigin(), wanted, promise),
            promise::failed));
  }

  private void verify(
      Connection connection, Origin origin, ApplicationId wanted, Promise<Connection> promise) {
    CompletableFuture<Boolean> unused =
        identity
            .isDriverOf(wanted, connection, newRequest(origin.asString()).tag(wanted))
            .whenComplete((is, failure) -> decide(connection, wanted, is, failure, promise));
  }

  private static void decide(
      Connection connection,
      ApplicationId wanted,
      Boolean there,
      Throwable failure,
      Promise<Connection> promise) {
    boolean right = failure == null && there;
    if (right && !connection.isClosed()) {
      promise.succeeded(connection);
      return;
    }
    connection.close();
    if (right) {
      promise.failed(new EOFException("the driver closes a connection after one answer"));
      return;
    }
    promise.failed(failure == null ? new AnotherDriver(wanted) : causeOf(failure));
  }

  private static Throwable causeOf(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /** Something else answers where an application's driver was. */
  static final class AnotherDriver extends Exception {
    private static final long serialVersionUID = 1L;

    AnotherDriver(ApplicationId wanted) {
      super("not the driver of " + wanted);
    }
  }
}
