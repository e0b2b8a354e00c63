// SPDX-License-Identifier: Apache-2.0
package io.sparklive.config;

/**
 * An invalid parameter, for the administrator. The message is one line with the parameter, its
 * value and the allowed values.
 */
public final class InvalidParameterException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message one line
   */
  InvalidParameterException(String message) {
    super(message);
  }
}
