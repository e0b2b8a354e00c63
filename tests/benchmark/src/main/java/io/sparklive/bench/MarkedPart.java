// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The generated part of a page, between two comments.
 *
 * @param page a Markdown file
 * @param name its name in the comments: {@code <!-- name: begin -->}
 */
record MarkedPart(Path page, String name) {

  /**
   * Replaces the content of the part.
   *
   * @throws IllegalStateException if the page does not have both comments
   */
  void replace(String text) throws IOException {
    String before = Files.readString(page);
    String begin = mark("begin");
    String end = mark("end");
    int from = before.indexOf(begin) + begin.length();
    int to = before.indexOf(end);
    if (!before.contains(begin) || to < from) {
      throw new IllegalStateException(page + " needs " + begin + " and, after it, " + end);
    }
    Files.writeString(
        page, before.substring(0, from) + "\n" + text.strip() + "\n" + before.substring(to));
  }

  private String mark(String which) {
    return "<!-- " + name + ": " + which + " -->";
  }
}
