// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.guides;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1ContainerPort;
import io.kubernetes.client.openapi.models.V1PodSecurityContext;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1Probe;
import io.kubernetes.client.openapi.models.V1SecurityContext;
import io.kubernetes.client.openapi.models.V1Volume;
import io.kubernetes.client.openapi.models.V1VolumeMount;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Asserts that a pod has only the privileges that it needs, and has health probes. */
final class PodSecurityCheck {
  private PodSecurityCheck() {}

  static void check(V1PodSpec pod) {
    confined(pod);
    Map<String, V1Volume> volumes = volumes(pod);
    pod.getContainers().forEach(container -> watched(volumes, container));
    pod.getContainers().forEach(container -> drained(pod, container));
  }

  /**
   * Continues to serve until all nodes have removed it from the Service. It uses a program of the
   * image: Kubernetes before 1.30 rejects {@code preStop.sleep}.
   */
  private static void drained(V1PodSpec pod, V1Container container) {
    String name = container.getName();
    assertThat(container.getLifecycle()).as("lifecycle of %s", name).isNotNull();
    List<String> command = container.getLifecycle().getPreStop().getExec().getCommand();
    assertThat(command).as("preStop of %s", name).hasSize(2).startsWith("sleep");
    assertThat(Long.parseLong(command.get(1)))
        .as("preStop of %s", name)
        .isPositive()
        .isLessThan(pod.getTerminationGracePeriodSeconds());
  }

  /** The rules for any pod. */
  static void confined(V1PodSpec pod) {
    V1PodSecurityContext context = pod.getSecurityContext();
    assertThat(context.getRunAsNonRoot()).isTrue();
    assertThat(context.getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    assertThat(pod.getEnableServiceLinks()).isFalse();
    assertThat(pod.getHostNetwork()).isNull();
    Map<String, V1Volume> volumes = volumes(pod);
    assertThat(volumes.values()).allMatch(volume -> volume.getHostPath() == null);
    List<V1Container> first = Objects.requireNonNullElse(pod.getInitContainers(), List.of());
    Stream.concat(first.stream(), pod.getContainers().stream())
        .forEach(
            container -> {
              confined(context, container);
              mounted(volumes, container);
            });
  }

  private static Map<String, V1Volume> volumes(V1PodSpec pod) {
    return pod.getVolumes().stream()
        .collect(Collectors.toMap(V1Volume::getName, Function.identity()));
  }

  private static void confined(V1PodSecurityContext pod, V1Container container) {
    String name = container.getName();
    V1SecurityContext own = container.getSecurityContext();
    Long user = own.getRunAsUser() == null ? pod.getRunAsUser() : own.getRunAsUser();
    assertThat(user).as("user of %s: images name theirs, not a number", name).isPositive();
    assertThat(own.getRunAsNonRoot()).as("runAsNonRoot of %s", name).isNotEqualTo(false);
    assertThat(own.getPrivileged()).as("privileged %s", name).isNotEqualTo(true);
    assertThat(own.getAllowPrivilegeEscalation()).as("escalation of %s", name).isFalse();
    assertThat(own.getReadOnlyRootFilesystem()).as("read-only root of %s", name).isTrue();
    assertThat(own.getCapabilities().getDrop()).as("capabilities of %s", name).contains("ALL");
    assertThat(own.getCapabilities().getAdd()).as("capabilities of %s", name).isNullOrEmpty();
    assertThat(container.getResources().getRequests()).containsKeys("cpu", "memory");
    assertThat(container.getResources().getLimits()).containsKey("memory");
    assertThat(container.getImage()).as("image of %s", name).matches(".+:[^:/]+");
    if (container.getImage().contains("spark-live-history")) {
      assertThat(container.getImage()).endsWith(":" + Project.version());
    }
  }

  private static void mounted(Map<String, V1Volume> volumes, V1Container container) {
    assertThat(container.getVolumeMounts())
        .extracting(V1VolumeMount::getName)
        .as("volumes of %s", container.getName())
        .isSubsetOf(volumes.keySet());
  }

  /** With a read-only root, a JVM needs a volume for temporary files. */
  private static void watched(Map<String, V1Volume> volumes, V1Container container) {
    String name = container.getName();
    assertThat(container.getVolumeMounts())
        .as("a writable volume for %s", name)
        .anyMatch(
            mount ->
                mount.getMountPath().equals("/tmp")
                    && volumes.get(mount.getName()).getEmptyDir() != null);
    List<String> ports = container.getPorts().stream().map(V1ContainerPort::getName).toList();
    for (V1Probe probe :
        List.of(
            container.getStartupProbe(),
            container.getReadinessProbe(),
            container.getLivenessProbe())) {
      String port =
          probe.getHttpGet() != null
              ? probe.getHttpGet().getPort().getStrValue()
              : probe.getTcpSocket().getPort().getStrValue();
      assertThat(ports).as("port of a probe of %s", name).contains(port);
    }
    probes(container);
  }

  /**
   * The most common authentication filter lets style sheets pass. For others {@code
   * docs/kubernetes.md} has another probe.
   */
  private static void probes(V1Container container) {
    boolean war = container.getName().equals("war");
    assertThat(container.getStartupProbe().getHttpGet().getPath())
        .isEqualTo(war ? "/healthz" : "/static/webui.css");
    assertThat(container.getReadinessProbe().getHttpGet().getPath())
        .isEqualTo(war ? "/readiness" : "/static/webui.css");
    if (war) {
      assertThat(container.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/healthz");
    } else {
      assertThat(container.getLivenessProbe().getTcpSocket()).isNotNull();
    }
  }
}
