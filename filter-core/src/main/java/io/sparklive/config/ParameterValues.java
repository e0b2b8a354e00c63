package io.sparklive.config;

import io.sparklive.http.TextSanitizer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The values of all parameters, parsed. An error is one line that names the parameter, its text and
 * the allowed values.
 */
final class ParameterValues {
  // As Spark knows secrets, and misspelt ones.
  private static final Pattern SECRET =
      Pattern.compile("pass|pwd|secret|token|credential", Pattern.CASE_INSENSITIVE);

  private final Map<Parameter<?>, String> texts = new HashMap<>();
  private final BiFunction<String, String, String> written;
  private final Map<Parameter<?>, Object> parsed = new HashMap<>();

  /**
   * @param texts the parameters that are set, by name
   * @param written how a parameter with its text is written where it was set
   * @throws InvalidParameterException on a name that does not exist, or a text that is not allowed
   */
  ParameterValues(Map<String, String> texts, BiFunction<String, String, String> written) {
    this.written = written;
    texts.forEach(
        (name, text) ->
            this.texts.put(
                Parameters.named(name).orElseThrow(() -> unknown(name, text)), text.strip()));
    Parameters.all().forEach(parameter -> parsed.put(parameter, parse(parameter)));
  }

  private Object parse(Parameter<?> parameter) {
    try {
      return parameter.parse(texts.getOrDefault(parameter, parameter.unset()));
    } catch (InvalidValueException e) {
      throw rejected(parameter, e.getMessage());
    }
  }

  <T> T get(Parameter<T> parameter) {
    return parameter.valueIn(parsed);
  }

  /** All values, each of the type of its parameter. */
  Map<Parameter<?>, Object> all() {
    return Map.copyOf(parsed);
  }

  InvalidParameterException rejected(Parameter<?> parameter, String why) {
    String text = texts.getOrDefault(parameter, "");
    return new InvalidParameterException(
        "%s %s; allowed: %s"
            .formatted(inOneLine(parameter.key(), text), why, parameter.allowedInWords()));
  }

  private String inOneLine(String name, String text) {
    boolean secret = SECRET.matcher(name).find();
    return TextSanitizer.oneLine(written.apply(name, secret ? "***" : text));
  }

  private InvalidParameterException unknown(String name, String text) {
    return new InvalidParameterException(
        "%s is not a parameter; allowed: %s"
            .formatted(
                inOneLine(name, text),
                Parameters.names().stream().sorted().collect(Collectors.joining(", "))));
  }
}
