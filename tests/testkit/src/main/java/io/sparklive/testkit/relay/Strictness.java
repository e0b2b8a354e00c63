// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.relay;

/** How exactly a request must follow RFC 9112. */
public enum Strictness {
  /** In every detail, as a driver may expect of the filter. */
  STRICT,
  /** With the freedoms that sections 2.2 and 7.1.1 leave to a server, such as a History Server. */
  LENIENT
}
