// SPDX-License-Identifier: Apache-2.0
package io.sparklive.config;

/**
 * A text that a parameter does not allow, as its parser reports it to {@link ParameterValues}. The
 * message is the predicate for that text: "is not understood".
 */
final class InvalidValueException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InvalidValueException(String predicate) {
    super(predicate);
  }

  InvalidValueException() {
    this("is invalid");
  }
}
