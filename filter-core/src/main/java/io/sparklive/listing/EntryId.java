package io.sparklive.listing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Reads the id of an entry from the stream: the second string, if the first one is the key {@code
 * id}. Spark writes the id first, and ids contain no character that JSON escapes.
 */
final class EntryId {
  private static final int KEY_AND_VALUE = 2;

  private final ByteArrayOutputStream text = new ByteArrayOutputStream();
  private boolean isId;
  private int strings;

  /** A new entry begins. */
  void clear() {
    text.reset();
    isId = false;
    strings = 0;
  }

  /** Characters of a string at the top of the entry. */
  void characters(byte[] bytes, int offset, int length) {
    if (strings < KEY_AND_VALUE) {
      text.write(bytes, offset, length);
    }
  }

  /** A string of the entry ends. */
  void endOfString() {
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
