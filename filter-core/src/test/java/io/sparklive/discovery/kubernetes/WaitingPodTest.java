// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.stream.JsonReader;
import io.sparklive.application.PendingReason;
import io.sparklive.application.PendingReason.Kind;
import io.sparklive.testkit.cluster.PodManifests;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The reasons of drivers that wait, as users read them. The statuses are those of Kubernetes 1.34.
 */
class WaitingPodTest {
  private static final String SCHEDULED = "{'type': 'PodScheduled', 'status': 'True'}";

  /** A driver pod whose manifest has these additional fields, with this status. */
  static Pod pod(String metadata, String spec, String status) {
    JsonObject pod = PodManifests.driver("spark-1");
    add(pod.getAsJsonObject("metadata"), metadata);
    add(pod.getAsJsonObject("spec"), spec);
    pod.getAsJsonObject("spec")
        .getAsJsonArray("containers")
        .get(0)
        .getAsJsonObject()
        .addProperty("image", "registry.example/spark:4.2");
    pod.add("status", JsonParser.parseString(status));
    try {
      return PodReader.read(new JsonReader(new StringReader(pod.toString())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void add(JsonObject object, String fields) {
    JsonParser.parseString("{" + fields + "}")
        .getAsJsonObject()
        .entrySet()
        .forEach(field -> object.add(field.getKey(), field.getValue()));
  }

  private static PendingReason reason(String spec, String status) {
    Pod pod = pod("", spec, status);
    return new WaitingPod(pod, pod.containers().get(0)).reason();
  }

  private static String unscheduled(String reason, String message) {
    return """
        {'phase': 'Pending', 'conditions': [{'type': 'PodScheduled', 'status': 'False',
         'lastTransitionTime': '2026-11-21T08:00:00Z', 'reason': '%s', 'message': '%s'}]}"""
        .formatted(reason, message);
  }

  private static String waiting(String reason, String message) {
    return """
        {'phase': 'Pending', 'startTime': '2026-11-21T08:00:00Z', 'conditions': [%s],
         'containerStatuses': [{'name': 'spark-kubernetes-driver', 'restartCount': 0,
         'state': {'waiting': {'reason': '%s', 'message': '%s'}}}]}"""
        .formatted(SCHEDULED, reason, message);
  }

  private static String crashLoop(int restarts, String terminated) {
    return """
        {'phase': 'Running', 'startTime': '2026-11-21T08:00:00Z', 'conditions': [%s],
         'containerStatuses': [{'name': 'spark-kubernetes-driver', 'restartCount': %d,
         'state': {'waiting': {'reason': 'CrashLoopBackOff', 'message':
           'back-off 40s restarting failed container=spark-kubernetes-driver pod=x'}},
         'lastState': {'terminated': {%s, 'startedAt': '2026-11-21T08:00:00Z',
           'finishedAt': '2026-11-21T08:01:00Z'}}}]}"""
        .formatted(SCHEDULED, restarts, terminated);
  }

  private static String initState(String first, String second) {
    return """
        {'phase': 'Pending', 'startTime': '2026-11-21T08:00:00Z', 'conditions': [%s],
         'initContainerStatuses': [{'name': 'proxy', %s}, {'name': 'fetch', %s}],
         'containerStatuses': [{'name': 'spark-kubernetes-driver',
         'state': {'waiting': {'reason': 'PodInitializing'}}}]}"""
        .formatted(SCHEDULED, first, second);
  }

  private static String creating(String condition) {
    return """
        {'phase': 'Pending', 'startTime': '2026-11-21T08:00:00Z', 'conditions': [%s%s],
         'containerStatuses': [{'name': 'spark-kubernetes-driver',
         'state': {'waiting': {'reason': 'ContainerCreating'}}}]}"""
        .formatted(SCHEDULED, condition);
  }

  static Stream<Arguments> statuses() {
    return Stream.of(
        arguments("{'phase': 'Pending'}", Kind.SCHEDULING, "Not scheduled yet"),
        arguments(
            unscheduled("Unschedulable", "0/3 nodes are available: 3 Insufficient memory."),
            Kind.UNSCHEDULABLE,
            "Not scheduled: 0/3 nodes are available: 3 Insufficient memory."),
        arguments(
            unscheduled("Unschedulable", "persistentvolumeclaim \\\"checkpoints\\\" not found"),
            Kind.VOLUME,
            "Not scheduled, waits for a volume: persistentvolumeclaim \"checkpoints\" not found"),
        arguments(
            unscheduled(
                "Unschedulable",
                "0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims."),
            Kind.VOLUME,
            "Not scheduled, waits for a volume: 0/3 nodes are available: pod has unbound immediate"
                + " PersistentVolumeClaims."),
        arguments(
            "{'phase': 'Pending', 'conditions': [%s]}".formatted(SCHEDULED),
            Kind.CREATING,
            "Scheduled; its node has not accepted it yet"),
        arguments(creating(""), Kind.CREATING, "The node prepares the container"),
        arguments(
            creating(", {'type': 'PodReadyToStartContainers', 'status': 'False'}"),
            Kind.CREATING,
            "The node mounts the volumes of the pod and sets up its network"),
        arguments(
            creating(", {'type': 'PodReadyToStartContainers', 'status': 'True'}"),
            Kind.CREATING,
            "The node pulls the image, or creates the container"),
        arguments(
            waiting("ErrImagePull", "rpc error: code = NotFound desc = not found"),
            Kind.IMAGE,
            "Image registry.example/spark:4.2 cannot be pulled (ErrImagePull): rpc error: code ="
                + " NotFound desc = not found"),
        arguments(
            waiting("ImagePullBackOff", ""),
            Kind.IMAGE,
            "Image registry.example/spark:4.2 cannot be pulled (ImagePullBackOff)"),
        arguments(
            waiting("InvalidImageName", "couldn't parse image name".replace("'", "\\u0027")),
            Kind.IMAGE,
            "Image registry.example/spark:4.2 cannot be pulled (InvalidImageName): couldn't parse"
                + " image name"),
        arguments(
            waiting("CreateContainerConfigError", "secret \\\"s3-credentials\\\" not found"),
            Kind.CONFIG,
            "Container cannot be created (CreateContainerConfigError): secret \"s3-credentials\""
                + " not found"),
        arguments(
            waiting("CreateContainerError", "context deadline exceeded"),
            Kind.CONFIG,
            "Container cannot be created (CreateContainerError): context deadline exceeded"),
        arguments(
            waiting("RunContainerError", "exec: no such file"),
            Kind.CONFIG,
            "Container cannot be started (RunContainerError): exec: no such file"),
        arguments(
            waiting("NewReason", "new message"),
            Kind.CREATING,
            "Container waits (NewReason): new message"),
        arguments(
            crashLoop(3, "'exitCode': 1, 'reason': 'Error'"),
            Kind.CRASH_LOOP,
            "Crash loop, restarted 3 times: exit code 1"),
        arguments(
            crashLoop(2, "'exitCode': 'none', 'reason': 'Error'"),
            Kind.CRASH_LOOP,
            "Crash loop, restarted 2 times: the end of its container is unknown"),
        arguments(
            crashLoop(1, "'exitCode': 137, 'reason': 'OOMKilled'"),
            Kind.CRASH_LOOP,
            "Crash loop, restarted once: killed: out of memory (exit code 137)"));
  }

  @ParameterizedTest
  @MethodSource("statuses")
  void findsReasonInStatus(String status, Kind kind, String text) {
    assertThat(reason("", status)).isEqualTo(new PendingReason(kind, text));
  }

  @ParameterizedTest
  @CsvSource({
    "ErrImagePull, IMAGE, cannot be pulled",
    "ImagePullBackOff, IMAGE, cannot be pulled",
    "InvalidImageName, IMAGE, cannot be pulled",
    "ErrImageNeverPull, IMAGE, cannot be pulled",
    "ImageInspectError, IMAGE, cannot be pulled",
    "RegistryUnavailable, IMAGE, cannot be pulled",
    "SignatureValidationFailed, IMAGE, cannot be pulled",
    "CreateContainerConfigError, CONFIG, cannot be created",
    "CreateContainerError, CONFIG, cannot be created",
    "PreCreateHookError, CONFIG, cannot be created",
    "PreStartHookError, CONFIG, cannot be created",
    "PostStartHookError, CONFIG, cannot be created",
    "RunContainerError, CONFIG, cannot be started",
  })
  void knowsReasonsOfKubelet(String reason, Kind kind, String text) {
    PendingReason found = reason("", waiting(reason, ""));

    assertThat(found.kind()).isEqualTo(kind);
    assertThat(found.text()).endsWith(text + " (" + reason + ")");
  }

  /** Some API servers and virtual nodes write no condition PodScheduled. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "'startTime': '2026-11-21T08:00:00Z'",
        "'containerStatuses': [{'name': 'spark-kubernetes-driver', 'state': {'waiting': {}}}]",
        "'initContainerStatuses': [{'name': 'a', 'state': {'waiting': {}}}]"
      })
  void treatsAcceptedPodAsScheduled(String accepted) {
    assertThat(reason("", "{'phase': 'Pending', " + accepted + "}"))
        .isEqualTo(new PendingReason(Kind.CREATING, "The node prepares the container"));
  }

  @Test
  void skipsNoInitContainerWithoutStatus() {
    String containers = "'initContainers': [{'name': 'first'}, {'name': 'fetch'}]";
    String status =
        """
        {'phase': 'Pending', 'conditions': [%s], 'initContainerStatuses': [{'name': 'fetch',
         'state': {'running': {'startedAt': '2026-11-21T08:00:00Z'}}}]}"""
            .formatted(SCHEDULED);

    assertThat(reason(containers, status))
        .isEqualTo(new PendingReason(Kind.CREATING, "The node prepares the container"));
  }

  @ParameterizedTest
  @MethodSource("gates")
  void namesSchedulingGates(String gates, String text) {
    String status =
        unscheduled("SchedulingGated", "Scheduling is blocked due to non-empty scheduling gates");

    assertThat(reason("'schedulingGates': [" + gates + "]", status))
        .isEqualTo(new PendingReason(Kind.GATED, text));
  }

  static Stream<Arguments> gates() {
    return Stream.of(
        arguments("", "Held back by a scheduling gate"),
        arguments(
            "{'name': 'kueue.x-k8s.io/admission'}",
            "Held back by the scheduling gate kueue.x-k8s.io/admission"),
        arguments(
            "{'name': 'a.example/x'}, {'name': 'b.example/y'}",
            "Held back by the scheduling gates a.example/x, b.example/y"));
  }

  static Stream<Arguments> initContainers() {
    String ready = "'state': {'running': {'startedAt': '2026-11-21T08:00:00Z'}}";
    String waits = "'state': {'waiting': {'reason': 'PodInitializing'}}";
    return Stream.of(
        arguments(ready, ready, Kind.INIT, "Init container fetch (2 of 2) runs"),
        arguments(ready, waits, Kind.INIT, "Init container fetch (2 of 2) is being created"),
        arguments(waits, waits, Kind.INIT, "Init container proxy (1 of 2) is being created"),
        arguments(
            ready,
            "'state': {'terminated': {'exitCode': 3, 'reason': 'Error'}}, 'restartCount': 1",
            Kind.INIT,
            "Init container fetch (2 of 2) fails, restarted once: exit code 3"),
        arguments(
            ready,
            """
            'state': {'waiting': {'reason': 'CrashLoopBackOff'}}, 'restartCount': 4,
            'lastState': {'terminated': {'exitCode': 137, 'reason': 'OOMKilled'}}""",
            Kind.INIT,
            "Init container fetch (2 of 2) fails, restarted 4 times: killed: out of memory (exit code"
                + " 137)"),
        arguments(
            ready,
            "'state': {'waiting': {'reason': 'ErrImagePull', 'message': 'not found'}}",
            Kind.IMAGE,
            "Init container fetch (2 of 2): Image registry.example/fetch:1 cannot be pulled"
                + " (ErrImagePull): not found"),
        arguments(
            ready,
            "'state': {'terminated': {'exitCode': 0, 'reason': 'Completed'}}",
            Kind.CREATING,
            "The node prepares the container"));
  }

  @ParameterizedTest
  @MethodSource("initContainers")
  void findsFirstInitContainerThatIsNotDone(String first, String second, Kind kind, String text) {
    String containers =
        """
        'initContainers': [
          {'name': 'proxy', 'image': 'registry.example/proxy:1', 'restartPolicy': 'Always'},
          {'name': 'fetch', 'image': 'registry.example/fetch:1'}]""";

    assertThat(reason(containers, initState(first, second)))
        .isEqualTo(new PendingReason(kind, text));
  }

  @Test
  void limitsAndSanitizesMessages() {
    String hostile = "\\u202E<b>\\nx".repeat(200);

    String text = reason("", waiting("CreateContainerError", hostile)).text();

    assertThat(text).hasSize(301).endsWith("…").doesNotContain("\n", "\u202E").contains("<b>");
  }
}
