// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.application.DriverEnd;
import io.sparklive.harness.Container;
import io.sparklive.harness.EmbeddedHistoryServer;
import io.sparklive.harness.HistoryServerPlan;
import io.sparklive.harness.OneLiveApplication;
import io.sparklive.harness.Scrape;
import io.sparklive.testkit.driver.FakeDriver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares {@code docs/metrics.md} with the metrics of a real History Server. */
class MetricsDocTest {
  private static final Path DOC = Path.of("..", "docs", "metrics.md");
  private static final Pattern ROW =
      Pattern.compile("\\| `(spark_live_history_\\w+)` \\| (\\w+) \\|([^|]*)\\| .+ \\|");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern SERIES = Pattern.compile("(\\w+?)(?:\\{(.*)\\})?");
  private static final Pattern SELECTOR =
      Pattern.compile("(spark_live_history_\\w+)(?:\\{([^}\n]*)\\})?");
  private static final Pattern MATCHER = Pattern.compile("(\\w+)(?:=|!=|=~|!~)\"([^\"]*)\"");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  /** One row of the table. */
  private record Described(String type, Set<String> labels) {}

  @Test
  void listsEveryMetricWithTypeAndLabels() throws Exception {
    assertThat(documented()).isEqualTo(reported());
  }

  @Test
  void listsEveryReportedOutcome() throws Exception {
    String doc = Files.readString(DOC);
    String table = doc.substring(doc.indexOf("## Outcomes"), doc.indexOf("## Alerts"));
    Set<String> named =
        table
            .lines()
            .filter(line -> line.startsWith("| `"))
            .flatMap(line -> CODE.matcher(line.split("\\|")[1]).results())
            .map(match -> match.group(1))
            .filter(word -> !word.equals("outcome"))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(named).isEqualTo(valuesOf("spark_live_history_proxied_requests_total", "outcome"));
  }

  @Test
  void listsReportedValuesOfOtherLabels() throws Exception {
    for (Map.Entry<String, String> label :
        Map.of(
                "spark_live_history_applications", "state",
                "spark_live_history_executor_cores", "use",
                "spark_live_history_recently_ended_applications", "result",
                "spark_live_history_driver_connections", "state",
                "spark_live_history_list_merges_total", "outcome",
                "spark_live_history_handoffs_total", "outcome")
            .entrySet()) {
      String row =
          Files.readString(DOC)
              .lines()
              .filter(l -> l.startsWith("| `" + label.getKey()))
              .findFirst()
              .orElseThrow();
      assertThat(CODE.matcher(row).results().map(match -> match.group(1)))
          .containsAll(valuesOf(label.getKey(), label.getValue()));
    }
  }

  /** Each selector names a metric with labels and values that exist. */
  @ParameterizedTest
  @ValueSource(
      strings = {"metrics.md", "monitoring/alerts.yaml", "monitoring/grafana-dashboard.json"})
  void queriesUseReportedMetrics(String file) throws Exception {
    String text = Files.readString(DOC.resolveSibling(file)).replace("\\\"", "\"");
    Map<String, Described> reported = reported();
    List<MatchResult> selectors = SELECTOR.matcher(text).results().toList();
    assertThat(selectors).isNotEmpty();
    for (MatchResult selector : selectors) {
      String name = selector.group(1);
      String metric =
          reported.containsKey(name) ? name : name.replaceFirst("_(bucket|count|sum)$", "");
      String matchers = Optional.ofNullable(selector.group(2)).orElse("");
      assertThat(reported).as(name).containsKey(metric);
      for (MatchResult matcher : MATCHER.matcher(matchers).results().toList()) {
        assertThat(reported.get(metric).labels()).as(selector.group()).contains(matcher.group(1));
        String values = matcher.group(2);
        if (!values.contains("$") && !metric.startsWith("spark_live_history_source")) {
          String label = matcher.group(1);
          Set<String> known = valuesOf(metric, label);
          assertThat(List.of(values.split("[|]", -1)))
              .as(selector.group())
              .allMatch(value -> known.contains(value) || isEnd(metric, label, value));
        }
      }
    }
  }

  private static Map<String, Described> documented() throws IOException {
    Map<String, Described> rows = new TreeMap<>();
    for (String line : Files.readAllLines(DOC)) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        Set<String> labels =
            CODE.matcher(row.group(3))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        rows.put(row.group(1), new Described(row.group(2), labels));
      }
    }
    return rows;
  }

  private static Map<String, Described> reported() throws Exception {
    Scrape scrape = scrape();
    Map<String, Described> described = new TreeMap<>();
    scrape
        .types()
        .forEach((name, type) -> described.put(name, new Described(type, new TreeSet<>())));
    for (String series : scrape.values().keySet()) {
      Matcher parts = parts(series);
      String name = parts.group(1);
      Described metric =
          described.containsKey(name)
              ? described.get(name)
              : described.get(name.replaceFirst("_(bucket|count|sum)$", ""));
      if (parts.group(2) != null) {
        LABEL.matcher(parts.group(2)).results().forEach(l -> metric.labels().add(l.group(1)));
        metric.labels().remove("le");
      }
    }
    return described;
  }

  private static Set<String> valuesOf(String metric, String label) throws Exception {
    Set<String> values = new TreeSet<>();
    for (String series : scrape().values().keySet()) {
      Matcher parts = parts(series);
      if (parts.group(1).equals(metric)) {
        LABEL
            .matcher(parts.group(2))
            .results()
            .filter(match -> match.group(1).equals(label))
            .forEach(match -> values.add(match.group(2)));
      }
    }
    return values;
  }

  /** Whether it is a word for the end of a driver: no series has it before a driver ended so. */
  private static boolean isEnd(String metric, String label, String value) {
    return metric.equals("spark_live_history_recently_ended_applications")
        && label.equals("reason")
        && new DriverEnd(true, OptionalInt.empty(), value, "").label().equals(value);
  }

  private static Matcher parts(String series) {
    Matcher parts = SERIES.matcher(series);
    assertThat(parts.matches()).as(series).isTrue();
    return parts;
  }

  private static Scrape scrape() throws Exception {
    try (FakeDriver driver = new FakeDriver("app-1");
        EmbeddedHistoryServer server =
            Container.EE10.start(new HistoryServerPlan().drivers(driver.address()))) {
      OneLiveApplication.awaitLive(server, 1);
      return Scrape.of(server);
    }
  }
}
