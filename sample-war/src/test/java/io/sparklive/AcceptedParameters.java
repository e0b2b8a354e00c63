package io.sparklive;

import java.util.Map;

/** The product's own reader of parameters, for what guides and files for Kubernetes set. */
public final class AcceptedParameters {
  private AcceptedParameters() {}

  /**
   * Reads parameters as inside a pod.
   *
   * @param values what is set, by name
   * @throws SettingsException on a name that does not exist and on a value that is not understood
   */
  public static void read(Map<String, String> values) {
    Settings unused = Settings.of(values, true, (name, value) -> name + "=" + value);
  }
}
