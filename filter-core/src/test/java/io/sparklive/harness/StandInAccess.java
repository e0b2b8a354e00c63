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

/** Access control that the test sets; at first there is none. */
public final class StandInAccess implements AccessControl {
  private final Map<Permission, Set<String>> rights = new EnumMap<>(Permission.class);
  private volatile boolean controlled;
  private volatile LoginStatus admission = LoginStatus.GRANTED;

  public StandInAccess() {
    for (Permission right : Permission.values()) {
      rights.put(right, ConcurrentHashMap.newKeySet());
    }
  }

  /** From now on people have the rights they are given, and no other. */
  public StandInAccess controlled() {
    controlled = true;
    return this;
  }

  /** Gives somebody a right on every application. */
  public StandInAccess gives(Permission right, String user) {
    rights.get(right).add(user);
    return this;
  }

  /** From now on the History Server lets everybody in, nobody, or cannot be asked. */
  public void admits(LoginStatus everybody) {
    admission = everybody;
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
  public boolean has(Permission right, String user, LiveApplication application) {
    return rights.get(right).contains(user);
  }
}
