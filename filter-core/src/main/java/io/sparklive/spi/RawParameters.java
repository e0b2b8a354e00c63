// SPDX-License-Identifier: Apache-2.0
package io.sparklive.spi;

import static java.util.Objects.requireNonNull;

import jakarta.servlet.FilterConfig;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiFunction;

/**
 * The filter's parameters as texts, before they are parsed.
 *
 * @param values the parameters that are set, by name
 * @param written formats a name and a value as the user has written them, for messages
 */
public record RawParameters(
    Map<String, String> values, BiFunction<String, String, String> written) {
  private static final String PROPERTY_PREFIX = "spark.io.sparklive.LiveHistoryFilter.param.";

  public RawParameters {
    values = Map.copyOf(requireNonNull(values, "values"));
    requireNonNull(written, "written");
  }

  /** The parameters {@code spark.<filter>.param.<name>}, which Spark passes to its filters. */
  public static RawParameters ofSpark(FilterConfig config) {
    Map<String, String> values = new HashMap<>();
    Collections.list(config.getInitParameterNames())
        .forEach(name -> values.put(name, config.getInitParameter(name)));
    return new RawParameters(values, (name, value) -> PROPERTY_PREFIX + name + "=" + value);
  }

  /** The prefix of the properties that set parameters. */
  public static String propertyPrefix() {
    return PROPERTY_PREFIX;
  }

  /** The parameters without that of the gateway itself, which the filter does not accept. */
  public RawParameters withoutGateway() {
    Map<String, String> others = new HashMap<>(values);
    others.remove("historyUrl");
    return new RawParameters(others, written);
  }
}
