// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** An endpoint of the filter: responds to every request for it. Thread-safe. */
@FunctionalInterface
public interface Endpoint {
  /** Responds to a request. */
  void serve(HttpServletRequest request, HttpServletResponse response) throws IOException;
}
