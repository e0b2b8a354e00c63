// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A table of text.
 *
 * @param head the heading of each column
 * @param lines the lines below, each with as many cells
 */
record Table(List<String> head, List<List<String>> lines) {

  /** In Markdown. */
  String markdown() {
    List<List<String>> all = new ArrayList<>();
    all.add(head);
    all.add(head.stream().map(column -> "---").toList());
    all.addAll(lines);
    return all.stream()
        .map(cells -> "| " + String.join(" | ", cells) + " |\n")
        .collect(Collectors.joining());
  }

  /** As plain text, with columns as wide as their content. */
  String text() {
    int[] widths =
        IntStream.range(0, head.size())
            .map(column -> all().mapToInt(cells -> cells.get(column).length()).max().orElse(0))
            .toArray();
    return all().map(cells -> line(cells, widths)).collect(Collectors.joining());
  }

  private Stream<List<String>> all() {
    return Stream.concat(Stream.of(head), lines.stream());
  }

  private static String line(List<String> cells, int[] widths) {
    return IntStream.range(0, widths.length)
            .mapToObj(
                column ->
                    cells.get(column) + " ".repeat(widths[column] - cells.get(column).length()))
            .collect(Collectors.joining("  "))
            .stripTrailing()
        + "\n";
  }
}
