// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.guides;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.custom.IntOrString;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ContainerPort;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1DeploymentStrategy;
import io.kubernetes.client.openapi.models.V1HTTPIngressPath;
import io.kubernetes.client.openapi.models.V1Ingress;
import io.kubernetes.client.openapi.models.V1IngressRule;
import io.kubernetes.client.openapi.models.V1PodDisruptionBudget;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import io.kubernetes.client.openapi.models.V1ServicePort;
import io.kubernetes.client.openapi.models.V2HorizontalPodAutoscaler;
import java.util.Objects;
import java.util.stream.Stream;

/** Asserts that everything an object refers to exists and matches. */
final class InstallationCheck {
  private final RenderedObjects rendered;
  private final V1Deployment deployment;
  private final String namespace;

  private InstallationCheck(RenderedObjects rendered) {
    this.rendered = rendered;
    this.deployment = rendered.only(V1Deployment.class);
    this.namespace = deployment.getMetadata().getNamespace();
  }

  static void check(RenderedObjects rendered) {
    InstallationCheck whole = new InstallationCheck(rendered);
    PodSecurityCheck.check(rendered.pod());
    whole.pods();
    whole.rollouts();
    whole.services();
    whole.ingresses();
    whole.scaling();
    RbacCheck.check(rendered, whole.namespace, rendered.pod().getServiceAccountName());
    ConfiguredParameters.check(rendered);
  }

  private void pods() {
    assertThat(rendered.podLabels())
        .containsAllEntriesOf(deployment.getSpec().getSelector().getMatchLabels());
    String account = rendered.pod().getServiceAccountName();
    assertThat(rendered.has(V1ServiceAccount.class, namespace, account)).as(account).isTrue();
    Stream<String> mounted =
        rendered.pod().getVolumes().stream()
            .filter(volume -> volume.getConfigMap() != null)
            .map(volume -> volume.getConfigMap().getName());
    Stream<String> environment =
        rendered.pod().getContainers().stream()
            .flatMap(container -> Stream.ofNullable(container.getEnvFrom()))
            .flatMap(sources -> sources.stream())
            .map(source -> source.getConfigMapRef())
            .filter(Objects::nonNull)
            .map(source -> source.getName());
    assertThat(Stream.concat(mounted, environment))
        .isNotEmpty()
        .allMatch(name -> rendered.has(V1ConfigMap.class, namespace, name));
  }

  /** The old pod serves until the new one does. */
  private void rollouts() {
    V1DeploymentStrategy strategy = deployment.getSpec().getStrategy();
    assertThat(strategy.getType()).isEqualTo("RollingUpdate");
    assertThat(strategy.getRollingUpdate().getMaxUnavailable()).isEqualTo(new IntOrString(0));
    assertThat(strategy.getRollingUpdate().getMaxSurge()).isEqualTo(new IntOrString(1));
  }

  private void services() {
    V1Service service = rendered.only(V1Service.class);
    assertThat(service.getMetadata().getNamespace()).isEqualTo(namespace);
    assertThat(rendered.podLabels()).containsAllEntriesOf(service.getSpec().getSelector());
    assertThat(service.getSpec().getPorts())
        .extracting(port -> port.getTargetPort().getStrValue())
        .isSubsetOf(
            rendered.pod().getContainers().stream()
                .flatMap(container -> container.getPorts().stream())
                .map(V1ContainerPort::getName)
                .toList());
  }

  private void ingresses() {
    V1Service service = rendered.only(V1Service.class);
    for (V1Ingress ingress : rendered.all(V1Ingress.class)) {
      assertThat(ingress.getMetadata().getNamespace()).isEqualTo(namespace);
      for (V1IngressRule rule : ingress.getSpec().getRules()) {
        for (V1HTTPIngressPath path : rule.getHttp().getPaths()) {
          assertThat(path.getBackend().getService().getName())
              .isEqualTo(service.getMetadata().getName());
          assertThat(service.getSpec().getPorts())
              .extracting(V1ServicePort::getName)
              .contains(path.getBackend().getService().getPort().getName());
        }
      }
    }
  }

  private void scaling() {
    for (V2HorizontalPodAutoscaler scaler : rendered.all(V2HorizontalPodAutoscaler.class)) {
      assertThat(scaler.getSpec().getScaleTargetRef().getName())
          .isEqualTo(deployment.getMetadata().getName());
      assertThat(deployment.getSpec().getReplicas()).as("left to the autoscaler").isNull();
    }
    for (V1PodDisruptionBudget budget : rendered.all(V1PodDisruptionBudget.class)) {
      assertThat(budget.getSpec().getSelector()).isEqualTo(deployment.getSpec().getSelector());
    }
  }
}
