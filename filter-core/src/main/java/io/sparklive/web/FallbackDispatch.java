// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;

/**
 * Dispatches a request whose driver does not respond through the filter chain once more, for a
 * response of the History Server.
 */
final class FallbackDispatch {
  private static final String ATTRIBUTE = FallbackDispatch.class.getName();

  private FallbackDispatch() {}

  /** Dispatches the request once more; its response must not be committed. */
  static void start(HttpServletRequest request) {
    request.setAttribute(ATTRIBUTE, true);
    AsyncContext context =
        request.isAsyncStarted() ? request.getAsyncContext() : request.startAsync();
    context.dispatch();
  }

  /** Whether the request has been dispatched once more. */
  static boolean isDispatched(HttpServletRequest request) {
    return request.getAttribute(ATTRIBUTE) != null;
  }
}
