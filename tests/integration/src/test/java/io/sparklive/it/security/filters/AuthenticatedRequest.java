// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security.filters;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.security.Principal;

/** A request with the user of its login; null, as in the servlet API, if there is none. */
final class AuthenticatedRequest extends HttpServletRequestWrapper {
  private final String user;

  AuthenticatedRequest(HttpServletRequest request, String user) {
    super(request);
    this.user = user;
  }

  @Override
  public String getRemoteUser() {
    return user;
  }

  @Override
  public Principal getUserPrincipal() {
    return user == null ? null : () -> user;
  }
}
