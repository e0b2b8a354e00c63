// SPDX-License-Identifier: Apache-2.0
package io.sparklive.listing;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Request wrapper for a response that the filter changes: the response has to be complete, and
 * uncompressed, when the filter chain returns.
 */
public final class SynchronousRequestWrapper extends HttpServletRequestWrapper {
  private static final String ACCEPT_ENCODING = "Accept-Encoding";

  /** Wraps the request. */
  public SynchronousRequestWrapper(HttpServletRequest request) {
    super(request);
  }

  @Override
  public boolean isAsyncSupported() {
    return false;
  }

  @Override
  public AsyncContext startAsync() {
    throw new IllegalStateException("the response is rewritten when it is complete");
  }

  @Override
  public AsyncContext startAsync(ServletRequest request, ServletResponse response) {
    return startAsync();
  }

  @Override
  public @Nullable String getHeader(String name) {
    return name.equalsIgnoreCase(ACCEPT_ENCODING) ? null : super.getHeader(name);
  }

  @Override
  public Enumeration<String> getHeaders(String name) {
    return name.equalsIgnoreCase(ACCEPT_ENCODING)
        ? Collections.emptyEnumeration()
        : super.getHeaders(name);
  }

  @Override
  public Enumeration<String> getHeaderNames() {
    List<String> names = Collections.list(super.getHeaderNames());
    names.removeIf(ACCEPT_ENCODING::equalsIgnoreCase);
    return Collections.enumeration(names);
  }
}
