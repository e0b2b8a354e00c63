package io.sparklive.config;

/** A text that its parameter does not allow. The message follows the text: "is not understood". */
final class InvalidValueException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  InvalidValueException(String why) {
    super(why);
  }

  InvalidValueException() {
    this("is not understood");
  }
}
