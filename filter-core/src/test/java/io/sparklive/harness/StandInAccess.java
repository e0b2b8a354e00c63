package io.sparklive.harness;

import io.sparklive.access.Access;
import io.sparklive.access.Admission;
import io.sparklive.access.Right;
import io.sparklive.application.LiveApplication;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Access control that the test sets; at first there is none. */
public final class StandInAccess implements Access {
  private final Map<Right, Set<String>> rights = new EnumMap<>(Right.class);
  private volatile boolean controlled;
  private volatile Admission admission = Admission.GRANTED;

  public StandInAccess() {
    for (Right right : Right.values()) {
      rights.put(right, ConcurrentHashMap.newKeySet());
    }
  }

  /** From now on people have the rights they are given, and no other. */
  public StandInAccess controlled() {
    controlled = true;
    return this;
  }

  /** Gives somebody a right on every application. */
  public StandInAccess gives(Right right, String user) {
    rights.get(right).add(user);
    return this;
  }

  /** From now on the History Server lets everybody in, nobody, or cannot be asked. */
  public void admits(Admission everybody) {
    admission = everybody;
  }

  @Override
  public Admission admission(
      HttpServletRequest request, HttpServletResponse response, boolean isOfProgram) {
    response.addHeader("X-Tried-At", isOfProgram ? "API" : "pages");
    return admission;
  }

  @Override
  public boolean admitsAll() {
    return admission == Admission.GRANTED;
  }

  @Override
  public boolean isControlled() {
    return controlled;
  }

  @Override
  public boolean has(Right right, String user, LiveApplication application) {
    return rights.get(right).contains(user);
  }
}
