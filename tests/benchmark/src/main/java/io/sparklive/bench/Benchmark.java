// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import io.sparklive.testkit.BuildDirectory;
import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.ProjectFiles;
import io.sparklive.testkit.SparkVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Runs every {@link Measurement}, or those in {@code -Dbench.only}, each subject {@code
 * -Dbench.rounds} times. Prints the results, and fails if a budget is exceeded.
 *
 * <p>Every round is written to {@code target/bench/rounds.json}. A run of all measurements is also
 * added to the runs in {@code docs/benchmarks}, and {@code docs/benchmarks.md} shows it.
 */
public final class Benchmark {
  private static final List<Measurement> ALL =
      List.of(
          new JarMeasurement(),
          new StartMeasurement(),
          new OwnPagesMeasurement(),
          new ProxyMeasurement(),
          new PageViewMeasurement(),
          new ListMeasurement(),
          new PodsMeasurement(),
          new ChurnMeasurement(),
          new IdleMeasurement(),
          new HangingMeasurement());

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd-HHmm").withZone(ZoneOffset.UTC);
  private static final Path ROUNDS = BuildDirectory.at("bench", "rounds.json");
  private static final Path DOCS = ProjectFiles.at("docs");
  private static final Path MICRO = BuildDirectory.at("jmh-result.json");

  private final Set<String> only;
  private final List<Row> rows = new ArrayList<>();
  private final List<String> failures = new ArrayList<>();
  private final List<String> took = new ArrayList<>();

  private Benchmark(Set<String> only) {
    this.only = only;
  }

  /**
   * Runs all measurements, even if one fails.
   *
   * @throws IllegalStateException if a measurement failed or a budget is exceeded
   */
  public static void main(String[] args) throws IOException {
    Benchmark benchmark = new Benchmark(chosen(System.getProperty("bench.only", "")));
    benchmark.measure(SparkVersion.newest(), rounds(System.getProperty("bench.rounds", "3")));
    benchmark.report(
        new BenchmarkRun(
            TIME.format(Instant.now()),
            Machine.description(SparkVersion.newest()),
            benchmark.rows));
    benchmark.failUnlessAllIsWell();
  }

  /** All measurements, in the order in which they are taken. */
  static List<String> names() {
    return ALL.stream().map(Measurement::name).toList();
  }

  /**
   * The measurements in a comma list; none if it is empty, which means all.
   *
   * @throws IllegalArgumentException if one of them does not exist
   */
  static Set<String> chosen(String names) {
    Set<String> chosen =
        Arrays.stream(names.split(",", -1))
            .map(String::strip)
            .filter(name -> !name.isEmpty())
            .collect(Collectors.toCollection(TreeSet::new));
    if (!names().containsAll(chosen)) {
      throw new IllegalArgumentException(
          "bench.only is a comma list of some of " + names() + ", not " + chosen);
    }
    return chosen;
  }

  private static int rounds(String number) {
    if (!number.matches("[1-9]\\d{0,3}")) {
      throw new IllegalArgumentException("bench.rounds is a number from 1 on, not " + number);
    }
    return Integer.parseInt(number);
  }

  private void measure(SparkVersion version, int rounds) {
    long start = System.nanoTime();
    for (Measurement measurement : ALL) {
      String name = measurement.name();
      if (only.isEmpty() || only.contains(name)) {
        say(name + " begins");
        long begin = System.nanoTime();
        measure(measurement, version, rounds);
        took.add("%s %d s".formatted(name, secondsSince(begin)));
        say(name + " took " + secondsSince(begin) + " s");
      }
    }
    took.add("all of it %d s".formatted(secondsSince(start)));
  }

  private void measure(Measurement measurement, SparkVersion version, int rounds) {
    String name = measurement.name();
    Path directory = EventLogs.newDirectory("bench-" + name).directory();
    try {
      rows.addAll(
          measurement.measure(
              new BenchmarkContext(version, rounds, directory, line -> say(name + ": " + line))));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while measuring " + name, e);
    } catch (Exception | AssertionError e) {
      // The other measurements continue: this one fails the run at its end.
      e.printStackTrace();
      failures.add(name + " could not be measured: " + e.getMessage());
    }
  }

  private static long secondsSince(long nanoTime) {
    return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - nanoTime);
  }

  private void report(BenchmarkRun run) throws IOException {
    Files.createDirectories(ROUNDS.getParent());
    Files.writeString(ROUNDS, run.write());
    show("Without a budget", Report.unjudged(rows));
    show("Judged by a budget", Report.judged(rows));
    say("\nTime: " + String.join(", ", took));
    if (only.isEmpty() && failures.isEmpty()) {
      BenchmarkRuns runs = new BenchmarkRuns(DOCS.resolve("benchmarks"));
      runs.add(run);
      new MarkedPart(DOCS.resolve("benchmarks.md"), "table").replace(page(run, runs.all()));
    }
  }

  private static String page(BenchmarkRun run, List<BenchmarkRun> runs) throws IOException {
    StringBuilder page = new StringBuilder();
    page.append(run.time()).append(" (UTC), ").append(run.machine()).append(".\n\n");
    page.append(Report.judged(run.rows()).markdown());
    page.append("\n### The last runs\n");
    page.append(Report.comparison(runs).markdown());
    page.append("\n### Everything that was measured\nBesides the rows above:\n\n");
    page.append(Report.unjudged(run.rows()).markdown());
    if (Files.exists(MICRO)) {
      page.append("\n### Single steps\nMeasured by JMH:\n\n");
      page.append(MicroBenchmarks.table(Files.readString(MICRO)).markdown());
    }
    return page.toString();
  }

  private void failUnlessAllIsWell() {
    failures.addAll(Report.notKept(rows));
    if (!failures.isEmpty()) {
      throw new IllegalStateException("\n" + String.join("\n", failures));
    }
  }

  private static void show(String title, Table table) {
    if (!table.lines().isEmpty()) {
      say("\n" + title + ":\n" + table.text());
    }
  }

  private static void say(String line) {
    System.out.println(line);
  }
}
