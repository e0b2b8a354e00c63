// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.google.gson.stream.JsonReader;
import com.google.gson.stream.MalformedJsonException;
import io.sparklive.kubernetes.ApiFailure;
import io.sparklive.testkit.cluster.PodManifests;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PodStreamTest {
  private static final String BOOKMARK =
      """
      {"type":"BOOKMARK","object":{"kind":"Pod","apiVersion":"v1","metadata":\
      {"resourceVersion":"203","creationTimestamp":null},"spec":{"containers":null},"status":{}}}
      """;
  private static final String ERROR =
      """
      {"type":"ERROR","object":{"kind":"Status","apiVersion":"v1","metadata":{},\
      "status":"Failure","message":"too old resource version: 1 (189)","reason":"Expired",\
      "code":%s}}
      """;

  private static Pod read(String json) throws IOException {
    return PodReader.read(new JsonReader(new StringReader(json)));
  }

  private static PodStream.Events events(String text) {
    return new PodStream.Events(new StringReader(text));
  }

  /** A character at a time, as the network may cut it. */
  private static Reader inPieces(String text) {
    return new StringReader(text) {
      @Override
      public int read(char[] buffer, int from, int length) throws IOException {
        return super.read(buffer, from, 1);
      }
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {PodManifests.SPARK_3_5, PodManifests.SPARK_4_0})
  void readsRequiredFieldsOfDriver(String version) throws IOException {
    Pod pod = read(PodManifests.driver("spark-1", "orders", version).toString());

    assertThat(pod.labels())
        .containsOnly(
            Map.entry("spark-role", "driver"),
            Map.entry("spark-app-selector", "spark-1"),
            Map.entry("spark-app-name", "orders"),
            Map.entry("spark-version", version));
    assertThat(pod.containers())
        .containsExactly(
            new Pod.Container(
                "spark-kubernetes-driver",
                pod.containers().get(0).image(),
                Map.of(
                    "SPARK_USER", "root",
                    "SPARK_APPLICATION_ID", "spark-1",
                    "SPARK_DRIVER_BIND_ADDRESS", ""),
                Map.of("driver-rpc-port", 7078, "blockmanager", 7079, "spark-ui", 4040)));
    assertThat(pod.status()).isEqualTo(PodStatus.NONE);
    assertThat(pod.status().ip()).isEmpty();
    assertThat(pod.created()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {PodManifests.SPARK_3_5, PodManifests.SPARK_4_0})
  void readsRequiredFieldsOfExecutor(String version) throws IOException {
    Pod pod = read(PodManifests.clientModeExecutor("spark-1", "jupyter", 1, version).toString());

    assertThat(pod.containers().get(0).env())
        .containsEntry("SPARK_DRIVER_URL", "spark://CoarseGrainedScheduler@jupyter:7078");
    assertThat(pod.owner()).isEmpty();
  }

  @Test
  void readsOnlyPodsAsOwners() throws IOException {
    String owners =
        """
        {"metadata": {"ownerReferences": [
          {"kind": "Node", "name": "n", "uid": "1"}, {"name": "p", "kind": "Pod"},
          {"kind": "Job", "name": "j"}, {}]}}""";

    assertThat(read(owners).owner()).contains("p");
  }

  @Test
  void readsMissingAndNullFieldsAsEmpty() throws IOException {
    Pod nothing =
        new Pod(
            "",
            "",
            "",
            "",
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of(),
            List.of(),
            false,
            PodStatus.NONE);

    assertThat(read("{}")).isEqualTo(nothing);
    assertThat(read("{\"metadata\": null, \"spec\": null, \"status\": null}")).isEqualTo(nothing);
    assertThat(
            read(
                """
                {"kind": null, "metadata": {"uid": null, "name": null, "labels": null,
                 "ownerReferences": null, "creationTimestamp": null, "annotations": null},
                 "spec": {"containers": null, "initContainers": null, "schedulingGates": null},
                 "status": {"phase": null, "podIP": null, "conditions": null,
                 "reason": null, "message": null, "initContainerStatuses": null,
                 "containerStatuses": null, "startTime": null}}"""))
        .isEqualTo(nothing);
  }

  @Test
  void readsNullsInContainersAsEmpty() throws IOException {
    Pod pod =
        read(
            """
            {"spec": {"containers": [{"name": null, "env": null, "ports": null}]},
             "status": {"podIP": "", "containerStatuses": [
               {"name": "a", "state": null}, {"name": "b", "state": {}},
               {"name": "c", "state": {"waiting": null}},
               {"name": "d", "state": {"running": {"startedAt": null}}},
               {"name": "e", "state": {"terminated": {"startedAt": "yesterday",
                 "finishedAt": "2026-11-21T08:00:00Z"}}}]}}""");

    assertThat(pod.containers()).containsExactly(new Pod.Container("", "", Map.of(), Map.of()));
    assertThat(pod.status().ip()).isEmpty();
    assertThat(pod.status().containers())
        .containsEntry("a", in(PodStatus.State.NONE))
        .containsEntry("b", in(PodStatus.State.NONE))
        .containsEntry("c", in(PodStatus.State.NONE))
        .containsEntry("d", in(state(PodStatus.Phase.RUNNING, Optional.empty())))
        .containsEntry(
            "e",
            in(
                state(
                    PodStatus.Phase.TERMINATED,
                    Optional.of(Instant.parse("2026-11-21T08:00:00Z")))));
  }

  private static PodStatus.Container in(PodStatus.State state) {
    return new PodStatus.Container(0, state, PodStatus.State.NONE);
  }

  private static PodStatus.State state(PodStatus.Phase phase, Optional<Instant> finishedAt) {
    return new PodStatus.State(phase, "", "", OptionalInt.empty(), Optional.empty(), finishedAt);
  }

  @Test
  void keepsOnlySparkLabelsAndVariables() throws IOException {
    Pod pod =
        read(
            """
            {"metadata": {"labels": {"app": {"strange": 1}, "spark-role": "driver"}},
             "spec": {"containers": [{"name": "x", "env": [
               {"name": "PASSWORD", "value": "secret"}, {"value": "ada", "name": "SPARK_USER"}]}]}}""");

    assertThat(pod.labels()).containsOnly(Map.entry("spark-role", "driver"));
    assertThat(pod.containers().get(0).env()).containsOnly(Map.entry("SPARK_USER", "ada"));
  }

  @Test
  void readsListPageInAnyFieldOrder() throws IOException {
    List<Pod> pods = new ArrayList<>();
    PodStream.PageEnd end =
        PodStream.readPage(
            inPieces(
                """
                {"items": [{"metadata": {"uid": "1"}}, {"metadata": {"uid": "2"}}], "kind": "PodList",
                 "metadata": {"resourceVersion": "7", "continue": "next", "remainingItemCount": 3}}"""),
            pods::add);

    assertThat(pods).extracting(Pod::uid).containsExactly("1", "2");
    assertThat(end).isEqualTo(new PodStream.PageEnd("7", "next"));
  }

  @Test
  void readsNullItemsAsEmptyList() throws IOException {
    PodStream.PageEnd end =
        PodStream.readPage(
            new StringReader("{\"metadata\":{\"resourceVersion\":\"7\"},\"items\":null}"),
            pod -> {
              throw new AssertionError(pod);
            });

    assertThat(end).isEqualTo(new PodStream.PageEnd("7", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[]", "null", "{\"metadata\":{}}", "{\"items\":[]}"})
  void rejectsListWithoutVersion(String text) {
    assertThatThrownBy(() -> PodStream.readPage(new StringReader(text), pod -> {}))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void rejectsTruncatedPage() {
    assertThatThrownBy(
            () ->
                PodStream.readPage(
                    new StringReader("{\"metadata\":{\"resourceVersion\":\"7\"},\"items\":[{"),
                    pod -> {}))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> PodStream.readPage(new StringReader("<html>"), pod -> {}))
        .isInstanceOf(MalformedJsonException.class);
  }

  @Test
  void readsEventsInOrder() throws IOException {
    PodStream.Events events =
        new PodStream.Events(
            inPieces(
                """
                {"type":"ADDED","object":{"metadata":{"uid":"1","resourceVersion":"8"}}}
                {"type":"DELETED","object":{"metadata":{"uid":"1","resourceVersion":"9"}}}
                """
                    + BOOKMARK));

    assertThat(events.hasNext()).isTrue();
    PodStream.Event added = events.next();
    assertThat(added.type()).isEqualTo("ADDED");
    assertThat(added.pod().uid()).isEqualTo("1");
    assertThat(events.hasNext()).isTrue();
    assertThat(events.next().type()).isEqualTo("DELETED");
    assertThat(events.hasNext()).isTrue();
    PodStream.Event bookmark = events.next();
    assertThat(bookmark.type()).isEqualTo("BOOKMARK");
    assertThat(bookmark.pod().resourceVersion()).isEqualTo("203");
    assertThat(events.hasNext()).isFalse();
  }

  @Test
  void distinguishesExpiredVersionFromOtherErrors() {
    assertThatThrownBy(() -> events(ERROR.formatted("410")).next())
        .asInstanceOf(type(ApiFailure.class))
        .satisfies(
            failure -> {
              assertThat(failure.kind()).isEqualTo(ApiFailure.Kind.EXPIRED);
              assertThat(failure)
                  .hasMessage(
                      "the API server ends a watch with 410: too old resource version: 1 (189)");
            });
    assertThatThrownBy(() -> events(ERROR.formatted("500")).next())
        .asInstanceOf(type(ApiFailure.class))
        .extracting(ApiFailure::kind)
        .isEqualTo(ApiFailure.Kind.UNAVAILABLE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "7", "{\"type\":\"ADDED\"}", "\"ADDED\""})
  void rejectsMalformedEvent(String text) {
    assertThatThrownBy(() -> events(text).next()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void rejectsTruncatedEvent() throws IOException {
    PodStream.Events events = events("{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"uid\":\"1\"");

    assertThat(events.hasNext()).isTrue();
    assertThatThrownBy(events::next).isInstanceOf(IOException.class);
  }
}
