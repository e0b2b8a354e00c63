// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Handles every request that reaches the filter. Thread-safe. */
public interface RequestHandler {
  /** Responds to the request, or passes it on to the History Server. */
  void handle(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException;
}
