// SPDX-License-Identifier: Apache-2.0
package io.sparklive.listing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads the id of one entry from the stream: the second string, if the first one is the key {@code
 * id}. Spark writes the id first, and ids contain no character that JSON escapes.
 */
final class EntryId {
  private static final int KEY_AND_VALUE = 2;

  private final ByteArrayOutputStream text = new ByteArrayOutputStream();
  private boolean isId;
  private int strings;

  /** Begins a new entry. */
  void clear() {
    text.reset();
    isId = false;
    strings = 0;
  }

  /** Adds characters of a string at the top level of the entry. */
  void addCharacters(byte[] bytes, int offset, int length) {
    if (strings < KEY_AND_VALUE) {
      text.write(bytes, offset, length);
    }
  }

  /** Ends a string at the top level or below. */
  void endString() {
    strings++;
    if (strings == 1) {
      isId = text.toString(StandardCharsets.UTF_8).equals("id");
      text.reset();
    }
  }

  /** The id, once the entry has ended. */
  Optional<String> value() {
    return isId ? Optional.of(text.toString(StandardCharsets.UTF_8)) : Optional.empty();
  }
}
