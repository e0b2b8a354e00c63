package io.sparklive.bench;

import io.sparklive.testing.HistoryServerProcess;
import io.sparklive.testing.SparkVersion;
import java.nio.file.Path;
import java.util.Map;

/** The two that are compared. */
final class HistoryServers {
  private static final String FILTER = "io.sparklive.LiveHistoryFilter";

  private HistoryServers() {}

  /** As Spark has it. */
  static HistoryServerProcess.Builder bare(SparkVersion version, Path eventLogs) {
    return HistoryServerProcess.builder(version, eventLogs);
  }

  /** The same with the plugin, and these of its parameters. */
  static HistoryServerProcess.Builder withPlugin(
      SparkVersion version, Path eventLogs, Map<String, String> parameters) {
    HistoryServerProcess.Builder server =
        bare(version, eventLogs).plugin().property("spark.ui.filters", FILTER);
    parameters.forEach(
        (name, value) -> server.property("spark." + FILTER + ".param." + name, value));
    return server;
  }

  /**
   * The same, compiled without what the compiler guesses from what has run so far: by that two that
   * are the same in everything differ by up to a sixth, each time another way.
   */
  static HistoryServerProcess.Builder withoutGuesses(HistoryServerProcess.Builder server) {
    return server.jvmOptions("-XX:TieredStopAtLevel=1");
  }
}
