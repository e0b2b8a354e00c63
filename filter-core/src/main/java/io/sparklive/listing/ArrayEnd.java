package io.sparklive.listing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Passes on the text of a JSON array, except its possible end: a last bracket, with the space
 * around it, is held back until more text or the end of the stream comes. Only the end of each
 * piece is parsed.
 */
final class ArrayEnd {
  private final OutputStream out;
  private final ByteArrayOutputStream held = new ByteArrayOutputStream();
  private boolean hasBracket;

  ArrayEnd(OutputStream out) {
    this.out = out;
  }

  void write(byte[] bytes, int offset, int length) throws IOException {
    int end = offset + length;
    int start = beforeSpace(bytes, offset, end);
    boolean bracket = start > offset && bytes[start - 1] == ']';
    if (bracket) {
      start = beforeSpace(bytes, offset, start - 1);
    }
    if (start > offset || (bracket && hasBracket)) {
      release();
      out.write(bytes, offset, start - offset);
    }
    held.write(bytes, start, end - start);
    hasBracket |= bracket;
  }

  /** Whether the text that is held back ends the array, if no more text comes. */
  boolean isThere() {
    return hasBracket;
  }

  /** Passes on the text that is held back. */
  void release() throws IOException {
    held.writeTo(out);
    held.reset();
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
