package io.sparklive.spi;

import io.sparklive.application.LiveApplication;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * The History Server's access control. Implementations are thread-safe, and quick enough for a
 * request's thread.
 */
public interface AccessControl {
  /** Whether access is controlled at all; where it is not, everybody has every right. */
  boolean isControlled();

  /**
   * Whether this user has that right, exactly as for the application once it is complete. While the
   * application's own settings are not known, only the History Server's administrators have any.
   * Applications of one user with equal settings are alike here.
   *
   * @param user who it is, never empty
   */
  boolean has(Permission right, String user, LiveApplication application);

  /**
   * Whether the History Server lets the sender of this request in. Where the filter stands among
   * its own filters, they have decided that before.
   *
   * @param response gets what the History Server tells the browser beside that: cookies
   * @param isOfProgram whether its API is asked, and not its pages
   */
  default LoginStatus admission(
      HttpServletRequest request, HttpServletResponse response, boolean isOfProgram) {
    return LoginStatus.GRANTED;
  }

  /** Whether every request is let in, or was let in before it reached the filter. */
  default boolean admitsAll() {
    return true;
  }
}
