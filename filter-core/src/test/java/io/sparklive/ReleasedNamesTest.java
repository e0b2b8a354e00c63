// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.SampleApplications;
import io.sparklive.application.SourceStatus;
import io.sparklive.config.Parameters;
import io.sparklive.harness.StandInCatalog;
import io.sparklive.overview.HealthEndpoint;
import io.sparklive.pages.Pages;
import io.sparklive.pages.RecordedResponse;
import io.sparklive.pages.SparkTheme;
import io.sparklive.routing.DriverBases;
import io.sparklive.spi.SecurityHeaders;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Checks that every released parameter, metric, label and name in the JSON still exists: other
 * programs and configuration files use them. {@code docs/versioning.md} states the rule.
 *
 * <p>The list of released names is a file. If {@code update.released-names} is true, the test
 * writes it anew from the names that exist. The test takes the names from these places:
 *
 * <ul>
 *   <li>parameters: the table of all parameters;
 *   <li>metrics and labels: {@code docs/metrics.md}, which MetricsDocTest compares with a scrape;
 *   <li>the overview: {@code docs/overview.md}, which OverviewJsonTest compares with the JSON;
 *   <li>health: a response of the endpoint.
 * </ul>
 */
class ReleasedNamesTest {
  private static final Path DOCS = Path.of("..", "docs");
  private static final Path LIST =
      Path.of("src", "test", "resources", "io", "sparklive", "released-names.txt");
  private static final String HEADER =
      """
      # The names that only a major version may remove or rename: see docs/versioning.md.
      # Nothing is released yet. Until 0.1.0 is, any change may write this list anew:
      #   mvn test -pl tests/testkit,filter-core -Dtest=ReleasedNamesTest
      #     -Dsurefire.failIfNoSpecifiedTests=false -Dupdate.released-names=true
      # From 0.1.0 on, do so at each release; the list may then only grow.
      """;

  private static final Pattern METRIC =
      Pattern.compile("\\| `(\\w+)` \\| (gauge|counter|histogram|info) \\|([^|]*)\\|.*");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  @Test
  void everyReleasedNameStillExists() throws IOException {
    Set<String> existing = existing();
    if (Boolean.getBoolean("update.released-names")) {
      Files.writeString(LIST, HEADER + String.join("\n", existing) + "\n");
    }
    assertThat(existing)
        .as("docs/versioning.md; before 0.1.0, the first lines of %s name the command", LIST)
        .containsAll(released());
  }

  @Test
  void findsNamesOfEveryKind() throws IOException {
    assertThat(existing().stream().map(name -> name.split(" ", -1)[0]))
        .contains("parameter", "metric", "label", "overview", "health");
  }

  private static List<String> released() throws IOException {
    return Files.readAllLines(LIST).stream().filter(line -> !line.startsWith("#")).toList();
  }

  /** One line for each name: its kind and the name. */
  private static Set<String> existing() throws IOException {
    Set<String> names = new TreeSet<>();
    Parameters.names().forEach(name -> names.add("parameter " + name));
    addMetrics(names);
    documentedOverview().forEach(name -> names.add("overview " + name));
    names(JsonParser.parseString(health())).forEach(name -> names.add("health " + name));
    return names;
  }

  private static void addMetrics(Set<String> names) throws IOException {
    Files.readString(DOCS.resolve("metrics.md"))
        .lines()
        .map(METRIC::matcher)
        .filter(row -> row.matches())
        .forEach(
            row -> {
              names.add("metric %s %s".formatted(row.group(1), row.group(2)));
              spans(row.group(3))
                  .forEach(label -> names.add("label %s %s".formatted(row.group(1), label)));
            });
  }

  /** The names in the example and those in the first column of the table. */
  private static Set<String> documentedOverview() throws IOException {
    String guide = Files.readString(DOCS.resolve("overview.md"));
    String json = guide.substring(guide.indexOf("## JSON"));
    String example = json.substring(json.indexOf("```text\n") + 8);
    Set<String> names =
        names(JsonParser.parseString(example.substring(0, example.indexOf("```")))).stream()
            .map(name -> name.replaceFirst("^applications\\.", ""))
            .collect(Collectors.toCollection(TreeSet::new));
    json.lines()
        .filter(line -> line.startsWith("| `"))
        .forEach(row -> names.addAll(spans(row.split("\\|", -1)[1])));
    return names;
  }

  private static List<String> spans(String markdown) {
    return CODE.matcher(markdown).results().map(span -> span.group(1)).toList();
  }

  /** A response with a source that is down, and with two drivers that have the same id. */
  private static String health() throws IOException {
    ApplicationRegistry registry = new ApplicationRegistry();
    ApplicationId id = new ApplicationId("app-1");
    registry.apply(SampleApplications.found("first", "app-1"));
    registry.apply(SampleApplications.found("second", "app-1"));
    SourceStatus down =
        new SourceStatus(
            "driver pods",
            "namespace etl",
            SourceStatus.State.DOWN,
            SampleApplications.STARTED,
            Optional.of(SampleApplications.STARTED),
            1,
            Optional.of("connection refused"));
    HttpServletRequest request = mock(HttpServletRequest.class);
    when(request.getScheme()).thenReturn("http");
    RecordedResponse response = new RecordedResponse();
    new HealthEndpoint(
            registry,
            () -> List.of(new DriverBases.Conflict("/etl/a", Optional.of(id), List.of(id))),
            new StandInCatalog(),
            () -> List.of(down),
            new Pages(() -> new SparkTheme("4.2.0"), SecurityHeaders.USUAL))
        .serve(request, response);
    return response.text();
  }

  /** All names in a JSON text, with those of the objects around them; an array adds no name. */
  private static Set<String> names(JsonElement json) {
    Set<String> names = new TreeSet<>();
    collect("", json, names);
    return names;
  }

  private static void collect(String prefix, JsonElement json, Set<String> names) {
    if (json.isJsonArray()) {
      json.getAsJsonArray().forEach(element -> collect(prefix, element, names));
    } else if (json.isJsonObject()) {
      json.getAsJsonObject()
          .entrySet()
          .forEach(
              entry -> {
                names.add(prefix + entry.getKey());
                collect(prefix + entry.getKey() + ".", entry.getValue(), names);
              });
    }
  }
}
