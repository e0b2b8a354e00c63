// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import java.util.List;
import java.util.Locale;

/** Statistics of several measurements of one quantity. */
final class Statistics {
  private Statistics() {}

  /** The median: the middle value, or the mean of the two middle ones. */
  static double median(List<Double> figures) {
    List<Double> sorted = figures.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /**
   * The smallest value that so many of a hundred values do not exceed.
   *
   * @param hundredths such as 99
   */
  static double percentile(List<Double> figures, int hundredths) {
    List<Double> sorted = figures.stream().sorted().toList();
    int rank = (int) Math.ceil(sorted.size() * hundredths / 100.0);
    return sorted.get(Math.max(rank, 1) - 1);
  }

  /** Three significant digits, without an exponent. */
  static String plain(double figure) {
    double size = Math.abs(figure);
    String format =
        size >= 100 || figure == Math.rint(figure) ? "%.0f" : size >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, figure);
  }
}
