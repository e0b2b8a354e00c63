// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The WAR in front of a History Server whose settings are meant for the plugin: the filter's
 * settings go into the WAR, all others stay.
 */
final class WarDeployment {

  static final String FILTER = "io.sparklive.LiveHistoryFilter";
  static final String PARAMETERS = "spark." + FILTER + ".param.";

  private static final String FILTERS = "spark.ui.filters";
  private static final String PORT = "spark.history.ui.port";

  private WarDeployment() {}

  /**
   * The settings of the History Server: any free port, other filters, no settings of the filter.
   */
  static Map<String, String> behind(Map<String, String> properties) {
    Map<String, String> rest = new TreeMap<>(properties);
    rest.keySet().removeIf(name -> name.startsWith(PARAMETERS));
    rest.put(PORT, "0");
    rest.put(FILTERS, otherFilters(rest.getOrDefault(FILTERS, "")));
    return rest;
  }

  /** The WAR with the filter's settings, in front of that History Server. */
  static ServletContainer.Builder before(
      HistoryServerProcess behind, ContainerKind kind, HistoryServerProcess.Builder described) {
    ServletContainer.Builder container =
        ServletContainer.builder(kind)
            .port(Integer.parseInt(described.properties.get(PORT)))
            .jvmOptions(described.jvmOptions)
            .parameter("historyUrl", behind.uri().toString());
    described.environment.forEach(container::environment);
    described.properties.forEach(
        (name, value) -> {
          if (name.startsWith(PARAMETERS)) {
            container.systemProperty(name, value);
          }
        });
    return container;
  }

  private static String otherFilters(String filters) {
    return Arrays.stream(filters.split(",", -1))
        .map(String::strip)
        .filter(name -> !name.isEmpty() && !name.equals(FILTER))
        .collect(Collectors.joining(","));
  }
}
