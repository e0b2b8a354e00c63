// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import io.sparklive.LiveHistoryFilter;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import jakarta.servlet.Filter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** History Servers with the plugin and without. */
final class HistoryServers {
  private HistoryServers() {}

  /** With Spark's defaults. */
  static HistoryServerProcess.Builder bare(SparkVersion version, Path eventLogs) {
    return HistoryServerProcess.builder(version, eventLogs).asInProduction();
  }

  /** The same with the plugin, and these parameters. */
  static HistoryServerProcess.Builder withPlugin(
      SparkVersion version, Path eventLogs, Map<String, String> parameters) {
    return withFilter(bare(version, eventLogs).plugin(), LiveHistoryFilter.class, parameters);
  }

  /** The same, with a plugin that requests can skip by {@link OptionalPlugin#WITHOUT}. */
  static HistoryServerProcess.Builder withOptionalPlugin(
      SparkVersion version, Path eventLogs, Map<String, String> parameters) {
    Map<String, String> all = new HashMap<>(parameters);
    // If spark.ui.filters has an unknown filter, the plugin expects it to authenticate users.
    all.putIfAbsent("requireUser", "false");
    return withFilter(
        bare(version, eventLogs).plugin().classPath(OptionalPlugin.class),
        OptionalPlugin.class,
        all);
  }

  /**
   * The same, with the fast compiler only: it is warm after seconds of load. The optimizing
   * compiler takes a minute and more, and its result differs between JVMs by up to a sixth.
   */
  static HistoryServerProcess.Builder soonWarm(HistoryServerProcess.Builder server) {
    return server.jvmOptions("-XX:TieredStopAtLevel=1");
  }

  private static HistoryServerProcess.Builder withFilter(
      HistoryServerProcess.Builder server,
      Class<? extends Filter> filter,
      Map<String, String> parameters) {
    String name = filter.getName();
    parameters.forEach(
        (parameter, value) -> server.property("spark." + name + ".param." + parameter, value));
    return server.property("spark.ui.filters", name);
  }
}
