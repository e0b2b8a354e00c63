// SPDX-License-Identifier: Apache-2.0
package io.sparklive.config;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/**
 * A parameter of the filter, with its type, default and documentation. {@link Parameters} is the
 * table of them.
 *
 * <p>A parameter is equal to itself only, so that it is a cheap key: the first hash of a record
 * takes longer than all other work here, for which the History Server waits.
 *
 * @param <T> the type of its values
 */
public final class Parameter<T> {
  private final String key;
  private final String defaultText;
  private final String unset;
  private final ParameterType<T> type;
  private final String meaning;

  /**
   * @param key the name that users write
   * @param defaultText the default for the documentation: a value, or words
   * @param unset the text that is parsed if the parameter is not set
   * @param meaning what the parameter does, in Markdown
   */
  Parameter(String key, String defaultText, String unset, ParameterType<T> type, String meaning) {
    this.key = key;
    this.defaultText = defaultText;
    this.unset = unset;
    this.type = type;
    this.meaning = meaning;
  }

  /** The name that users write. */
  String key() {
    return key;
  }

  /** The default for the documentation: a value, or words. */
  String defaultText() {
    return defaultText;
  }

  /** The text that is parsed if the parameter is not set. */
  String unset() {
    return unset;
  }

  /** The allowed values, in Markdown. */
  String allowed() {
    return type.allowed();
  }

  /** The allowed values, for a message. */
  String allowedInWords() {
    return allowed().replace("`", "");
  }

  /** What the parameter does, in Markdown. */
  String meaning() {
    return meaning;
  }

  /**
   * Parses a text.
   *
   * @throws InvalidValueException if the text is not allowed
   */
  T parse(String text) {
    return type.parse(text);
  }

  /** The value of this parameter among parsed values, each of which has the type of its key. */
  @SuppressWarnings("unchecked")
  T valueIn(Map<Parameter<?>, Object> values) {
    return (T) requireNonNull(values.get(this), key);
  }
}
