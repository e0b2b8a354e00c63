// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One row of the table: a figure of several subjects, taken in rounds, of which one is judged, by
 * itself or as a ratio to another in the same round.
 *
 * <p>Not thread-safe.
 */
final class Row {
  private final String id;
  private final String what;
  private final String unit;
  private final String judged;
  private final Optional<String> reference;
  private final Optional<Budget> budget;
  private final List<Map<String, Double>> rounds = new ArrayList<>();

  private Row(
      String id,
      String what,
      String unit,
      String judged,
      Optional<String> reference,
      Optional<Budget> budget) {
    this.id = id;
    this.what = what;
    this.unit = unit;
    this.judged = judged;
    this.reference = reference;
    this.budget = budget;
  }

  /**
   * A figure that is judged in relation to that of another subject.
   *
   * @param id identifies it in all rows and runs, such as {@code proxy.page.32.throughput}
   * @param what the measured quantity, in words for a reader of the table
   * @param unit of the figures, such as {@code requests/s}
   * @param judged the subject it is about, such as {@code filter}
   * @param reference the subject it is compared with, such as {@code nginx}
   */
  static Row ratio(String id, String what, String unit, String judged, String reference) {
    return new Row(id, what, unit, judged, Optional.of(reference), Optional.empty());
  }

  /** A figure that is judged by itself. */
  static Row figure(String id, String what, String unit, String judged) {
    return new Row(id, what, unit, judged, Optional.empty(), Optional.empty());
  }

  /** The same with a budget for the median of the judged values. */
  Row within(Budget limit) {
    return new Row(id, what, unit, judged, reference, Optional.of(limit));
  }

  /**
   * Adds a round: a figure for each subject, among them the judged one and the reference.
   *
   * @throws IllegalArgumentException if one of those two is missing, or a figure is not a number
   */
  void add(Map<String, Double> round) {
    boolean whole =
        round.containsKey(judged)
            && reference.map(round::containsKey).orElse(true)
            && round.values().stream().allMatch(Double::isFinite);
    if (!whole) {
      throw new IllegalArgumentException(id + " was not measured: " + round);
    }
    rounds.add(new LinkedHashMap<>(round));
  }

  String id() {
    return id;
  }

  String what() {
    return what;
  }

  String unit() {
    return unit;
  }

  String judged() {
    return judged;
  }

  Optional<String> reference() {
    return reference;
  }

  Optional<Budget> budget() {
    return budget;
  }

  /** All subjects with a figure, in the order of the first round. */
  List<String> subjects() {
    return rounds.stream().limit(1).flatMap(round -> round.keySet().stream()).toList();
  }

  /** The figures, each round by subject. */
  List<Map<String, Double>> rounds() {
    return List.copyOf(rounds);
  }

  /** The judged value of each round: the ratio, or the figure itself. */
  List<Double> judgements() {
    return rounds.stream()
        .map(round -> round.get(judged) / reference.map(round::get).orElse(1.0))
        .toList();
  }

  /** The median over all rounds of one subject's figure. */
  double median(String subject) {
    return Statistics.median(rounds.stream().map(round -> round.get(subject)).toList());
  }

  /** Whether the median of the judged values keeps to the budget; true without a budget. */
  boolean isKept() {
    return budget.map(limit -> limit.isKeptBy(Statistics.median(judgements()))).orElse(true);
  }
}
