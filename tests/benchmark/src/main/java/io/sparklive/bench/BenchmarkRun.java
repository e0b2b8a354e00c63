// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * One run of the benchmark with all its rounds, and its form as JSON.
 *
 * @param time its end, in UTC: {@code 2026-01-31-1805}
 * @param machine the machine, in one line
 * @param rows the results
 */
record BenchmarkRun(String time, String machine, List<Row> rows) {
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  /** The form that {@link #read} reads. */
  String write() {
    JsonObject run = new JsonObject();
    run.addProperty("time", time);
    run.addProperty("machine", machine);
    JsonArray all = new JsonArray();
    rows.forEach(row -> all.add(write(row)));
    run.add("rows", all);
    return GSON.toJson(run) + "\n";
  }

  /** The form that {@link #write} writes. */
  static BenchmarkRun read(String json) {
    JsonObject run = JsonParser.parseString(json).getAsJsonObject();
    return new BenchmarkRun(
        run.get("time").getAsString(),
        run.get("machine").getAsString(),
        StreamSupport.stream(run.getAsJsonArray("rows").spliterator(), false)
            .map(row -> readRow(row.getAsJsonObject()))
            .toList());
  }

  private static JsonObject write(Row row) {
    JsonObject written = new JsonObject();
    written.addProperty("id", row.id());
    written.addProperty("what", row.what());
    written.addProperty("unit", row.unit());
    written.addProperty("judged", row.judged());
    row.reference().ifPresent(reference -> written.addProperty("reference", reference));
    row.budget()
        .ifPresent(
            budget -> written.addProperty(budget.most() ? "atMost" : "atLeast", budget.limit()));
    written.add("rounds", GSON.toJsonTree(row.rounds()));
    return written;
  }

  private static Row readRow(JsonObject written) {
    String id = written.get("id").getAsString();
    String what = written.get("what").getAsString();
    String unit = written.get("unit").getAsString();
    String judged = written.get("judged").getAsString();
    Row bare =
        Optional.ofNullable(written.get("reference"))
            .map(reference -> Row.ratio(id, what, unit, judged, reference.getAsString()))
            .orElseGet(() -> Row.figure(id, what, unit, judged));
    Row row = readBudget(written).map(bare::within).orElse(bare);
    for (JsonElement round : written.getAsJsonArray("rounds")) {
      Map<String, Double> figures = new LinkedHashMap<>();
      round
          .getAsJsonObject()
          .entrySet()
          .forEach(figure -> figures.put(figure.getKey(), figure.getValue().getAsDouble()));
      row.add(figures);
    }
    return row;
  }

  private static Optional<Budget> readBudget(JsonObject written) {
    return Optional.ofNullable(written.get("atMost"))
        .map(limit -> Budget.atMost(limit.getAsDouble()))
        .or(
            () ->
                Optional.ofNullable(written.get("atLeast"))
                    .map(limit -> Budget.atLeast(limit.getAsDouble())));
  }
}
