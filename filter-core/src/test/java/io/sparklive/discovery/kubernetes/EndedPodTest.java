// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sparklive.application.DriverEnd;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The ends of drivers, as users read them. The statuses are those of Kubernetes 1.34. */
class EndedPodTest {
  private static final String RAN =
      "'startedAt': '2026-11-21T08:00:00Z', 'finishedAt': '2026-11-21T09:00:00Z'";
  private static final String DELETED = "'deletionTimestamp': '2026-11-21T09:00:00Z'";

  private static DriverEnd end(String metadata, String status) {
    Pod pod =
        WaitingPodTest.pod(
            metadata, "'initContainers': [{'name': 'unpack'}, {'name': 'fetch'}]", status);
    return new EndedPod(
            pod,
            pod.status().containers().get("spark-kubernetes-driver"),
            pod.deleted().isPresent())
        .end();
  }

  private static String failed(String terminated, String more) {
    return """
        {'phase': 'Failed', %s 'containerStatuses': [{'name': 'spark-kubernetes-driver',
         'restartCount': 0, 'state': {'terminated': {%s}}}]}"""
        .formatted(more, terminated);
  }

  private static String restarted(String state) {
    return """
        {'phase': 'Running', 'containerStatuses': [{'name': 'spark-kubernetes-driver',
         'restartCount': 1, 'state': {%s}, 'lastState': {'terminated': {%s}}}]}"""
        .formatted(state, ran(1, "Error"));
  }

  private static String ran(int exitCode, String reason) {
    return "'exitCode': %d, 'reason': '%s', %s".formatted(exitCode, reason, RAN);
  }

  private static String neverCreated() {
    return """
        'exitCode': 137, 'reason': 'ContainerStatusUnknown', 'startedAt': null,
        'message': 'The container could not be located when the pod was terminated',
        'finishedAt': null""";
  }

  private static String disruption(String reason, String message) {
    return """
        'conditions': [{'type': 'DisruptionTarget', 'status': 'True', 'reason': '%s',
          'message': '%s', 'lastTransitionTime': '2026-11-21T09:00:00Z'}],"""
        .formatted(reason, message);
  }

  private static Arguments ends(
      String metadata,
      String status,
      boolean ran,
      @Nullable Integer exitCode,
      String reason,
      String text) {
    OptionalInt code = exitCode == null ? OptionalInt.empty() : OptionalInt.of(exitCode);
    return arguments(metadata, status, new DriverEnd(ran, code, reason, text));
  }

  static Stream<Arguments> endsOfContainers() {
    return Stream.of(
        ends("", failed(ran(0, "Completed"), ""), true, 0, "Completed", "Exit code 0"),
        ends("", failed(ran(1, "Error"), ""), true, 1, "Error", "Exit code 1"),
        ends(
            "",
            failed(ran(1, "Error") + ", 'message': 'java.lang.NoClassDefFoundError: x\\n'", ""),
            true,
            1,
            "Error",
            "Exit code 1: java.lang.NoClassDefFoundError: x"),
        ends(
            "",
            failed(ran(137, "OOMKilled"), ""),
            true,
            137,
            "OOMKilled",
            "Killed: out of memory (exit code 137)"),
        ends(
            "",
            failed(ran(137, "Error"), ""),
            true,
            137,
            "Error",
            "Killed by SIGKILL (exit code 137)"),
        ends(
            "",
            failed(ran(143, "Error"), ""),
            true,
            143,
            "Error",
            "Terminated by SIGTERM (exit code 143)"),
        ends("", failed(ran(200, "Error"), ""), true, 200, "Error", "Exit code 200"),
        ends(
            "",
            failed(
                """
                'exitCode': 128, 'reason': 'StartError', 'startedAt': '1970-01-01T00:00:00Z',
                'message': 'exec: \\"/opt/entrypoint.sh\\": no such file',
                'finishedAt': '2026-11-21T09:00:00Z'""",
                ""),
            false,
            128,
            "StartError",
            "Container could not be started (StartError): exec: \"/opt/entrypoint.sh\": no such"
                + " file"),
        ends(
            "",
            failed(ran(128, "ContainerCannotRun"), ""),
            true,
            128,
            "ContainerCannotRun",
            "Container could not be started (ContainerCannotRun)"),
        ends(
            "",
            failed(neverCreated(), ""),
            false,
            null,
            "ContainerStatusUnknown",
            "The end of its container is unknown: The container could not be located when the pod"
                + " was terminated"),
        ends(
            "",
            """
            {'phase': 'Failed', 'initContainerStatuses': [
              {'name': 'unpack', 'state': {'terminated': {'exitCode': 0, 'reason': 'Completed'}}},
              {'name': 'fetch', 'state': {'terminated': {'exitCode': 7, 'reason': 'Error'}}}],
             'containerStatuses': [{'name': 'spark-kubernetes-driver',
              'state': {'waiting': {'reason': 'PodInitializing'}}}]}""",
            false,
            null,
            "InitContainerFailed",
            "Init container fetch failed: exit code 7"),
        // A sidecar that was killed after the driver had ended.
        ends(
            "",
            failed(
                ran(1, "Error"),
                """
                'initContainerStatuses': [{'name': 'fetch',
                  'state': {'terminated': {'exitCode': 137, 'reason': 'Error'}}}],"""),
            true,
            1,
            "Error",
            "Exit code 1"),
        ends(
            "",
            failed(ran(0, "Completed") + ", 'message': 'wrote 7 files'", ""),
            true,
            0,
            "Completed",
            "Exit code 0"),
        ends("", "{'phase': 'Succeeded'}", false, null, "Completed", "Completed"),
        ends(
            "",
            "{'phase': 'Failed'}",
            false,
            null,
            "ContainerStatusUnknown",
            "The end of its container is unknown"));
  }

  static Stream<Arguments> endsOfPods() {
    String node = "'reason': '%s', 'message': '%s',";
    return Stream.of(
        ends(
            "",
            failed(
                ran(137, "Error"),
                node.formatted("Evicted", "The node was low on resource: memory. ")),
            true,
            137,
            "Evicted",
            "Evicted: The node was low on resource: memory; killed by SIGKILL (exit code 137)"),
        ends(
            "",
            failed(
                ran(143, "Error"),
                node.formatted(
                    "DeadlineExceeded",
                    "Pod was active on the node longer than the specified deadline")),
            true,
            143,
            "DeadlineExceeded",
            "Deadline exceeded: Pod was active on the node longer than the specified deadline;"
                + " terminated by SIGTERM (exit code 143)"),
        ends(
            "",
            "{'phase': 'Failed', 'reason': 'OutOfcpu', 'message': 'Pod was rejected: Node"
                + " didn\\u0027t have enough resource: cpu'}",
            false,
            null,
            "OutOfcpu",
            "OutOfcpu: Pod was rejected: Node didn't have enough resource: cpu"),
        ends(
            "",
            failed(
                """
                'exitCode': 128, 'reason': 'StartError', 'startedAt': '1970-01-01T00:00:00Z',
                'finishedAt': '2026-11-21T09:00:00Z'""",
                node.formatted("Evicted", "memory")),
            false,
            128,
            "Evicted",
            "Evicted: memory"),
        ends(
            "",
            failed(ran(143, "Error"), disruption("", "no reason")),
            true,
            143,
            "Error",
            "Terminated by SIGTERM (exit code 143)"),
        ends(
            "",
            "{'phase': 'Failed', 'reason': 'NodeAffinity', 'message': ''}",
            false,
            null,
            "NodeAffinity",
            "NodeAffinity"),
        ends(
            "",
            failed(ran(137, "OOMKilled"), node.formatted("Evicted", "memory")),
            true,
            137,
            "OOMKilled",
            "Killed: out of memory (exit code 137)"),
        ends(
            "",
            failed(
                ran(143, "Error"),
                disruption("PreemptionByScheduler", "default-scheduler: preempting")),
            true,
            143,
            "PreemptionByScheduler",
            "Preempted by the scheduler: default-scheduler: preempting; terminated by SIGTERM (exit"
                + " code 143)"),
        ends(
            DELETED,
            failed(
                neverCreated(),
                disruption(
                    "DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint")),
            false,
            null,
            "DeletionByTaintManager",
            "Deleted, as its node has a taint: Taint manager: deleting due to NoExecute taint"),
        ends(
            DELETED,
            failed(ran(143, "Error"), disruption("NewReason", "")),
            true,
            143,
            "NewReason",
            "NewReason; terminated by SIGTERM (exit code 143)"));
  }

  static Stream<Arguments> deletions() {
    return Stream.of(
        ends(
            DELETED,
            failed(ran(143, "Error"), ""),
            true,
            143,
            "Deleted",
            "The pod was deleted; terminated by SIGTERM (exit code 143)"),
        ends(
            DELETED,
            failed(ran(137, "Error"), ""),
            true,
            137,
            "Deleted",
            "The pod was deleted; killed by SIGKILL (exit code 137)"),
        ends(DELETED, failed(neverCreated(), ""), false, null, "Deleted", "The pod was deleted"),
        // The pod was deleted during a crash loop.
        ends(
            DELETED,
            restarted("'waiting': {'reason': 'CrashLoopBackOff'}"),
            true,
            1,
            "Error",
            "Exit code 1"),
        // The pod was deleted while the container ran again.
        ends(
            DELETED,
            restarted("'running': {'startedAt': '2026-11-21T09:01:00Z'}"),
            true,
            null,
            "Deleted",
            "The pod was deleted"),
        // The driver ended by itself before it got the signal.
        ends(DELETED, failed(ran(1, "Error"), ""), true, 1, "Error", "Exit code 1"),
        ends(DELETED, failed(ran(0, "Completed"), ""), true, 0, "Completed", "Exit code 0"),
        ends(
            DELETED,
            """
            {'phase': 'Running', 'containerStatuses': [{'name': 'spark-kubernetes-driver',
             'state': {'running': {'startedAt': '2026-11-21T08:00:00Z'}}}]}""",
            true,
            null,
            "Deleted",
            "The pod was deleted"),
        ends(DELETED, "{'phase': 'Pending'}", false, null, "Deleted", "The pod was deleted"));
  }

  @ParameterizedTest
  @MethodSource({"endsOfContainers", "endsOfPods", "deletions"})
  void findsEndInStatus(String metadata, String status, DriverEnd end) {
    assertThat(end(metadata, status)).isEqualTo(end);
  }

  @Test
  void findsEndOfRunBeforeRestart() {
    Pod pod =
        WaitingPodTest.pod(
            "",
            "",
            """
            {'phase': 'Running', 'containerStatuses': [{'name': 'spark-kubernetes-driver',
             'state': {'running': {'startedAt': '2026-11-21T09:01:00Z'}},
             'lastState': {'terminated': {%s}}}]}"""
                .formatted(ran(137, "OOMKilled")));

    assertThat(
            new EndedPod(pod, pod.status().containers().get("spark-kubernetes-driver"), false)
                .lastRun())
        .contains(
            new DriverEnd(
                true, OptionalInt.of(137), "OOMKilled", "Killed: out of memory (exit code 137)"));
  }

  @Test
  void findsNoEarlierRunOfContainerWithoutRestart() {
    Pod pod = WaitingPodTest.pod("", "", failed(ran(1, "Error"), ""));

    assertThat(
            new EndedPod(pod, pod.status().containers().get("spark-kubernetes-driver"), false)
                .lastRun())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0, Completed, false",
    "1, Error, true",
    "143, Deleted, true",
    ", Deleted, false",
    ", Completed, false",
    ", Evicted, true",
    ", ContainerStatusUnknown, true"
  })
  void countsFailureByExitCodeFirst(@Nullable Integer code, String reason, boolean isFailure) {
    OptionalInt exitCode = code == null ? OptionalInt.empty() : OptionalInt.of(code);

    assertThat(new DriverEnd(true, exitCode, reason, "").isFailure()).isEqualTo(isFailure);
  }

  @ParameterizedTest
  @CsvSource({
    "OOMKilled, OOMKilled",
    "Deleted, Deleted",
    "OutOfexample.com/gpu, other",
    "x, other"
  })
  void mapsUnknownReasonsToOneLabel(String reason, String label) {
    assertThat(new DriverEnd(true, OptionalInt.empty(), reason, "").label()).isEqualTo(label);
  }
}
