// SPDX-License-Identifier: Apache-2.0
package io.sparklive.listing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Passes on the text of a JSON array, except its possible end: it buffers a last bracket, with the
 * space around it, until more text or the end of the stream follows. It parses only the end of each
 * piece.
 */
final class ArrayEnd {
  private final OutputStream out;
  private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();
  private boolean hasBracket;

  ArrayEnd(OutputStream out) {
    this.out = out;
  }

  void write(byte[] bytes, int offset, int length) throws IOException {
    int end = offset + length;
    int start = beforeSpace(bytes, offset, end);
    boolean endsInBracket = start > offset && bytes[start - 1] == ']';
    if (endsInBracket) {
      start = beforeSpace(bytes, offset, start - 1);
    }
    if (start > offset || (endsInBracket && hasBracket)) {
      flush();
      out.write(bytes, offset, start - offset);
    }
    buffer.write(bytes, start, end - start);
    hasBracket |= endsInBracket;
  }

  /** Whether the buffered text ends the array, if no more text follows. */
  boolean isBuffered() {
    return hasBracket;
  }

  /** Passes on the buffered text. */
  void flush() throws IOException {
    buffer.writeTo(out);
    buffer.reset();
    hasBracket = false;
  }

  private static int beforeSpace(byte[] bytes, int offset, int end) {
    int i = end;
    while (i > offset && JsonArraySplicer.isSpace(bytes[i - 1])) {
      i--;
    }
    return i;
  }
}
