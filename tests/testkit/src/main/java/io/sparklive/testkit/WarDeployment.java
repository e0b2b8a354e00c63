// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The WAR before a History Server whose settings are meant for the plugin: what is ours goes to the
 * WAR, everything else stays where it is.
 */
final class WarDeployment {

  static final String FILTER = "io.sparklive.LiveHistoryFilter";
  static final String PARAMETERS = "spark." + FILTER + ".param.";

  private static final String FILTERS = "spark.ui.filters";
  private static final String PORT = "spark.history.ui.port";

  private WarDeployment() {}

  /** The settings of the History Server behind: any free port, other filters, nothing of ours. */
  static Map<String, String> behind(Map<String, String> properties) {
    Map<String, String> rest = new TreeMap<>(properties);
    rest.keySet().removeIf(name -> name.startsWith(PARAMETERS));
    rest.put(PORT, "0");
    rest.put(FILTERS, otherFilters(rest.getOrDefault(FILTERS, "")));
    return rest;
  }

  /** The WAR with our settings before that History Server. */
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
