package io.sparklive.listing;

import java.io.IOException;
import java.io.OutputStream;
import java.util.HashSet;
import java.util.Set;

/**
 * Puts entries into a JSON array of objects as it streams by. Nothing is held back but its end.
 *
 * <p>Where entries have to be counted, or ids to be looked for, be it for now, every byte is looked
 * at, and what stands between the entries is written anew, as Jackson's pretty printer does ({@code
 * [ a, b ]}). Otherwise they pass as they are.
 */
final class JsonArraySplicer {
  private static final byte[] FIRST = {' '};
  private static final byte[] NEXT = {',', ' '};

  // How deep in the JSON the next byte is.
  private static final int BEFORE_ARRAY = 0;
  private static final int IN_ARRAY = 1;
  private static final int IN_ENTRY = 2;

  private final OutputStream out;
  private final MergePlan additions;
  private final ArrayEnd end;
  private final EntryId entryId = new EntryId();
  private final Set<String> seen = new HashSet<>();
  private Set<String> doubtful = Set.of();
  private boolean foreign;
  private boolean settled;
  private boolean passing;
  private boolean done;
  private int depth = BEFORE_ARRAY;
  private boolean inString;
  private boolean escaped;
  private int written;
  private int listed;

  JsonArraySplicer(OutputStream out, MergePlan additions) {
    this.out = out;
    this.end = new ArrayEnd(out);
    this.additions = additions;
  }

  /** Takes in the next bytes of the array. What is not one passes as it came. */
  void write(byte[] bytes, int offset, int length) throws IOException {
    int limit = offset + length;
    int i = offset;
    while (i < limit && !foreign && !passing && !done) {
      i = depth >= IN_ENTRY ? withinEntry(bytes, i, limit) : betweenEntries(bytes, i);
    }
    if (i < limit && passing) {
      end.write(bytes, i, limit - i);
    } else if (i < limit) {
      out.write(bytes, i, limit - i);
    }
  }

  /** To be called when nothing more comes. */
  void finish() throws IOException {
    if (passing && end.isThere()) {
      for (byte[] entry : additions.after(seen)) {
        add(entry);
      }
    }
    passing = false;
    end.release();
  }

  private int betweenEntries(byte[] bytes, int i) throws IOException {
    byte b = bytes[i];
    if (depth == BEFORE_ARRAY) {
      return beforeArray(bytes, i);
    }
    if (b == '{') {
      depth = IN_ENTRY;
      entryId.clear();
      settle();
      if (hasRoom()) {
        separate();
        out.write(b);
      }
      passing = settled && doubtful.isEmpty() && additions.limit() == ListQuery.UNLIMITED;
      written = passing ? written + 1 : written;
    } else if (b == ']') {
      for (byte[] entry : additions.after(seen)) {
        add(entry);
      }
      out.write(' ');
      out.write(b);
      done = true;
    }
    return i + 1;
  }

  /** What is looked for may be less from now on. */
  private void settle() {
    if (!settled && additions.settle(listed++)) {
      settled = true;
      doubtful = additions.doubtfulIds();
    }
  }

  private int beforeArray(byte[] bytes, int i) throws IOException {
    byte b = bytes[i];
    if (b == '[') {
      depth = IN_ARRAY;
      out.write(b);
      additions.begin();
      doubtful = additions.doubtfulIds();
      for (byte[] entry : additions.before()) {
        add(entry);
      }
      return i + 1;
    }
    if (!isSpace(b)) {
      foreign = true;
      return i;
    }
    out.write(b);
    return i + 1;
  }

  /** Passes on what belongs to the entry, in one piece. */
  private int withinEntry(byte[] bytes, int from, int end) throws IOException {
    int i = from;
    while (i < end && depth >= IN_ENTRY) {
      i = inString ? withinString(bytes, i, end) : outsideString(bytes, i, end);
    }
    if (hasRoom()) {
      out.write(bytes, from, i - from);
    }
    if (depth < IN_ENTRY) {
      written = hasRoom() ? written + 1 : written;
      entryId.value().filter(doubtful::contains).ifPresent(seen::add);
    }
    return i;
  }

  /** Looks at what stands between strings, up to the end of the entry. */
  private int outsideString(byte[] bytes, int from, int end) {
    int i = from;
    while (i < end) {
      byte b = bytes[i++];
      if (b == '"') {
        inString = true;
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

  /** Looks at the rest of a string, or at what there is of it. */
  private int withinString(byte[] bytes, int from, int end) {
    if (escaped) {
      escaped = false;
      return from + 1;
    }
    int i = from;
    while (i < end && bytes[i] != '"' && bytes[i] != '\\') {
      i++;
    }
    if (depth == IN_ENTRY && !doubtful.isEmpty()) {
      entryId.characters(bytes, from, i - from);
    }
    if (i == end) {
      return i;
    }
    if (bytes[i] == '"') {
      inString = false;
      entryId.endOfString();
    } else {
      escaped = true;
    }
    return i + 1;
  }

  private boolean hasRoom() {
    return written < additions.limit();
  }

  private void add(byte[] entry) throws IOException {
    if (hasRoom()) {
      separate();
      out.write(entry);
      written++;
    }
  }

  private void separate() throws IOException {
    out.write(written == 0 ? FIRST : NEXT);
  }

  static boolean isSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }
}
