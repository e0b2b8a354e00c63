// SPDX-License-Identifier: Apache-2.0
package io.sparklive.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Result;

/**
 * Detects a request that was lost because the server closed an idle connection at the moment when
 * the request was sent on it. A client may send such a request again if its method is safe (RFC
 * 9110, section 9.2.2; RFC 9112, section 9.3.1), as nginx and browsers do.
 */
public final class StaleConnection {
  private static final Set<String> SAFE = Set.of("GET", "HEAD");

  private StaleConnection() {}

  /**
   * Whether the connection ended before the first byte of a response to a safe request. A refused
   * connection, a time-out or an untrusted certificate is another failure.
   */
  public static boolean mayHaveFailed(Result result) {
    return result.getResponse().getStatus() == 0
        && mayHaveFailed(result.getRequest(), result.getFailure());
  }

  /**
   * The same for a request whose response has not begun.
   *
   * @param failure why the request failed
   */
  public static boolean mayHaveFailed(Request request, Throwable failure) {
    return SAFE.contains(request.getMethod())
        && failure instanceof IOException
        && !(failure instanceof ConnectException)
        && !(failure instanceof InterruptedIOException)
        && !(failure instanceof SSLException);
  }
}
