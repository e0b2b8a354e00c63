// SPDX-License-Identifier: Apache-2.0
package io.sparklive.listing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * Inserts entries into a JSON array of objects while it streams. Between two calls, the splicer
 * holds nothing but the end of the array.
 *
 * <p>While entries are counted or their ids are needed, the splicer parses every byte, and writes
 * the text between the entries anew, as Jackson's pretty printer does ({@code [ a, b ]}).
 * Otherwise, entries pass unchanged.
 */
final class JsonArraySplicer {
  private static final byte[] FIRST = {' '};
  private static final byte[] NEXT = {',', ' '};

  /** A part of this size costs no more in a write of its own. */
  private static final int LARGE = 8 * 1024;

  // How deep in the JSON the next byte is.
  private static final int BEFORE_ARRAY = 0;
  private static final int IN_ARRAY = 1;
  private static final int IN_ENTRY = 2;

  private final OutputStream out;
  // The small parts that are not yet written: each write to a servlet response takes a lock.
  private final ByteArrayOutputStream parts = new ByteArrayOutputStream(LARGE);
  private final int limit;
  private final ArrayInsertions insertions;
  private final ArrayEnd end;
  private final EntryId entryId = new EntryId();
  private boolean isOther;
  private boolean isIdNeeded;
  private boolean isPassing;
  private boolean isDone;
  private int depth = BEFORE_ARRAY;
  private boolean isInString;
  private boolean isEscaped;
  private int written;

  /**
   * @param limit how many entries the whole array has at most, {@link ListQuery#UNLIMITED} if there
   *     is no limit
   */
  JsonArraySplicer(OutputStream out, int limit, ArrayInsertions insertions) {
    this.out = out;
    this.limit = limit;
    this.insertions = insertions;
    this.end = new ArrayEnd(out);
  }

  /** Writes the next bytes of the array. Text that is not an array passes unchanged. */
  void write(byte[] bytes, int offset, int length) throws IOException {
    int stop = offset + length;
    int i = offset;
    while (i < stop && !isOther && !isPassing && !isDone) {
      i = depth >= IN_ENTRY ? withinEntry(bytes, i, stop) : betweenEntries(bytes, i);
    }
    writeParts();
    if (i < stop && isPassing) {
      end.write(bytes, i, stop - i);
    } else if (i < stop) {
      out.write(bytes, i, stop - i);
    }
  }

  /** Completes the array; the caller calls this after the last byte. */
  void finish() throws IOException {
    if (isPassing && end.isBuffered()) {
      addAll(insertions.atEnd());
      writeParts();
    }
    isPassing = false;
    end.flush();
  }

  private int betweenEntries(byte[] bytes, int i) throws IOException {
    byte b = bytes[i];
    if (depth == BEFORE_ARRAY) {
      return beforeArray(bytes, i);
    }
    if (b == '{') {
      depth = IN_ENTRY;
      entryId.clear();
      isIdNeeded = insertions.beforeEntry();
      if (hasRoom()) {
        separate();
        put(b);
      }
      isPassing = !isIdNeeded && limit == ListQuery.UNLIMITED;
      written = isPassing ? written + 1 : written;
    } else if (b == ']') {
      addAll(insertions.atEnd());
      put((byte) ' ');
      put(b);
      isDone = true;
    }
    return i + 1;
  }

  private int beforeArray(byte[] bytes, int i) throws IOException {
    byte b = bytes[i];
    if (b == '[') {
      depth = IN_ARRAY;
      put(b);
      addAll(insertions.atStart());
      return i + 1;
    }
    if (!isSpace(b)) {
      isOther = true;
      return i;
    }
    put(b);
    return i + 1;
  }

  /** Passes on the bytes that belong to the entry, in one piece. */
  private int withinEntry(byte[] bytes, int from, int end) throws IOException {
    int i = from;
    while (i < end && depth >= IN_ENTRY) {
      i = isInString ? withinString(bytes, i, end) : outsideString(bytes, i, end);
    }
    if (hasRoom()) {
      put(bytes, from, i - from);
    }
    if (depth < IN_ENTRY) {
      written = hasRoom() ? written + 1 : written;
      if (isIdNeeded) {
        entryId.value().ifPresent(insertions::onEntry);
      }
    }
    return i;
  }

  /** Parses the bytes between strings, up to the end of the entry. */
  private int outsideString(byte[] bytes, int from, int end) {
    int i = from;
    while (i < end) {
      byte b = bytes[i++];
      if (b == '"') {
        isInString = true;
        return i;
      }
      if (b == '{' || b == '[') {
        depth++;
      } else if (b == '}' || b == ']') {
        depth--;
        if (depth < IN_ENTRY) {
          return i;
        }
      }
    }
    return i;
  }

  /** Parses the rest of a string, or the part of it that has arrived. */
  private int withinString(byte[] bytes, int from, int end) {
    if (isEscaped) {
      isEscaped = false;
      return from + 1;
    }
    int i = from;
    while (i < end && bytes[i] != '"' && bytes[i] != '\\') {
      i++;
    }
    if (depth == IN_ENTRY && isIdNeeded) {
      entryId.addCharacters(bytes, from, i - from);
    }
    if (i == end) {
      return i;
    }
    if (bytes[i] == '"') {
      isInString = false;
      entryId.endString();
    } else {
      isEscaped = true;
    }
    return i + 1;
  }

  private boolean hasRoom() {
    return written < limit;
  }

  private void addAll(List<byte[]> entries) throws IOException {
    for (byte[] entry : entries) {
      if (hasRoom()) {
        separate();
        put(entry, 0, entry.length);
        written++;
      }
    }
  }

  private void separate() throws IOException {
    byte[] separator = written == 0 ? FIRST : NEXT;
    put(separator, 0, separator.length);
  }

  private void put(byte b) {
    parts.write(b);
  }

  private void put(byte[] bytes, int offset, int length) throws IOException {
    if (parts.size() + length > LARGE) {
      writeParts();
    }
    if (length < LARGE) {
      parts.write(bytes, offset, length);
    } else {
      out.write(bytes, offset, length);
    }
  }

  private void writeParts() throws IOException {
    if (parts.size() > 0) {
      parts.writeTo(out);
      parts.reset();
    }
  }

  static boolean isSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }
}
