package io.sparklive.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.EOFException;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Half an answer: it must not end as if it were whole, so its connection is closed. */
public final class ResponseAbort {
  private static final Logger LOG = LoggerFactory.getLogger(ResponseAbort.class);
  private static final String BROKEN_OFF = ResponseAbort.class.getName();

  /** How the server information of Tomcat begins ({@code ServerInfo.properties}). */
  private static final String TOMCAT = "Apache Tomcat";

  private ResponseAbort() {}

  /**
   * Closes the connection of a response that has begun. Jetty does so for {@code sendError(-1)}.
   * Other containers do it if a servlet throws after the response has begun: there the request is
   * dispatched once more, to {@link #check}. Tomcat would take -1 for a status if nothing of the
   * response has been sent yet.
   *
   * @param context where the response is written; the request may be in no context any more
   */
  public static void abort(
      HttpServletRequest request, HttpServletResponse response, ServletContext context) {
    if (!context.getServerInfo().startsWith(TOMCAT)) {
      try {
        response.sendError(-1);
        complete(request);
        return;
      } catch (IOException | IllegalStateException e) {
        LOG.debug("this container closes no connection for an error, or it had gone already", e);
      }
    }
    request.setAttribute(BROKEN_OFF, true);
    redispatch(request);
  }

  /**
   * To be called before anything else is done with a request.
   *
   * @throws EOFException if its answer has been broken off
   */
  public static void check(HttpServletRequest request) throws EOFException {
    if (request.getAttribute(BROKEN_OFF) != null) {
      throw new EOFException("the answer has broken off");
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
