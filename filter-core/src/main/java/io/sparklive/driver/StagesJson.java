// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import com.google.gson.stream.JsonReader;
import java.io.IOException;
import java.util.Optional;

/**
 * Parses the response to {@code /stages/<id>} of a driver's REST API: a list of the attempts of the
 * stage ({@code StageData} in {@code api.scala}).
 */
final class StagesJson {
  private StagesJson() {}

  /**
   * A failed attempt of a stage.
   *
   * @param reason the first line of the reason
   */
  record Failed(int stage, int attempt, String reason) {}

  /**
   * Reads the last failed attempt.
   *
   * @return empty if no attempt has failed
   * @throws IOException if the JSON is not a list of stages
   */
  static Optional<Failed> read(byte[] json) throws IOException {
    Optional<Failed> last = Optional.empty();
    try (JsonReader reader = Json.reader(json)) {
      reader.beginArray();
      while (reader.hasNext()) {
        Optional<Failed> failed = readStage(reader);
        if (failed.isPresent()
            && (last.isEmpty() || last.get().attempt() <= failed.get().attempt())) {
          last = failed;
        }
      }
    }
    return last;
  }

  private static Optional<Failed> readStage(JsonReader reader) throws IOException {
    int stage = 0;
    int attempt = 0;
    String status = "";
    String reason = "";
    reader.beginObject();
    while (reader.hasNext()) {
      switch (reader.nextName()) {
        case "stageId" -> stage = Json.count(reader);
        case "attemptId" -> attempt = Json.count(reader);
        case "status" -> status = Json.text(reader);
        case "failureReason" -> reason = Json.text(reader);
        default -> reader.skipValue();
      }
    }
    reader.endObject();
    if (!status.equals("FAILED")) {
      return Optional.empty();
    }
    String firstLine =
        reason
            .lines()
            .map(String::strip)
            .filter(s -> !s.isEmpty())
            .findFirst()
            .orElse("The stage failed");
    return Optional.of(new Failed(stage, attempt, firstLine));
  }
}
