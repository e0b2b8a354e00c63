// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.guides;

import java.util.List;
import java.util.Optional;

/**
 * A fenced block of a guide.
 *
 * @param document the guide
 * @param line the line of the fence, from 1
 * @param language the word after the fence
 * @param marks the comments directly before the fence
 * @param text the text between the fences, without their indentation
 */
record CodeBlock(Document document, int line, String language, List<String> marks, String text) {
  static final String NOT_RUN = "not run here";
  static final String FRAGMENT = "fragment";
  static final String FILE = "file";

  /** The value of the mark with that name; empty if the block has none. */
  Optional<String> mark(String name) {
    return marks.stream()
        .filter(mark -> mark.startsWith(name + ":"))
        .map(mark -> mark.substring(name.length() + 1).strip())
        .findFirst();
  }

  /** Whether the build runs it. */
  boolean isRun() {
    return language.equals("bash") && mark(NOT_RUN).isEmpty();
  }

  /** File and line, for messages. */
  String location() {
    return document.name() + ":" + line;
  }

  @Override
  public String toString() {
    return location();
  }
}
