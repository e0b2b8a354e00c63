// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.guides;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.V1Container;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The values of the chart in {@code docs/guides/existing-chart.md}. */
class ChartGuideTest {
  private static final String GUIDE =
      Project.text(Project.ROOT.resolve("docs/guides/existing-chart.md"));
  private static final Pattern VALUES =
      Pattern.compile(
          "<!-- fragment: values of spark-live-history -->\n```yaml\n(.*?)```", Pattern.DOTALL);

  static final List<String> SHOWN =
      VALUES.matcher(GUIDE).results().map((MatchResult block) -> block.group(1)).toList();

  @Test
  void showsValuesOfEachMode() {
    assertThat(SHOWN)
        .extracting(values -> values.lines().findFirst().orElseThrow())
        .containsExactly("mode: plugin", "mode: war", "mode: sidecar");
  }

  @ParameterizedTest
  @FieldSource("SHOWN")
  void rendersSafeAndCompleteInstallation(String values) {
    InstallationCheck.check(Chart.rendered(values));
  }

  @Test
  void usesTcpProbesBehindJwsFilter() {
    Document kubernetes = Document.read(Project.ROOT.resolve("docs/kubernetes.md"));
    CodeBlock values = kubernetes.fragment("values of the chart behind JWSFilter");

    for (String mode : List.of("plugin", "sidecar")) {
      V1Container container =
          Chart.rendered("mode: " + mode + "\n" + values.text()).container("history-server");

      assertThat(
              List.of(
                  container.getStartupProbe(),
                  container.getReadinessProbe(),
                  container.getLivenessProbe()))
          .allSatisfy(
              probe -> {
                assertThat(probe.getHttpGet()).as("one handler only").isNull();
                assertThat(probe.getTcpSocket().getPort().getStrValue()).isEqualTo("history");
              });
      assertThat(container.getStartupProbe().getFailureThreshold()).isEqualTo(60);
    }
  }

  @Test
  void showsSameInitContainerAsOwnChart() {
    assertThat(GUIDE)
        .contains("command: [\"cp\", \"-r\", \"/jars/spark4/.\", \"/plugin/\"]")
        .contains("- name: SPARK_DAEMON_CLASSPATH\n    value: /plugin/*");
    assertThat(Chart.rendered("{}").pod().getInitContainers().get(0).getCommand())
        .containsExactly("cp", "-r", "/jars/spark4/.", "/plugin/");
  }
}
