package io.sparklive.access;

import io.sparklive.application.LiveApplication;

/**
 * The History Server's access control. Implementations are thread-safe, and quick enough for a
 * request's thread.
 */
public interface Access {
  /** Whether access is controlled at all; where it is not, everybody has every right. */
  boolean isControlled();

  /**
   * Whether this user has that right, exactly as for the application once it is complete. While the
   * application's own settings are not known, only the History Server's administrators have any.
   * Applications of one user with equal settings are alike here.
   *
   * @param user who it is, never empty
   */
  boolean has(Right right, String user, LiveApplication application);
}
