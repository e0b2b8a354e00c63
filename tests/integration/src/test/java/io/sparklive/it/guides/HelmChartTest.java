// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.guides;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import com.marcnuri.helm.LintResult;
import io.kubernetes.client.openapi.models.V1ClusterRole;
import io.kubernetes.client.openapi.models.V1ClusterRoleBinding;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1DeploymentStrategy;
import io.kubernetes.client.openapi.models.V1Ingress;
import io.kubernetes.client.openapi.models.V1IngressRule;
import io.kubernetes.client.openapi.models.V1IngressSpec;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1Role;
import io.kubernetes.client.openapi.models.V1RoleBinding;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Helm chart, in each of its modes. */
class HelmChartTest {
  private static final String URL = "historyUrl: http://spark-history-server.spark.svc:18080\n";

  @Test
  void passesHelmLint() {
    LintResult lint = Chart.helm().lint().strict().call();

    assertThat(lint.isFailed()).as("%s", lint.getMessages()).isFalse();
  }

  @Test
  void hasVersionOfProject() {
    String chart = Project.text(Chart.DIRECTORY.resolve("Chart.yaml"));

    assertThat(chart)
        .contains("\nversion: " + Project.version() + "\n")
        .contains("\nappVersion: " + Project.version() + "\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"plugin", "war", "sidecar"})
  void rendersSafeAndCompleteDefaultsOfEachMode(String mode) {
    RenderedObjects rendered =
        Chart.rendered(mode.equals("war") ? "mode: war\n" + URL : "mode: " + mode);

    InstallationCheck.check(rendered);
    assertThat(RbacCheck.namespaces(rendered)).containsExactly("spark-jobs");
    assertThat(rendered.all(V1Ingress.class)).isEmpty();
    assertThat(rendered.only(V1Service.class).getSpec().getType()).isEqualTo("ClusterIP");
  }

  @ParameterizedTest
  @ValueSource(strings = {"plugin", "war", "sidecar"})
  void rendersEveryValue(String mode, @TempDir Path directory) {
    String values = "mode: " + mode + "\n" + AllChartValues.of(mode);
    RenderedObjects rendered = RenderedObjects.of(Chart.yamlWithTest(values, directory));

    InstallationCheck.check(rendered);
    assertThat(RbacCheck.namespaces(rendered)).containsExactly("etl", "notebooks");
    AllChartValues.check(rendered, mode);
    boolean scaled = mode.equals("war");
    assertThat(rendered.all(V2HorizontalPodAutoscaler.class)).hasSize(scaled ? 1 : 0);
    if (scaled) {
      assertThat(targets(rendered)).containsExactly(entry("cpu", 75), entry("memory", 90));
    }
    assertThat(rendered.all(V1PodDisruptionBudget.class)).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"plugin, true", "war, true", "sidecar, true", "plugin, false"})
  void grantsClusterWideRightsForAllNamespaces(String mode, boolean clientMode) {
    RenderedObjects all =
        Chart.rendered(
            "mode: " + mode + "\n" + URL + "jobNamespaces: ['*']\nclientMode: " + clientMode);

    InstallationCheck.check(all);
    assertThat(RbacCheck.namespaces(all)).containsExactly("*");
    assertThat(all.all(V1Role.class)).isEmpty();
    assertThat(ConfiguredParameters.of(all))
        .containsEntry("jobNamespaces", "*")
        .containsEntry("clientMode", Boolean.toString(clientMode));
  }

  @ParameterizedTest
  @CsvSource({
    "plugin , etl, true",
    "war    , etl, true",
    "sidecar, etl, true",
    "plugin , etl, false",
    "plugin , *  , true",
    "war    , *  , false",
  })
  void grantsLogsOnlyForPodLogs(String mode, String namespace, boolean clientMode) {
    String values =
        "mode: %s\n%sjobNamespaces: ['%s']\nclientMode: %s\n"
            .formatted(mode, URL, namespace, clientMode);
    RenderedObjects off = Chart.rendered(values);
    RenderedObjects on = Chart.rendered(values + "podLogs: true");

    InstallationCheck.check(off);
    InstallationCheck.check(on);
    assertThat(ConfiguredParameters.of(off)).containsEntry("podLogs", "false");
    assertThat(ConfiguredParameters.of(on)).containsEntry("podLogs", "true");
    assertThat(RbacCheck.granted(off)).doesNotContain("get /pods/log");
    assertThat(RbacCheck.granted(on))
        .isNotEmpty()
        .containsAll(RbacCheck.granted(off))
        .contains("list /pods", "get /pods", "get /pods/log");
  }

  @Test
  void createsNoAccountAndRbacIfDisabled() {
    RenderedObjects rendered =
        Chart.rendered("rbac: {create: false}\nserviceAccount: {create: false, name: history}");

    assertThat(rendered.all(V1ServiceAccount.class)).isEmpty();
    assertThat(rendered.all(V1Role.class)).isEmpty();
    assertThat(rendered.all(V1RoleBinding.class)).isEmpty();
    assertThat(rendered.pod().getServiceAccountName()).isEqualTo("history");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void mountsTokenIfConfigured(boolean automount) {
    RenderedObjects rendered = Chart.rendered("serviceAccount: {automount: " + automount + "}");

    assertThat(rendered.only(V1ServiceAccount.class).getAutomountServiceAccountToken())
        .isEqualTo(automount);
    assertThat(rendered.pod().getAutomountServiceAccountToken()).isEqualTo(automount);
  }

  @Test
  void annotatesClusterRoleAndBinding() {
    RenderedObjects rendered =
        Chart.rendered("jobNamespaces: ['*']\nrbac: {annotations: {a: rights}}");

    assertThat(rendered.only(V1ClusterRole.class).getMetadata().getAnnotations())
        .containsExactly(entry("a", "rights"));
    assertThat(rendered.only(V1ClusterRoleBinding.class).getMetadata().getAnnotations())
        .containsExactly(entry("a", "rights"));
  }

  @Test
  void rendersRecreateStrategy() {
    V1DeploymentStrategy strategy =
        Chart.rendered("strategy: Recreate").only(V1Deployment.class).getSpec().getStrategy();

    assertThat(strategy.getType()).isEqualTo("Recreate");
    assertThat(strategy.getRollingUpdate()).as("invalid with Recreate").isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"plugin", "war", "sidecar"})
  void rendersNoPreStopHookIfSleepIsZero(String mode) {
    RenderedObjects rendered = Chart.rendered("preStopSleepSeconds: 0\nmode: " + mode + "\n" + URL);

    assertThat(rendered.pod().getContainers())
        .allSatisfy(container -> assertThat(container.getLifecycle()).isNull());
  }

  @Test
  void scalesByMemoryAlone() {
    RenderedObjects rendered =
        Chart.rendered(
            "mode: war\n"
                + URL
                + "autoscaling: {enabled: true, targetCPUUtilizationPercentage: 0,"
                + " targetMemoryUtilizationPercentage: 80}");

    assertThat(targets(rendered)).containsExactly(entry("memory", 80));
  }

  private static Map<String, Integer> targets(RenderedObjects rendered) {
    Map<String, Integer> targets = new TreeMap<>();
    rendered
        .only(V2HorizontalPodAutoscaler.class)
        .getSpec()
        .getMetrics()
        .forEach(
            metric ->
                targets.put(
                    metric.getResource().getName(),
                    metric.getResource().getTarget().getAverageUtilization()));
    return targets;
  }

  @ParameterizedTest
  @CsvSource({
    "''      , /, Prefix",
    "/spark  , /spark(/|$)(.*), ImplementationSpecific",
    "/a/b.c~ , /a/b.c~(/|$)(.*), ImplementationSpecific",
  })
  void servesSeveralHostsAlike(String prefix, String path, String pathType) {
    RenderedObjects rendered =
        Chart.rendered(
            """
            ingress:
              enabled: true
              host: a.example.org
              prefix: "%s"
              additionalHosts: [{host: b.example.com, tlsSecret: b}, {host: "*.example.net"}]
            """
                .formatted(prefix));

    InstallationCheck.check(rendered);
    V1IngressSpec ingress = rendered.only(V1Ingress.class).getSpec();
    assertThat(ingress.getRules())
        .extracting(V1IngressRule::getHost)
        .containsExactly("a.example.org", "b.example.com", "*.example.net");
    assertThat(ingress.getRules())
        .allSatisfy(
            rule ->
                assertThat(rule.getHttp().getPaths())
                    .singleElement()
                    .satisfies(
                        only -> {
                          assertThat(only.getPath()).isEqualTo(path);
                          assertThat(only.getPathType()).isEqualTo(pathType);
                        }));
    assertThat(ingress.getTls())
        .singleElement()
        .satisfies(
            tls -> {
              assertThat(tls.getHosts()).containsExactly("b.example.com");
              assertThat(tls.getSecretName()).isEqualTo("b");
            });
  }

  @ParameterizedTest
  @CsvSource({
    "plugin , /sparkui",
    "war    , /sparkui",
    "sidecar, /sparkui",
    "plugin , /proxy",
    "war    , /live/apps",
  })
  void testsHealthThroughService(String mode, String base, @TempDir Path directory) {
    String values = "parameters: {proxyBase: " + base + "}\nmode: " + mode + "\n" + URL;
    RenderedObjects rendered = RenderedObjects.of(Chart.yamlWithTest(values, directory));

    V1Pod test = rendered.only(V1Pod.class);
    V1Service service = rendered.only(V1Service.class);
    PodSecurityCheck.confined(test.getSpec());
    assertThat(Chart.rendered(values).all(V1Pod.class)).as("a hook").isEmpty();
    assertThat(test.getSpec().getRestartPolicy()).isEqualTo("Never");
    assertThat(test.getSpec().getAutomountServiceAccountToken()).isFalse();
    assertThat(test.getSpec().getContainers().get(0).getArgs().get(0))
        .contains(
            " http://%s:%d%s/-/health "
                .formatted(
                    service.getMetadata().getName(),
                    service.getSpec().getPorts().get(0).getPort(),
                    base));
    assertThat(service.getSpec().getSelector().entrySet())
        .as("the test's pod is no endpoint of the Service")
        .anyMatch(label -> !test.getMetadata().getLabels().entrySet().contains(label));
  }

  /** The shell of the test is real, its HTTP requests are not. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | { \"status\": \"up\", \"sources\": [] }",
        "1 | { \"status\": \"down\", \"sources\": [] }",
        "1 | <script>window.location.href = 'https://login.example.org/'</script>",
        "1 | ''",
      })
  void passesTestOnlyIfHealthIsUp(int status, String response, @TempDir Path directory)
      throws Exception {
    RenderedObjects rendered = RenderedObjects.of(Chart.yamlWithTest("{}", directory));
    String script = rendered.only(V1Pod.class).getSpec().getContainers().get(0).getArgs().get(0);
    Path wget = Files.writeString(directory.resolve("wget"), "#!/bin/sh\nprintf '%s' \"$BODY\"\n");
    Files.setPosixFilePermissions(wget, PosixFilePermissions.fromString("rwxr-xr-x"));
    ProcessBuilder shell = new ProcessBuilder("sh", "-c", script);
    shell.environment().merge("PATH", directory.toString(), (path, own) -> own + ":" + path);
    shell.environment().put("BODY", response);

    Process process = shell.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);

    assertThat(process.waitFor()).isEqualTo(status);
    assertThat(output).as("output of `helm test --logs`").isEqualTo(response);
  }

  @Test
  void stripsAndForwardsIngressPrefix() {
    String ingress =
        "ingress: {enabled: true, prefix: /spark, tlsSecret: tls, host: a.example.org}";
    RenderedObjects plugin = Chart.rendered(ingress);
    RenderedObjects sidecar = Chart.rendered("mode: sidecar\n" + ingress);

    for (RenderedObjects rendered : new RenderedObjects[] {plugin, sidecar}) {
      InstallationCheck.check(rendered);
      Map<String, String> annotations =
          rendered.only(V1Ingress.class).getMetadata().getAnnotations();
      assertThat(annotations)
          .containsEntry("nginx.ingress.kubernetes.io/rewrite-target", "/$2")
          .containsEntry("nginx.ingress.kubernetes.io/x-forwarded-prefix", "/spark");
    }
    assertThat(ConfiguredParameters.historyServer(plugin))
        .containsEntry("spark.ui.proxyBase", "/spark")
        .containsEntry("spark.ui.proxyRedirectUri", "https://a.example.org");
    assertThat(ConfiguredParameters.historyServer(sidecar)).doesNotContainKey("spark.ui.proxyBase");
  }

  @Test
  void usesExtraVolumeForEventLogs() {
    V1PodSpec pod =
        Chart.rendered(
                "extraVolumes: [{name: event-logs, persistentVolumeClaim: {claimName: logs}}]")
            .pod();

    assertThat(pod.getVolumes())
        .filteredOn(volume -> volume.getName().equals("event-logs"))
        .singleElement()
        .satisfies(
            volume ->
                assertThat(volume.getPersistentVolumeClaim().getClaimName()).isEqualTo("logs"));
  }

  @Test
  void restartsPodOnParameterChange() {
    assertThat(checksum("parameters: {killEnabled: 'false'}"))
        .isNotEqualTo(checksum("parameters: {killEnabled: 'true'}"));
  }

  private static String checksum(String values) {
    return Chart.rendered(values)
        .only(V1Deployment.class)
        .getSpec()
        .getTemplate()
        .getMetadata()
        .getAnnotations()
        .get("checksum/config");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mode: war | mode war needs historyUrl",
        "mode: proxy | mode",
        "replicaCount: 2 | several replicas and autoscaling are for mode war only",
        "autoscaling: {enabled: true} | several replicas and autoscaling are for mode war only",
        "jobnamespaces: [etl] | jobnamespaces",
        "jobNamespaces: [] | jobNamespaces",
        "parameters: {jobNamespaces: etl} | jobNamespaces",
        "parameters: {killEnabled: false} | killEnabled",
        "historyServer: {properties: {spark.ui.filters: a.B}} | spark.ui.filters",
        "ingress: {prefix: /spark/} | prefix",
        "serviceAccount: {create: false} | serviceAccount.name is needed",
        "preStopSleepSeconds: 30 | preStopSleepSeconds must be less than",
        "terminationGracePeriodSeconds: 5 | preStopSleepSeconds must be less than",
        "preStopSleepSeconds: -1 | preStopSleepSeconds",
        "strategy: Rolling | strategy",
        "ingress: {additionalHosts: [b.example.com]} | additionalHosts",
        "ingress: {additionalHosts: [{tlsSecret: tls}]} | host",
        "ingress: {additionalHosts: [{host: b, prefix: /b}]} | prefix",
        "rbac: {annotations: {a: 1}} | annotations",
        "podLogs: 'true' | podLogs",
        "parameters: {podLogs: 'true'} | podLogs",
      })
  void rejectsInvalidValues(String values, String message) {
    assertThatThrownBy(() -> Chart.yaml(values)).hasMessageContaining(message);
  }

  @Test
  void rejectsAutoscalingWithoutTarget() {
    String values =
        "mode: war\n" + URL + "autoscaling: {enabled: true, targetCPUUtilizationPercentage: 0}";

    assertThatThrownBy(() -> Chart.yaml(values))
        .hasMessageContaining("targetCPUUtilizationPercentage or");
  }
}
