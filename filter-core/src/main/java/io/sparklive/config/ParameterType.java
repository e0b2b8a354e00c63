// SPDX-License-Identifier: Apache-2.0
package io.sparklive.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The type of a parameter: its parser, and a text with the allowed values. A bound is declared
 * once; the parser checks it, and the text prints it. The text is made only for an error or the
 * documentation, as the start of the History Server waits for this package.
 */
interface ParameterType<T> {
  String AUTO = "auto";
  String NONE = "none";

  /** The allowed values, in Markdown. */
  String allowed();

  /**
   * Parses a text without white space around it.
   *
   * @throws InvalidValueException if the text is not allowed
   */
  T parse(String text);

  /** A type with a parser of its own. */
  static <T> ParameterType<T> of(String allowed, Function<String, T> parser) {
    return new Parsed<>(allowed, parser);
  }

  /** Any text. An empty text has no value: templates write it for a parameter that is not set. */
  static ParameterType<Optional<String>> text(String allowed) {
    return of(allowed, text -> text.isEmpty() ? Optional.empty() : Optional.of(text));
  }

  /** The entries of a comma list; none if the text is empty or {@code none}. */
  static List<String> entries(String text) {
    return text.isEmpty() || text.equals(NONE)
        ? List.of()
        : Arrays.stream(text.split(",", -1)).map(String::strip).toList();
  }

  private static <T extends Comparable<T>> T inBounds(T value, T least, T most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new InvalidValueException();
    }
    return value;
  }

  /** A type with a parser of its own. */
  record Parsed<T>(String allowed, Function<String, T> parser) implements ParameterType<T> {
    @Override
    public T parse(String text) {
      return parser.apply(text);
    }
  }

  /** {@code true} or {@code false}. */
  record Flag() implements ParameterType<Boolean> {
    @Override
    public String allowed() {
      return "`true` or `false`";
    }

    @Override
    public Boolean parse(String text) {
      return switch (text.toLowerCase(Locale.ROOT)) {
        case "true" -> true;
        case "false" -> false;
        default -> throw new InvalidValueException();
      };
    }
  }

  /** {@code true}, {@code false}, or {@code auto}, which has no value. */
  record FlagOrAuto() implements ParameterType<Optional<Boolean>> {
    @Override
    public String allowed() {
      return "`auto`, `true` or `false`";
    }

    @Override
    public Optional<Boolean> parse(String text) {
      return text.equalsIgnoreCase(AUTO) ? Optional.empty() : Optional.of(new Flag().parse(text));
    }
  }

  /** A whole number within bounds. */
  record WholeNumber(int least, int most) implements ParameterType<Integer> {
    @Override
    public String allowed() {
      return "a whole number from %d to %d".formatted(least, most);
    }

    @Override
    public Integer parse(String text) {
      if (!text.matches("[0-9]{1,9}")) {
        throw new InvalidValueException();
      }
      return inBounds(Integer.valueOf(text), least, most);
    }
  }

  /** A duration within bounds, or zero, which turns something off. */
  record DurationOrOff(Duration least, Duration most) implements ParameterType<Duration> {
    @Override
    public String allowed() {
      return "`0s`, or " + new BoundedDuration(least, most).allowed();
    }

    @Override
    public Duration parse(String text) {
      Duration duration = new BoundedDuration(Duration.ZERO, most).parse(text);
      return duration.isZero() ? duration : inBounds(duration, least, most);
    }
  }

  /** A duration within bounds. */
  record BoundedDuration(Duration least, Duration most) implements ParameterType<Duration> {
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,12}) *(ms|s|m|min|h|d)");

    @Override
    public String allowed() {
      return "a duration from %s to %s".formatted(text(least), text(most));
    }

    @Override
    public Duration parse(String text) {
      Matcher parts = DURATION.matcher(text.toLowerCase(Locale.ROOT));
      if (!parts.matches()) {
        throw new InvalidValueException();
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
      return inBounds(duration, least, most);
    }

    /** A duration as users write it, in the largest unit that has no remainder. */
    private static String text(Duration duration) {
      if (duration.isZero()) {
        return "0s";
      }
      if (duration.equals(Duration.ofDays(duration.toDays()))) {
        return duration.toDays() + "d";
      }
      if (duration.equals(Duration.ofHours(duration.toHours()))) {
        return duration.toHours() + "h";
      }
      if (duration.equals(Duration.ofMinutes(duration.toMinutes()))) {
        return duration.toMinutes() + "m";
      }
      return duration.equals(Duration.ofSeconds(duration.toSeconds()))
          ? duration.toSeconds() + "s"
          : duration.toMillis() + "ms";
    }
  }
}
