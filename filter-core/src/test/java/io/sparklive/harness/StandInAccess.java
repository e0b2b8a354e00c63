// SPDX-License-Identifier: Apache-2.0
package io.sparklive.harness;

import io.sparklive.application.LiveApplication;
import io.sparklive.spi.AccessControl;
import io.sparklive.spi.LoginStatus;
import io.sparklive.spi.Permission;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Access control that a test sets; at first, access is not controlled. */
public final class StandInAccess implements AccessControl {
  private final Map<Permission, Set<String>> permissions = new EnumMap<>(Permission.class);
  private volatile boolean controlled;
  private volatile LoginStatus admission = LoginStatus.GRANTED;

  public StandInAccess() {
    for (Permission permission : Permission.values()) {
      permissions.put(permission, ConcurrentHashMap.newKeySet());
    }
  }

  /** Turns access control on: a user has the granted permissions only. */
  public StandInAccess controlled() {
    controlled = true;
    return this;
  }

  /** Grants a user a permission for every application. */
  public StandInAccess grant(Permission permission, String user) {
    permissions.get(permission).add(user);
    return this;
  }

  /** Sets the login status of all callers. */
  public void setLoginStatus(LoginStatus status) {
    admission = status;
  }

  @Override
  public LoginStatus admission(
      HttpServletRequest request, HttpServletResponse response, boolean isOfProgram) {
    response.addHeader("X-Tried-At", isOfProgram ? "API" : "pages");
    return admission;
  }

  @Override
  public boolean admitsAll() {
    return admission == LoginStatus.GRANTED;
  }

  @Override
  public boolean isControlled() {
    return controlled;
  }

  @Override
  public boolean has(Permission permission, String user, LiveApplication application) {
    return permissions.get(permission).contains(user);
  }
}
