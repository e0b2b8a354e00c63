package io.sparklive.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The values that a parameter may have. A bound stands here once: the parser checks it, and the
 * text prints it.
 *
 * @param allowed the allowed values, in Markdown
 */
record ParameterType<T>(String allowed, Parser<T> parser) {
  static final String AUTO = "auto";
  static final String NONE = "none";
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,12}) *(ms|s|m|min|h|d)");

  /** Parses the text of a parameter. */
  @FunctionalInterface
  interface Parser<T> {
    /**
     * Parses a text without white space around it.
     *
     * @throws InvalidValueException if the text is not allowed
     */
    T parse(String text);
  }

  static ParameterType<Boolean> flag() {
    return new ParameterType<>("`true` or `false`", ParameterType::parseFlag);
  }

  /** A flag, or {@code auto}, which is empty. */
  static ParameterType<Optional<Boolean>> flagOrAuto() {
    return new ParameterType<>(
        "`auto`, `true` or `false`",
        text -> text.equalsIgnoreCase(AUTO) ? Optional.empty() : Optional.of(parseFlag(text)));
  }

  private static boolean parseFlag(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new InvalidValueException();
    };
  }

  static ParameterType<Integer> wholeNumber(int least, int most) {
    return new ParameterType<>(
        "a whole number from %d to %d".formatted(least, most),
        text -> {
          if (!text.matches("[0-9]{1,9}")) {
            throw new InvalidValueException();
          }
          return inBounds(Integer.valueOf(text), least, most);
        });
  }

  static ParameterType<Duration> duration(Duration least, Duration most) {
    return new ParameterType<>(
        "a duration from %s to %s".formatted(text(least), text(most)),
        text -> inBounds(parseDuration(text), least, most));
  }

  private static Duration parseDuration(String text) {
    Matcher parts = DURATION.matcher(text.toLowerCase(Locale.ROOT));
    if (!parts.matches()) {
      throw new InvalidValueException();
    }
    long amount = Long.parseLong(parts.group(1));
    return switch (parts.group(2)) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      case "m", "min" -> Duration.ofMinutes(amount);
      case "h" -> Duration.ofHours(amount);
      default -> Duration.ofDays(amount);
    };
  }

  /** A duration as users write it, in the largest unit that has no remainder. */
  private static String text(Duration duration) {
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

  private static <T extends Comparable<T>> T inBounds(T value, T least, T most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new InvalidValueException();
    }
    return value;
  }

  /** Any text; empty if it is empty, as templates write a parameter that is not set. */
  static ParameterType<Optional<String>> text(String allowed) {
    return new ParameterType<>(allowed, text -> Optional.of(text).filter(any -> !any.isEmpty()));
  }

  /** The entries of a comma list; none if the text is empty or {@code none}. */
  static List<String> entries(String text) {
    return text.isEmpty() || text.equals(NONE)
        ? List.of()
        : Arrays.stream(text.split(",", -1)).map(String::strip).toList();
  }
}
