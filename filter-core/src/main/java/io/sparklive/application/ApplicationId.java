// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The id of a Spark application. It is safe in a path, in HTML and in a log line.
 *
 * <p>Spark writes ids such as {@code spark-4f3e…}, {@code app-20261121083600-0000}, {@code
 * application_1700000000000_0001} and {@code local-1795250658606}, and lets users choose their own
 * ({@code spark.app.id}). The History Server's table prints them unchanged. If an id does not begin
 * with a letter or a digit, the table sorts no row any more, so this class rejects any other text.
 *
 * @param value 1 to 128 letters, digits, {@code .}, {@code _} and {@code -}, the first a letter or
 *     a digit
 */
public record ApplicationId(String value) implements Comparable<ApplicationId> {
  private static final Pattern VALID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

  /**
   * @throws IllegalArgumentException if the value is not a valid id
   */
  public ApplicationId {
    if (!VALID.matcher(requireNonNull(value, "value")).matches()) {
      throw new IllegalArgumentException("not an application id");
    }
  }

  /** Parses an id; empty if the text is not a valid one. */
  public static Optional<ApplicationId> parse(String text) {
    return VALID.matcher(text).matches() ? Optional.of(new ApplicationId(text)) : Optional.empty();
  }

  @Override
  public int compareTo(ApplicationId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
