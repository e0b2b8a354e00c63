// SPDX-License-Identifier: Apache-2.0
package io.sparklive.access;

/** The reason why a request is not forwarded to a driver. The kill audit log prints the name. */
public enum DenialReason {
  /** The caller is not authenticated. */
  LOGIN_REQUIRED,
  /** The caller acts on behalf of another user, and is not permitted to. */
  NOT_AN_ADMINISTRATOR,
  /** The caller may not view the application. */
  NOT_A_VIEWER,
  /** The caller may not kill jobs or stages of the application. */
  NOT_A_MODIFIER,
  /**
   * The driver has not reported its access control lists yet, and the caller is no administrator.
   */
  ACLS_NOT_KNOWN_YET,
  /** A page of another web site made the browser send the request. */
  OTHER_SITE,
  /**
   * The request does not come from a page of the application, so that nothing shows the user's
   * intent: a link on any page sends the same.
   */
  NOT_FROM_APPLICATION_PAGE,
  /** The form that names the job or stage is too large. */
  FORM_TOO_LARGE,
  /** Killing is disabled for all users. */
  KILLING_DISABLED,
  /** A service worker, a script of the program, would stay in the browser and respond later. */
  SERVICE_WORKER
}
