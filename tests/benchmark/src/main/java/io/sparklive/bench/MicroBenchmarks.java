// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * The results of JMH, from its <a
 * href="https://github.com/openjdk/jmh/blob/master/jmh-core/src/main/java/org/openjdk/jmh/results/format/JSONResultFormat.java">JSON
 * format</a>.
 */
final class MicroBenchmarks {
  private static final String ALLOCATED = "gc.alloc.rate.norm";

  private MicroBenchmarks() {}

  /** A line for each benchmark and its parameters. */
  static Table table(String json) {
    return new Table(
        List.of("benchmark", "time", "allocated"),
        StreamSupport.stream(JsonParser.parseString(json).getAsJsonArray().spliterator(), false)
            .map(result -> line(result.getAsJsonObject()))
            .toList());
  }

  private static List<String> line(JsonObject result) {
    JsonObject time = result.getAsJsonObject("primaryMetric");
    String name = result.get("benchmark").getAsString();
    // Without the packages.
    String[] words = name.split("\\.", -1);
    return List.of(
        "`" + words[words.length - 2] + "." + words[words.length - 1] + "`" + parameters(result),
        figure(time, "score") + " ± " + figure(time, "scoreError") + " " + unit(time),
        Optional.ofNullable(result.getAsJsonObject("secondaryMetrics").getAsJsonObject(ALLOCATED))
            .map(allocated -> figure(allocated, "score") + " " + unit(allocated))
            .orElse(""));
  }

  private static String parameters(JsonObject result) {
    return Optional.ofNullable(result.getAsJsonObject("params"))
        .map(
            parameters ->
                parameters.entrySet().stream()
                    .map(MicroBenchmarks::parameter)
                    .collect(Collectors.joining()))
        .orElse("");
  }

  private static String parameter(Map.Entry<String, JsonElement> parameter) {
    return ", " + parameter.getKey() + " " + parameter.getValue().getAsString();
  }

  private static String figure(JsonObject metric, String name) {
    return Statistics.plain(metric.get(name).getAsDouble());
  }

  private static String unit(JsonObject metric) {
    return metric.get("scoreUnit").getAsString();
  }
}
