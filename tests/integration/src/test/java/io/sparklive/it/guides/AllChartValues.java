// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.guides;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1EnvVar;
import io.kubernetes.client.openapi.models.V1Ingress;
import io.kubernetes.client.openapi.models.V1LocalObjectReference;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.openapi.models.V1Role;
import io.kubernetes.client.openapi.models.V1RoleBinding;
import io.kubernetes.client.openapi.models.V1Service;
import io.kubernetes.client.openapi.models.V1ServiceAccount;
import java.util.Map;

/** Values of the chart with every key, and the place of each in the rendered objects. */
final class AllChartValues {
  private static final String VALUES =
      """
      jobNamespaces: [etl, notebooks]
      podLogs: true
      parameters: {killEnabled: "false", allowedDriverNetworks: 10.244.0.0/16}
      historyServer:
        filters: [com.example.OidcFilter]
        memory: 2g
        javaOptions: -Dspark.history.ui.maxApplications=500
        properties: {spark.history.fs.logDirectory: "s3a://spark/logs"}
        extraEnv: [{name: A, value: history}]
        extraEnvFrom: [{secretRef: {name: s3}}]
        extraVolumeMounts: [{name: extra, mountPath: /extra}]
      plugin: {jars: spark3}
      war:
        javaOptions: -Xmx300m
        extraEnv: [{name: A, value: war}]
        extraEnvFrom: [{secretRef: {name: s3}}]
        extraVolumeMounts: [{name: extra, mountPath: /extra}]
      imagePullSecrets: [{name: registry}]
      fullnameOverride: spark-history
      serviceAccount: {annotations: {a: account}, automount: true}
      rbac: {annotations: {a: rights}}
      commonLabels: {team: data}
      annotations: {a: deployment}
      podAnnotations: {a: pod}
      podLabels: {app: spark-history-server}
      service: {type: NodePort, port: 8081, annotations: {a: service}}
      ingress:
        enabled: true
        host: a.example.org
        tlsSecret: tls
        annotations: {a: ingress}
        additionalHosts: [{host: b.example.com, tlsSecret: tls-b}, {host: c.internal}]
      podDisruptionBudget: {enabled: true}
      nodeSelector: {disk: ssd}
      tolerations: [{key: spark, operator: Exists}]
      affinity:
        podAntiAffinity:
          preferredDuringSchedulingIgnoredDuringExecution:
            - weight: 1
              podAffinityTerm:
                topologyKey: kubernetes.io/hostname
                labelSelector: {matchLabels: {app: spark-history-server}}
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: ScheduleAnyway
          labelSelector: {matchLabels: {app: spark-history-server}}
      priorityClassName: high
      preStopSleepSeconds: 7
      terminationGracePeriodSeconds: 10
      test: {image: {repository: registry.example.org/busybox, tag: "1.36", pullPolicy: Always}}
      extraVolumes: [{name: extra, emptyDir: {}}]
      extraInitContainers:
        - name: wait
          image: busybox:1.37
          command: ["true"]
          volumeMounts: [{name: extra, mountPath: /extra}]
          securityContext:
            runAsUser: 185
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: {drop: ["ALL"]}
          resources:
            requests: {cpu: 10m, memory: 16Mi}
            limits: {memory: 16Mi}
      """;

  private AllChartValues() {}

  static String of(String mode) {
    return mode.equals("war")
        ? VALUES
            + "historyUrl: https://history.example.org\n"
            + "autoscaling: {enabled: true, targetMemoryUtilizationPercentage: 90}\n"
        : VALUES;
  }

  static void check(RenderedObjects rendered, String mode) {
    assertThat(rendered.objects())
        .allSatisfy(
            object -> assertThat(object.getMetadata().getLabels()).containsEntry("team", "data"));
    assertThat(annotation(rendered.only(V1ServiceAccount.class).getMetadata().getAnnotations()))
        .isEqualTo("account");
    assertThat(rendered.all(V1Role.class)).hasSize(2).allSatisfy(AllChartValues::rights);
    assertThat(rendered.all(V1RoleBinding.class)).hasSize(2).allSatisfy(AllChartValues::rights);
    assertThat(annotation(rendered.only(V1Ingress.class).getMetadata().getAnnotations()))
        .isEqualTo("ingress");
    V1Service service = rendered.only(V1Service.class);
    assertThat(annotation(service.getMetadata().getAnnotations())).isEqualTo("service");
    assertThat(service.getSpec().getType()).isEqualTo("NodePort");
    assertThat(service.getSpec().getPorts().get(0).getPort()).isEqualTo(8081);
    V1Deployment deployment = rendered.only(V1Deployment.class);
    assertThat(deployment.getMetadata().getName()).isEqualTo("spark-history");
    assertThat(annotation(deployment.getMetadata().getAnnotations())).isEqualTo("deployment");
    assertThat(annotation(deployment.getSpec().getTemplate().getMetadata().getAnnotations()))
        .isEqualTo("pod");
    assertThat(rendered.podLabels()).containsEntry("app", "spark-history-server");
    scheduled(rendered.pod());
    test(rendered.only(V1Pod.class).getSpec());
    rendered.pod().getContainers().forEach(AllChartValues::container);
    assertThat(ConfiguredParameters.of(rendered))
        .containsEntry("killEnabled", "false")
        .containsEntry("allowedDriverNetworks", "10.244.0.0/16")
        .containsEntry("jobNamespaces", "etl,notebooks")
        .containsEntry("podLogs", "true");
    assertThat(ConfiguredParameters.historyServer(rendered).get("spark.ui.filters"))
        .isEqualTo(
            switch (mode) {
              case "plugin" -> "com.example.OidcFilter,io.sparklive.LiveHistoryFilter";
              case "sidecar" -> "com.example.OidcFilter";
              default -> null;
            });
  }

  private static void rights(KubernetesObject object) {
    assertThat(annotation(object.getMetadata().getAnnotations())).isEqualTo("rights");
  }

  private static void test(V1PodSpec pod) {
    V1Container container = pod.getContainers().get(0);
    assertThat(container.getImage()).isEqualTo("registry.example.org/busybox:1.36");
    assertThat(container.getImagePullPolicy()).isEqualTo("Always");
    assertThat(container.getArgs().get(0)).contains("http://spark-history:8081/sparkui/-/health");
    assertThat(pod.getImagePullSecrets())
        .containsExactly(new V1LocalObjectReference().name("registry"));
    assertThat(pod.getNodeSelector()).containsEntry("disk", "ssd");
    assertThat(pod.getTolerations()).hasSize(1);
  }

  private static void scheduled(V1PodSpec pod) {
    assertThat(pod.getImagePullSecrets())
        .containsExactly(new V1LocalObjectReference().name("registry"));
    assertThat(pod.getNodeSelector()).containsEntry("disk", "ssd");
    assertThat(pod.getTolerations()).hasSize(1);
    assertThat(pod.getAffinity().getPodAntiAffinity()).isNotNull();
    assertThat(pod.getTopologySpreadConstraints()).hasSize(1);
    assertThat(pod.getPriorityClassName()).isEqualTo("high");
    assertThat(pod.getTerminationGracePeriodSeconds()).isEqualTo(10);
    assertThat(pod.getInitContainers()).extracting(V1Container::getName).contains("wait");
    assertThat(pod.getInitContainers())
        .filteredOn(container -> container.getName().equals("plugin"))
        .allSatisfy(container -> assertThat(container.getCommand()).contains("/jars/spark3/."));
  }

  private static void container(V1Container container) {
    assertThat(container.getLifecycle().getPreStop().getExec().getCommand())
        .containsExactly("sleep", "7");
    boolean war = container.getName().equals("war");
    assertThat(container.getEnv())
        .contains(
            new V1EnvVar().name("A").value(war ? "war" : "history"),
            war
                ? new V1EnvVar().name("JDK_JAVA_OPTIONS").value("-Xmx300m")
                : new V1EnvVar().name("SPARK_DAEMON_MEMORY").value("2g"));
    assertThat(container.getEnvFrom()).anyMatch(source -> source.getSecretRef() != null);
    assertThat(container.getVolumeMounts())
        .anyMatch(mount -> mount.getMountPath().equals("/extra"));
  }

  private static String annotation(Map<String, String> annotations) {
    return annotations.get("a");
  }
}
