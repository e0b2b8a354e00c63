// SPDX-License-Identifier: Apache-2.0
package io.sparklive.spi;

import io.sparklive.application.LiveApplication;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * The access control of the History Server. Implementations are thread-safe, and fast enough for a
 * request's thread.
 */
public interface AccessControl {
  /** Whether access is controlled; if it is not, any user has each permission. */
  boolean isControlled();

  /**
   * Whether this user has a permission for the application, exactly as once the application is
   * complete. While the application's own settings are unknown, only the administrators of the
   * History Server have one. Applications of one user with equal settings get equal decisions.
   *
   * @param user the name of the user, never empty
   */
  boolean has(Permission permission, String user, LiveApplication application);

  /**
   * Whether the History Server admits the sender of this request. If the filter runs in the History
   * Server, the authentication filters before it have decided that already.
   *
   * @param response the response that gets the cookies that the History Server sets
   * @param isOfProgram whether the request is for the API of the History Server, not for its pages
   */
  default LoginStatus admission(
      HttpServletRequest request, HttpServletResponse response, boolean isOfProgram) {
    return LoginStatus.GRANTED;
  }

  /** Whether every request is admitted, or was admitted before it reached the filter. */
  default boolean admitsAll() {
    return true;
  }
}
