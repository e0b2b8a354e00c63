package io.sparklive.web;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;

/**
 * Sends a request whose driver does not respond through the filter chain once more, to the History
 * Server this time.
 */
final class FallbackDispatch {
  private static final String ATTRIBUTE = FallbackDispatch.class.getName();

  private FallbackDispatch() {}

  /** Dispatches the request; its response must not be committed. */
  static void start(HttpServletRequest request) {
    request.setAttribute(ATTRIBUTE, true);
    AsyncContext context =
        request.isAsyncStarted() ? request.getAsyncContext() : request.startAsync();
    context.dispatch();
  }

  /** Whether this is such a request. */
  static boolean isOf(HttpServletRequest request) {
    return request.getAttribute(ATTRIBUTE) != null;
  }
}
