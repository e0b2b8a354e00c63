// SPDX-License-Identifier: Apache-2.0
package io.sparklive.http;

import java.io.EOFException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;

/** The settings that all HTTP clients of the filter share. Each client has its own limits. */
public final class HttpClients {
  private HttpClients() {}

  /**
   * Sets the time-outs and the limits of a client before its start.
   *
   * @param timerThread the name of the daemon thread that ends requests at their time-out
   * @param maxResponseHead the largest head of a response, in bytes. Without a limit, a server
   *     could fill the memory with its head alone
   */
  public static void configure(
      HttpClient client, String timerThread, Duration connectTimeout, int maxResponseHead) {
    client.setScheduler(new ScheduledExecutorScheduler(timerThread, true));
    client.setConnectTimeout(connectTimeout.toMillis());
    client.setMaxResponseHeadersSize(maxResponseHead);
  }

  /**
   * Aborts a response if it is an interim response (RFC 9110, section 15.2). Jetty's client skips
   * some interim responses before it calls a listener; after any other, it would never complete.
   *
   * @return whether the response is aborted
   */
  public static boolean abortIfInterim(Response response) {
    if (!HttpStatus.isInformational(response.getStatus())) {
      return false;
    }
    CompletableFuture<Boolean> unused =
        response.abort(new EOFException("an unknown interim response"));
    return true;
  }
}
