// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The description that Structured Streaming gives to the jobs and SQL queries of a batch: name, id,
 * run id and batch ({@code getBatchDescriptionString} in {@code StreamExecution.scala}). Its lines
 * are separated by {@code <br/>}, by line feeds, or by both, depending on the version.
 *
 * @param id the id of the query; it stays the same if the query restarts from its checkpoint
 * @param name the name of the query; may be empty
 * @param batch the number of the batch; 0 before the first one
 */
record StreamDescription(String id, String name, long batch) {
  private static final String SEPARATOR = "\\s*(?:<br\\s*/?>)?\\s*";
  private static final String UUID = "[0-9a-f-]{36}";
  private static final Pattern DESCRIPTION =
      Pattern.compile(
          "(?s)(.{0,512}?)"
              + SEPARATOR
              + ("id = (" + UUID + ")" + SEPARATOR)
              + ("runId = " + UUID + SEPARATOR)
              + "batch = (init|[0-9]{1,18})\\s*");

  /** Parses a description; empty if it is not that of a batch. */
  static Optional<StreamDescription> parse(String description) {
    // A pattern with optional parts is slow on long texts: these are queries of users.
    if (!description.contains("runId = ")) {
      return Optional.empty();
    }
    Matcher matcher = DESCRIPTION.matcher(description);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String batch = matcher.group(3);
    return Optional.of(
        new StreamDescription(
            matcher.group(2),
            matcher.group(1).strip(),
            batch.equals("init") ? 0 : Long.parseLong(batch)));
  }

  /** The description for a page: in one line, without the ids. */
  String text() {
    return (name.isEmpty() ? "" : name + ", ") + "batch " + batch;
  }
}
