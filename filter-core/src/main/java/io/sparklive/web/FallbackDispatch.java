// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import io.sparklive.http.EarlierHeaders;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Dispatches a request whose driver does not respond through the filter chain once more, for a
 * response of the History Server. The response keeps the headers of the filters before this one,
 * whether the container calls these filters once more or not.
 */
final class FallbackDispatch {
  private static final String ATTRIBUTE = FallbackDispatch.class.getName();

  private FallbackDispatch() {}

  /** Dispatches the request once more; its response must not be committed. */
  static void start(HttpServletRequest request, HttpServletResponse response) {
    request.setAttribute(ATTRIBUTE, EarlierHeaders.of(response));
    // A filter that is called once more may add its headers to those that the response has.
    EarlierHeaders.NONE.reset(response);
    AsyncContext context =
        request.isAsyncStarted() ? request.getAsyncContext() : request.startAsync();
    context.dispatch();
  }

  /** If the request has been dispatched once more, adds the headers that are missing now. */
  static void restoreHeaders(HttpServletRequest request, HttpServletResponse response) {
    if (request.getAttribute(ATTRIBUTE) instanceof EarlierHeaders headers) {
      headers.addMissing(response);
    }
  }

  /** Whether the request has been dispatched once more. */
  static boolean isDispatched(HttpServletRequest request) {
    return request.getAttribute(ATTRIBUTE) != null;
  }
}
