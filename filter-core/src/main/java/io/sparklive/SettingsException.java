package io.sparklive;

/** A setting that cannot be understood. Its message is one line that says what to write instead. */
final class SettingsException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  SettingsException(String message) {
    super(message);
  }
}
