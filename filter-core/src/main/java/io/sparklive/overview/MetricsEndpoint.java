// SPDX-License-Identifier: Apache-2.0
package io.sparklive.overview;

import io.sparklive.metrics.Metrics;
import io.sparklive.pages.Pages;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Collections;

/** Serves {@code /-/metrics}: all metrics, for a Prometheus server. */
public final class MetricsEndpoint {
  private final Metrics metrics;
  private final Pages pages;

  public MetricsEndpoint(Metrics metrics, Pages pages) {
    this.metrics = metrics;
    this.pages = pages;
  }

  /** Responds in the format of the {@code Accept} header. It names no user and no application. */
  public void serve(HttpServletRequest request, HttpServletResponse response) throws IOException {
    String accept = String.join(",", Collections.list(request.getHeaders("Accept")));
    ByteArrayOutputStream text = new ByteArrayOutputStream(16 * 1024);
    metrics.write(accept, text);
    pages.writeText(request, response, metrics.contentType(accept), text.toByteArray());
  }
}
