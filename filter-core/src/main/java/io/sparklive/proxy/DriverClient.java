// SPDX-License-Identifier: Apache-2.0
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
 * The HTTP client for drivers. The tag of each request is its application's id, so each application
 * has connections of its own. Each new connection is verified before the first request: an address
 * can pass to another driver, a connection cannot.
 */
@SuppressWarnings("try") // the proxy servlet stops it
final class DriverClient extends DaemonClient {
  // Spark's servers have a backlog of one, and Linux holds one more. The system repeats any further
  // attempt a second later.
  private static final int CONCURRENT_ATTEMPTS = 2;

  private final ConnectionVerifier verifier;

  DriverClient(ClientConnector connector, ConnectionVerifier verifier) {
    super(new Transport(connector));
    this.verifier = verifier;
  }

  /**
   * A transport whose response listeners run on the selector thread, as none of them blocks. No
   * part of a response passes from one thread to another.
   */
  private static final class Transport extends HttpClientTransportDynamic {
    Transport(ClientConnector connector) {
      super(connector);
      setInvocationType(InvocationType.NON_BLOCKING);
    }

    @Override
    public Destination newDestination(Origin origin) {
      return new DriverDestination(getHttpClient(), origin);
    }
  }

  /** The connections to one driver. Jetty's client drops it some time after the last one. */
  private static final class DriverDestination extends HttpDestination {
    private final AsyncLimiter attempts = new AsyncLimiter(CONCURRENT_ATTEMPTS);

    DriverDestination(HttpClient client, Origin origin) {
      super(client, origin);
    }
  }

  /**
   * Opens a connection, with few attempts at the same time to one driver. If an attempt fails, a
   * second one follows: Jetty's client would fail all requests that wait for the driver.
   */
  @Override
  public void newConnection(Destination destination, Promise<Connection> promise) {
    CompletableFuture<Connection> unused =
        ((DriverDestination) destination)
            .attempts
            .submit(
                () ->
                    connect(destination)
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
    return mayRetry(causeOf(failure))
        ? connect(destination)
        : CompletableFuture.failedFuture(failure);
  }

  /** Whether a second attempt may succeed. Only the request of the verifier was sent before. */
  private boolean mayRetry(Throwable failure) {
    return failure instanceof IOException && !(failure instanceof SSLException) && isRunning();
  }

  private CompletableFuture<Connection> connect(Destination destination) {
    Promise.Completable<Connection> opened = new Promise.Completable<>();
    super.newConnection(destination, opened);
    return opened.thenCompose(connection -> verify(connection, destination.getOrigin()));
  }

  private CompletableFuture<Connection> verify(Connection connection, Origin origin) {
    ApplicationId application = (ApplicationId) origin.getTag();
    return verifier
        .verify(application, connection, newRequest(origin.asString()).tag(application))
        .whenComplete(
            (isVerified, failure) -> {
              // After a time-out, the response is still awaited. If the connection were closed now,
              // the driver would log an error.
              if (failure == null ? !isVerified : !(causeOf(failure) instanceof TimeoutException)) {
                connection.close();
              }
            })
        .thenCompose(
            isVerified -> {
              if (!isVerified) {
                return CompletableFuture.failedFuture(new WrongDriverException(application));
              }
              return connection.isClosed()
                  ? CompletableFuture.failedFuture(
                      new EOFException("the driver closes a connection after one response"))
                  : CompletableFuture.completedFuture(connection);
            });
  }

  private static Throwable causeOf(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /** Another program responds at the address of an application's driver. */
  static final class WrongDriverException extends Exception {
    private static final long serialVersionUID = 1L;

    WrongDriverException(ApplicationId application) {
      super("not the driver of " + application);
    }
  }
}
