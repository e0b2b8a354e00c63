// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security.filters;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.security.Principal;

/** A request whose user is known; null, as the servlet API has it, for nobody. */
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
