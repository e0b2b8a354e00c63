package io.sparklive.it.guides;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.LintResult;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1DeploymentStrategy;
import io.kubernetes.client.openapi.models.V1Ingress;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1Role;
import io.kubernetes.client.openapi.models.V1RoleBinding;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Helm chart, in each of its modes. */
class HelmChartTest {
  private static final String URL = "historyUrl: http://spark-history-server.spark.svc:18080\n";

  @Test
  void helmFindsNothingToComplainOf() {
    LintResult lint = Chart.helm().lint().strict().call();

    assertThat(lint.isFailed()).as("%s", lint.getMessages()).isFalse();
  }

  @Test
  void itsVersionIsThatOfTheProject() {
    String chart = Project.text(Chart.DIRECTORY.resolve("Chart.yaml"));

    assertThat(chart)
        .contains("\nversion: " + Project.version() + "\n")
        .contains("\nappVersion: " + Project.version() + "\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"plugin", "war", "sidecar"})
  void aModeWithNothingElseSetIsSafeAndWhole(String mode) {
    Rendered rendered = Chart.rendered(mode.equals("war") ? "mode: war\n" + URL : "mode: " + mode);

    WholeInstallation.check(rendered);
    assertThat(Rights.namespaces(rendered)).containsExactly("spark-jobs");
    assertThat(rendered.all(V1Ingress.class)).isEmpty();
    assertThat(rendered.only(V1Service.class).getSpec().getType()).isEqualTo("ClusterIP");
  }

  @ParameterizedTest
  @ValueSource(strings = {"plugin", "war", "sidecar"})
  void everythingThatCanBeSetArrives(String mode) {
    Rendered rendered = Chart.rendered("mode: " + mode + "\n" + FullValues.of(mode));

    WholeInstallation.check(rendered);
    assertThat(Rights.namespaces(rendered)).containsExactly("etl", "notebooks");
    FullValues.check(rendered, mode);
    boolean scaled = mode.equals("war");
    assertThat(rendered.all(V2HorizontalPodAutoscaler.class)).hasSize(scaled ? 1 : 0);
    assertThat(rendered.all(V1PodDisruptionBudget.class)).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"plugin, true", "war, true", "sidecar, true", "plugin, false"})
  void rightsFollowTheNamespacesAndTheModeOfClients(String mode, boolean clientMode) {
    Rendered all =
        Chart.rendered(
            "mode: " + mode + "\n" + URL + "jobNamespaces: ['*']\nclientMode: " + clientMode);

    WholeInstallation.check(all);
    assertThat(Rights.namespaces(all)).containsExactly("*");
    assertThat(all.all(V1Role.class)).isEmpty();
    assertThat(SetParameters.of(all))
        .containsEntry("jobNamespaces", "*")
        .containsEntry("clientMode", Boolean.toString(clientMode));
  }

  @Test
  void somebodyElseMayMakeAccountAndRights() {
    Rendered rendered =
        Chart.rendered("rbac: {create: false}\nserviceAccount: {create: false, name: history}");

    assertThat(rendered.all(V1ServiceAccount.class)).isEmpty();
    assertThat(rendered.all(V1Role.class)).isEmpty();
    assertThat(rendered.all(V1RoleBinding.class)).isEmpty();
    assertThat(rendered.pod().getServiceAccountName()).isEqualTo("history");
  }

  @Test
  void recreatesPodWhereTwoCannotShareVolume() {
    V1DeploymentStrategy strategy =
        Chart.rendered("strategy: Recreate").only(V1Deployment.class).getSpec().getStrategy();

    assertThat(strategy.getType()).isEqualTo("Recreate");
    assertThat(strategy.getRollingUpdate()).as("refused with Recreate").isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"plugin", "war", "sidecar"})
  void rendersNoPreStopForImageWithoutSleep(String mode) {
    Rendered rendered = Chart.rendered("preStopSleepSeconds: 0\nmode: " + mode + "\n" + URL);

    assertThat(rendered.pod().getContainers())
        .allSatisfy(container -> assertThat(container.getLifecycle()).isNull());
  }

  @Test
  void aPrefixIsStrippedAndNamed() {
    String ingress =
        "ingress: {enabled: true, prefix: /spark, tlsSecret: tls, host: a.example.org}";
    Rendered plugin = Chart.rendered(ingress);
    Rendered sidecar = Chart.rendered("mode: sidecar\n" + ingress);

    for (Rendered rendered : new Rendered[] {plugin, sidecar}) {
      WholeInstallation.check(rendered);
      Map<String, String> annotations =
          rendered.only(V1Ingress.class).getMetadata().getAnnotations();
      assertThat(annotations)
          .containsEntry("nginx.ingress.kubernetes.io/rewrite-target", "/$2")
          .containsEntry("nginx.ingress.kubernetes.io/x-forwarded-prefix", "/spark");
    }
    assertThat(SetParameters.historyServer(plugin))
        .containsEntry("spark.ui.proxyBase", "/spark")
        .containsEntry("spark.ui.proxyRedirectUri", "https://a.example.org");
    assertThat(SetParameters.historyServer(sidecar)).doesNotContainKey("spark.ui.proxyBase");
  }

  @Test
  void logsAreWhereTheirVolumeIs() {
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
  void aChangedParameterStartsThePodAnew() {
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
      })
  void whatCannotWorkIsRefused(String values, String message) {
    assertThatThrownBy(() -> Chart.yaml(values)).hasMessageContaining(message);
  }
}
