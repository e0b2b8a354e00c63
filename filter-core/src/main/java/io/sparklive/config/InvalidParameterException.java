package io.sparklive.config;

/** A parameter that cannot be used. The message is one line that says what is allowed instead. */
public final class InvalidParameterException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message one line
   */
  InvalidParameterException(String message) {
    super(message);
  }
}
