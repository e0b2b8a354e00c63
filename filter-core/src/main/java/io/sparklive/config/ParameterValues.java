// SPDX-License-Identifier: Apache-2.0
package io.sparklive.config;

import io.sparklive.http.TextSanitizer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Parses the texts of all parameters and holds their values. An error is one line with the
 * parameter, its text and the allowed values.
 */
final class ParameterValues {
  // Names of secrets as in Spark (spark.redaction.regex), and misspelt ones.
  private static final Pattern SECRET =
      Pattern.compile("pass|pwd|secret|token|credential", Pattern.CASE_INSENSITIVE);

  private final Map<Parameter<?>, String> texts = new HashMap<>();
  private final BiFunction<String, String, String> written;
  private final Map<Parameter<?>, Object> parsed = new HashMap<>();

  /**
   * @param texts the parameters that are set, by name
   * @param written formats a name and a text as the user has written them
   * @throws InvalidParameterException if a name does not exist, or a text is not allowed
   */
  ParameterValues(Map<String, String> texts, BiFunction<String, String, String> written) {
    this.written = written;
    texts.forEach(
        (name, text) ->
            this.texts.put(
                Parameters.find(name).orElseThrow(() -> unknown(name, text)), text.strip()));
    Parameters.all().forEach(parameter -> parsed.put(parameter, parse(parameter)));
  }

  private <T> T parse(Parameter<T> parameter) {
    try {
      return parameter.parse(texts.getOrDefault(parameter, parameter.unset()));
    } catch (InvalidValueException e) {
      throw rejected(parameter, String.valueOf(e.getMessage()));
    }
  }

  <T> T get(Parameter<T> parameter) {
    return parameter.valueIn(parsed);
  }

  /** All values, each of the type of its parameter. */
  Map<Parameter<?>, Object> all() {
    return Map.copyOf(parsed);
  }

  /** The exception for a parameter; the predicate follows its text in the message. */
  InvalidParameterException rejected(Parameter<?> parameter, String predicate) {
    String text = texts.getOrDefault(parameter, "");
    return new InvalidParameterException(
        "%s %s; allowed: %s"
            .formatted(written(parameter.key(), text), predicate, parameter.allowedInWords()));
  }

  private String written(String name, String text) {
    boolean isSecret = SECRET.matcher(name).find();
    return TextSanitizer.oneLine(written.apply(name, isSecret ? "***" : text));
  }

  private InvalidParameterException unknown(String name, String text) {
    return new InvalidParameterException(
        "%s is not a parameter; allowed: %s"
            .formatted(
                written(name, text),
                Parameters.names().stream().sorted().collect(Collectors.joining(", "))));
  }
}
