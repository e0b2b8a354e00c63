// SPDX-License-Identifier: Apache-2.0
package io.sparklive.spi;

/** Whether the History Server admits the sender of a request. */
public enum LoginStatus {
  /** It admits the sender, or did so when it last responded. */
  GRANTED,
  /** It denies the request, with a response of its own such as a login page. */
  DENIED,
  /** It does not respond, and has not admitted the sender recently. */
  UNKNOWN
}
