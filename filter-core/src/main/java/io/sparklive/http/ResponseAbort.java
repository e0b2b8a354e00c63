// SPDX-License-Identifier: Apache-2.0
package io.sparklive.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.EOFException;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Aborts a response that has begun. Half a response must not end like a complete one, so the
 * connection to the browser is closed.
 */
public final class ResponseAbort {
  private static final Logger LOG = LoggerFactory.getLogger(ResponseAbort.class);
  private static final String ABORTED = ResponseAbort.class.getName();

  /** How the server information of Tomcat begins ({@code ServerInfo.properties}). */
  private static final String TOMCAT = "Apache Tomcat";

  private ResponseAbort() {}

  /**
   * Closes the connection of a response that has begun. Jetty does so for {@code sendError(-1)}.
   * Other containers do it if a servlet throws after the response has begun. There the request is
   * dispatched once more, to {@link #throwIfAborted}. Tomcat would send -1 as a status if no part
   * of the response has been sent yet.
   *
   * @param context the context of the servlet that responds; the request may be in no context any
   *     more
   */
  public static void abort(
      HttpServletRequest request, HttpServletResponse response, ServletContext context) {
    if (!context.getServerInfo().startsWith(TOMCAT)) {
      try {
        response.sendError(-1);
        complete(request);
        return;
      } catch (IOException | IllegalStateException e) {
        LOG.debug("container did not close the connection, or it was closed already", e);
      }
    }
    request.setAttribute(ABORTED, true);
    redispatch(request);
  }

  /**
   * Makes the container close the connection of an aborted response. The filter calls it first with
   * every request.
   *
   * @throws EOFException if the response was aborted
   */
  public static void throwIfAborted(HttpServletRequest request) throws EOFException {
    if (request.getAttribute(ABORTED) != null) {
      throw new EOFException("the response was aborted");
    }
  }

  private static void redispatch(HttpServletRequest request) {
    if (request.isAsyncStarted()) {
      AsyncContext context = request.getAsyncContext();
      try {
        context.dispatch();
      } catch (IllegalStateException e) {
        complete(request);
      }
    }
  }

  private static void complete(HttpServletRequest request) {
    if (request.isAsyncStarted()) {
      request.getAsyncContext().complete();
    }
  }
}
