// SPDX-License-Identifier: Apache-2.0
package io.sparklive.war;

import io.sparklive.config.Parameters;
import io.sparklive.spi.RawParameters;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads the parameters of the filter in the WAR: from system properties with the names of Spark's
 * properties, else from environment variables, else from {@code web.xml}.
 */
final class WarParameters {
  // Not SPARK_LIVE_HISTORY_: for a Service spark-live-history, Kubernetes sets such variables.
  private static final String VARIABLE_PREFIX = "LIVE_HISTORY_PARAM_";

  private final Map<String, String> values = new TreeMap<>();
  private final Map<String, String> sources = new HashMap<>();

  private WarParameters() {}

  /** The parameters of the filter in this web application. */
  static RawParameters of(ServletContext context) {
    Map<String, String> properties = new HashMap<>();
    System.getProperties()
        .stringPropertyNames()
        .forEach(name -> properties.put(name, System.getProperty(name)));
    return read(WarEnvironment.filter(context), System.getenv(), properties);
  }

  static RawParameters read(
      FilterRegistration filter, Map<String, String> environment, Map<String, String> properties) {
    WarParameters parameters = new WarParameters();
    filter.getInitParameters().forEach((name, value) -> parameters.set(name, value, name));
    environment.forEach(parameters::setVariable);
    properties.forEach(parameters::setProperty);
    return new RawParameters(
        parameters.values,
        (name, value) -> parameters.sources.getOrDefault(name, variable(name)) + "=" + value);
  }

  private void setVariable(String variable, String value) {
    if (variable.startsWith(VARIABLE_PREFIX)) {
      String name =
          Parameters.names().stream()
              .filter(parameter -> variable(parameter).equals(variable))
              .findAny()
              .orElse(variable);
      set(name, value, variable);
    }
  }

  private void setProperty(String property, String value) {
    String prefix = RawParameters.propertyPrefix();
    if (property.startsWith(prefix)) {
      set(property.substring(prefix.length()), value, property);
    }
  }

  private void set(String name, String value, String source) {
    values.put(name, value);
    sources.put(name, source);
  }

  /** The variable of a parameter, such as {@code LIVE_HISTORY_PARAM_HISTORY_URL}. */
  private static String variable(String name) {
    return VARIABLE_PREFIX + name.replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT);
  }
}
