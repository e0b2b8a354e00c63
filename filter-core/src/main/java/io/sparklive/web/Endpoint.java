package io.sparklive.web;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Responds to every request that it gets. Thread-safe. */
@FunctionalInterface
public interface Endpoint {
  /** Responds to a request. */
  void serve(HttpServletRequest request, HttpServletResponse response) throws IOException;
}
