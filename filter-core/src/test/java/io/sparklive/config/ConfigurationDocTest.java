// SPDX-License-Identifier: Apache-2.0
package io.sparklive.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sparklive.LiveHistoryFilter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Writes {@code docs/configuration.md} from the table of parameters when {@code update.docs} is
 * true, and holds it to that table.
 */
class ConfigurationDocTest {
  private static final Path DOC = Path.of("..", "docs", "configuration.md");
  private static final String PATTERN = "spark.io.sparklive.LiveHistoryFilter.param.";

  @Test
  void documentsTableOfParameters() throws IOException {
    if (Boolean.getBoolean("update.docs")) {
      Files.writeString(DOC, document());
    }
    assertThat(Files.readString(DOC))
        .as("written anew by the command in its first lines")
        .isEqualTo(document());
  }

  @Test
  void documentsExactlyTheAcceptedNames() {
    for (Parameter<?> parameter : Parameters.all()) {
      assertThatThrownBy(() -> settings(Map.of(parameter.key() + "x", "")))
          .hasMessageContaining("is not a parameter")
          .hasMessageContaining(parameter.key());
    }
    assertThat(PATTERN).isEqualTo("spark." + LiveHistoryFilter.class.getName() + ".param.");
  }

  private static Settings settings(Map<String, String> values) {
    return Settings.of(values, false, (name, value) -> PATTERN + name + "=" + value);
  }

  private static String document() {
    String refusal =
        catchThrowableOfType(
                InvalidParameterException.class,
                () -> settings(Map.of("driversRefresh", "5 parsecs")))
            .getMessage();
    StringBuilder text =
        new StringBuilder(
            """
            # Configuration

            <!-- Written by ConfigurationDocTest from the table in Parameters.java:
                 mvn -pl tests/testkit,filter-core test -Dtest=ConfigurationDocTest
                   -Dsurefire.failIfNoSpecifiedTests=false -Dupdate.docs=true -->

            Only the filter itself is required. Write it, and any parameter, into the properties file of the
            History Server:

            ```properties
            spark.ui.filters                                           io.sparklive.LiveHistoryFilter
            %-58s 10.0.0.7:4040-4059
            ```

            The History Server reads the file of its option `--properties-file`, or else its own
            `conf/spark-defaults.conf`. You can also use `-D` options in `SPARK_HISTORY_OPTS`. Do not use a file that
            applications share: a driver whose class path lacks the filter does not start. If you use several filters,
            name this one as the last.

            Write a parameter `<name>` as `%s<name>`. If a name does not exist, or a
            value is not valid, the History Server does not start. One line in its log names the parameter and the
            allowed values:

            ```text
            %s
            ```

            Durations are a whole number and a unit: `ms`, `s`, `m` (or `min`), `h`, `d`.

            | name | default | allowed | meaning |
            | --- | --- | --- | --- |
            """
                .formatted(PATTERN + "drivers", PATTERN, refusal));
    for (Parameter<?> parameter : Parameters.all()) {
      text.append(
          "| `%s` | %s | %s | %s |\n"
              .formatted(
                  parameter.key(),
                  defaultOf(parameter),
                  cell(parameter.allowed()),
                  cell(parameter.meaning())));
    }
    return text.toString();
  }

  private static String defaultOf(Parameter<?> parameter) {
    String text = parameter.defaultText();
    return text.equals("none") || text.contains(" ") ? text : "`" + text + "`";
  }

  private static String cell(String markdown) {
    return markdown.replace("|", "\\|");
  }
}
