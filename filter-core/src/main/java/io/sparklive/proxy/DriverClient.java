package io.sparklive.proxy;

import io.sparklive.application.ApplicationId;
import io.sparklive.concurrent.AsyncLimiter;
import io.sparklive.http.DaemonClient;
import java.io.EOFException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.client.Connection;
import org.eclipse.jetty.client.Destination;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Origin;
import org.eclipse.jetty.client.transport.HttpClientTransportDynamic;
import org.eclipse.jetty.client.transport.HttpDestination;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.Promise;

/**
 * The client towards drivers. Requests carry their application's id as their tag: each application
 * has connections of its own, and each connection first has to say that it leads there. Addresses
 * change hands; a connection does not.
 */
@SuppressWarnings("try") // the servlet stops it
final class DriverClient extends DaemonClient {
  // Spark's servers have a backlog of one, and Linux holds one more. What comes beyond that, the
  // system tries again a second later.
  private static final int ATTEMPTS_AT_ONCE = 2;

  private final ConnectionVerifier identity;

  DriverClient(ClientConnector connector, ConnectionVerifier identity) {
    super(new Transport(connector));
    this.identity = identity;
  }

  /**
   * No listener of a response blocks, so the thread that selects connections calls them, and no
   * part of a response goes from one thread to another.
   */
  private static final class Transport extends HttpClientTransportDynamic {
    Transport(ClientConnector connector) {
      super(connector);
      setInvocationType(InvocationType.NON_BLOCKING);
    }

    @Override
    public Destination newDestination(Origin origin) {
      return new Driver(getHttpClient(), origin);
    }
  }

  /** A driver as the client knows it while there are connections to it, and for a while after. */
  private static final class Driver extends HttpDestination {
    private final AsyncLimiter attempts = new AsyncLimiter(ATTEMPTS_AT_ONCE);

    Driver(HttpClient client, Origin origin) {
      super(client, origin);
    }
  }

  /**
   * Has few attempts under way at once to one driver, and makes a second one where the first fails:
   * Jetty's client would fail all that wait for the driver, whoever the attempt was made for.
   */
  @Override
  public void newConnection(Destination destination, Promise<Connection> promise) {
    CompletableFuture<Connection> unused =
        ((Driver) destination)
            .attempts
            .submit(
                () ->
                    attempt(destination)
                        .exceptionallyCompose(failure -> afterFailure(failure, destination)))
            .whenComplete(
                (connection, failure) -> {
                  if (failure == null) {
                    promise.succeeded(connection);
                  } else {
                    promise.failed(causeOf(failure));
                  }
                });
  }

  private CompletableFuture<Connection> afterFailure(Throwable failure, Destination destination) {
    return isWorthAnotherAttempt(causeOf(failure))
        ? attempt(destination)
        : CompletableFuture.failedFuture(failure);
  }

  /** Nothing was asked on that connection yet but who is there. */
  private boolean isWorthAnotherAttempt(Throwable failure) {
    return failure instanceof IOException && !(failure instanceof SSLException) && isRunning();
  }

  private CompletableFuture<Connection> attempt(Destination destination) {
    Promise.Completable<Connection> opened = new Promise.Completable<>();
    super.newConnection(destination, opened);
    return opened.thenCompose(connection -> verified(connection, destination.getOrigin()));
  }

  private CompletableFuture<Connection> verified(Connection connection, Origin origin) {
    ApplicationId wanted = (ApplicationId) origin.getTag();
    return identity
        .isDriverOf(wanted, connection, newRequest(origin.asString()).tag(wanted))
        .whenComplete(
            (isThere, failure) -> {
              // After a time-out the response is still awaited: to cut it off would be a driver's
              // error.
              if (failure == null ? !isThere : !(causeOf(failure) instanceof TimeoutException)) {
                connection.close();
              }
            })
        .thenCompose(
            isThere -> {
              if (!isThere) {
                return CompletableFuture.failedFuture(new AnotherDriver(wanted));
              }
              return connection.isClosed()
                  ? CompletableFuture.failedFuture(
                      new EOFException("the driver closes a connection after one answer"))
                  : CompletableFuture.completedFuture(connection);
            });
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
