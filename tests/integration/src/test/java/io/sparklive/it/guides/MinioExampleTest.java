// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.guides;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1EnvVar;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1StatefulSet;
import java.io.IOException;
import java.io.StringReader;
import java.util.Properties;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The example of {@code docs/guides/kustomize-minio.md}, rendered. */
class MinioExampleTest {
  private RenderedObjects rendered;

  @BeforeAll
  static void needsKubectl() {
    Kubectl.isNeeded();
  }

  @BeforeEach
  void render() {
    rendered =
        RenderedObjects.of(Kubectl.kustomize(Kustomizations.DIRECTORY.resolve("examples/minio")));
  }

  @Test
  void rendersSafeAndCompleteHistoryServer() {
    InstallationCheck.check(rendered.without("minio", "notebook", "spark"));
    assertThat(rendered.pod().getVolumes())
        .noneMatch(volume -> volume.getName().equals("event-logs"));
    assertThat(rendered.container("history-server").getEnv())
        .extracting(V1EnvVar::getName)
        .contains("SPARK_DAEMON_CLASSPATH");
  }

  @Test
  void confinesOtherPods() {
    assertThat(rendered.all(V1StatefulSet.class))
        .hasSize(2)
        .allSatisfy(set -> PodSecurityCheck.confined(set.getSpec().getTemplate().getSpec()));
  }

  @Test
  void writesEventLogsToHistoryServerDirectory() throws IOException {
    Properties notebook = notebook();

    assertThat(ConfiguredParameters.historyServer(rendered).get("spark.history.fs.logDirectory"))
        .isEqualTo(notebook.getProperty("spark.eventLog.dir"));
    assertThat(ConfiguredParameters.historyServer(rendered).get("spark.hadoop.fs.s3a.endpoint"))
        .isEqualTo(notebook.getProperty("spark.hadoop.fs.s3a.endpoint"));
  }

  @Test
  void exposesDriverByHeadlessService() throws IOException {
    V1Service service =
        rendered.all(V1Service.class).stream()
            .filter(each -> each.getMetadata().getName().equals("notebook"))
            .findAny()
            .orElseThrow();

    assertThat(service.getSpec().getClusterIP()).isEqualTo("None");
    assertThat(notebook().getProperty("spark.driver.host"))
        .isEqualTo(service.getMetadata().getName() + ".spark-jobs.svc");
    assertThat(ConfiguredParameters.of(rendered)).containsEntry("jobNamespaces", "spark-jobs");
  }

  @Test
  void configuresNoFilterInNotebook() throws IOException {
    assertThat(notebook().stringPropertyNames())
        .contains("spark.dynamicAllocation.enabled")
        .noneMatch(name -> name.startsWith("spark.io.sparklive"))
        .doesNotContain("spark.ui.filters", "spark.ui.port");
  }

  private Properties notebook() throws IOException {
    Properties properties = new Properties();
    for (V1ConfigMap map : rendered.all(V1ConfigMap.class)) {
      properties.load(new StringReader(map.getData().getOrDefault("spark-defaults.conf", "")));
    }
    return properties;
  }
}
