package io.sparklive.access;

/** Why a request does not reach a driver. */
public enum DenialReason {
  /** Nobody has said who they are. */
  LOGIN_REQUIRED,
  /** They ask on behalf of somebody else, and may not. */
  NOT_ON_BEHALF_OF_OTHERS,
  /** They may not see the application. */
  NOT_A_VIEWER,
  /** They may not kill what the application does. */
  NOT_A_MODIFIER,
  /** The driver has not told yet whom it lets in, and they are no administrator. */
  NOT_KNOWN_YET,
  /** Another web site made the browser ask. */
  OTHER_SITE,
  /** Nothing shows that the person wanted to kill something: a link from anywhere does the same. */
  NOT_ASKED_FOR_HERE,
  /** The form that names the job or stage is too large to be read. */
  FORM_TOO_LARGE,
  /** Nobody may kill anything. */
  KILLING_IS_OFF,
  /** The program's script would stay in the browser, and answer for it later. */
  SERVICE_WORKER
}
