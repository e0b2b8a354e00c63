package io.sparklive.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The values of parameters as they were written, in the kinds that there are. What is not
 * understood is refused in one line that names the parameter, the value and what is allowed.
 */
final class ParameterValues {
  static final String AUTO = "auto";
  static final String NONE = "none";
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,12}) *(ms|s|m|min|h|d)");

  // As Spark knows secrets, and misspelt ones.
  private static final Pattern SECRET =
      Pattern.compile("pass|pwd|secret|token|credential", Pattern.CASE_INSENSITIVE);

  private final Map<Parameter, String> values = new EnumMap<>(Parameter.class);
  private final BiFunction<String, String, String> written;

  /**
   * @param texts what is set, by name
   * @param written how a parameter's whole name is written where it was set
   * @throws InvalidParameterException on a name that does not exist
   */
  ParameterValues(Map<String, String> texts, BiFunction<String, String, String> written) {
    this.written = written;
    texts.forEach(
        (name, text) ->
            values.put(Parameter.named(name).orElseThrow(() -> unknown(name, text)), text.strip()));
  }

  /** Whether nothing is set of a parameter whose default has no name: templates write "". */
  boolean isDefault(Parameter parameter) {
    return given(parameter).isEmpty();
  }

  /** What is set, or nothing. */
  String given(Parameter parameter) {
    return values.getOrDefault(parameter, "");
  }

  /** What is set, or the default. */
  String text(Parameter parameter) {
    return values.getOrDefault(parameter, parameter.defaultText());
  }

  List<String> list(Parameter parameter) {
    String text = text(parameter);
    if (text.isEmpty() || text.equals(NONE)) {
      return List.of();
    }
    return Arrays.stream(text.split(",", -1)).map(String::strip).toList();
  }

  String choice(Parameter parameter, String... choices) {
    String text = text(parameter).toLowerCase(Locale.ROOT);
    return Arrays.stream(choices)
        .filter(text::equals)
        .findAny()
        .orElseThrow(() -> refused(parameter));
  }

  boolean isTrue(Parameter parameter) {
    return choice(parameter, "true", "false").equals("true");
  }

  int number(Parameter parameter, int least, int most) {
    String text = text(parameter);
    if (!text.matches("[0-9]{1,9}")) {
      throw refused(parameter);
    }
    int number = Integer.parseInt(text);
    if (number < least || number > most) {
      throw refused(parameter);
    }
    return number;
  }

  Duration duration(Parameter parameter, Duration least, Duration most) {
    Matcher parts = DURATION.matcher(text(parameter).toLowerCase(Locale.ROOT));
    if (!parts.matches()) {
      throw refused(parameter);
    }
    long amount = Long.parseLong(parts.group(1));
    Duration duration =
        switch (parts.group(2)) {
          case "ms" -> Duration.ofMillis(amount);
          case "s" -> Duration.ofSeconds(amount);
          case "m", "min" -> Duration.ofMinutes(amount);
          case "h" -> Duration.ofHours(amount);
          default -> Duration.ofDays(amount);
        };
    if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
      throw refused(parameter);
    }
    return duration;
  }

  InvalidParameterException refused(Parameter parameter) {
    return refused(parameter, "is not understood");
  }

  InvalidParameterException refused(Parameter parameter, String why) {
    String text = given(parameter);
    return new InvalidParameterException(
        "%s %s; allowed: %s"
            .formatted(
                inOneLine(parameter.key(), text), why, parameter.allowed().replace("`", "")));
  }

  private String inOneLine(String name, String text) {
    boolean secret = SECRET.matcher(name).find();
    return written.apply(name, secret ? "***" : text).replaceAll("\\p{Cntrl}", " ");
  }

  private InvalidParameterException unknown(String name, String text) {
    return new InvalidParameterException(
        "%s is not a parameter; allowed: %s"
            .formatted(
                inOneLine(name, text),
                Arrays.stream(Parameter.values())
                    .map(Parameter::key)
                    .sorted()
                    .collect(Collectors.joining(", "))));
  }
}
