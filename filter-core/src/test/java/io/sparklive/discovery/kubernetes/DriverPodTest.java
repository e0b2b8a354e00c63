// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.stream.JsonReader;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationInfo;
import io.sparklive.application.DriverAddress;
import io.sparklive.application.DriverEnd;
import io.sparklive.testkit.cluster.PodManifests;
import io.sparklive.testkit.cluster.PodStatuses;
import java.io.IOException;
import java.io.StringReader;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DriverPodTest {
  private static final Instant CREATED = Instant.parse("2026-11-21T07:59:00Z");
  private static final Instant SINCE = Instant.parse("2026-11-21T08:00:00Z");
  private static final Instant UNTIL = Instant.parse("2026-11-21T09:00:00Z");
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

  private static final Tuple WAITS = tuple("waits");

  private final JsonObject manifest = PodManifests.driver("spark-1");

  private static Optional<DriverPod> read(JsonObject manifest, JsonObject status, Instant now) {
    JsonObject pod = manifest.deepCopy();
    pod.add("status", status);
    JsonObject metadata = pod.getAsJsonObject("metadata");
    metadata.addProperty("uid", "u-1");
    metadata.addProperty("namespace", "spark");
    metadata.addProperty("creationTimestamp", CREATED.toString());
    try {
      return DriverPod.of(PodReader.read(new JsonReader(new StringReader(pod.toString()))), now);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private DriverPod read(JsonObject status) {
    return read(manifest, status, NOW).orElseThrow();
  }

  private JsonObject container() {
    return manifest.getAsJsonObject("spec").getAsJsonArray("containers").get(0).getAsJsonObject();
  }

  private static JsonObject json(String text) {
    return JsonParser.parseString(text).getAsJsonObject();
  }

  @ParameterizedTest
  @ValueSource(strings = {PodManifests.SPARK_3_5, PodManifests.SPARK_4_0})
  void readsDriversOfEverySparkVersion(String version) {
    JsonObject pod =
        PodManifests.name(PodManifests.driver("spark-1", "nightly", version), "nightly-driver");

    assertThat(read(pod, PodStatuses.running("10.0.0.7", SINCE), NOW))
        .contains(
            new DriverPod(
                "u-1",
                "spark",
                "spark/nightly-driver",
                new ApplicationId("spark-1"),
                new ApplicationInfo("nightly", Optional.empty(), SINCE, "root", version),
                Optional.of(new DriverAddress("10.0.0.7", 4040)),
                false,
                new DriverPod.Running(SINCE),
                Optional.empty(),
                new DriverEnd(true, OptionalInt.empty(), "Deleted", "The pod was deleted")));
  }

  @Test
  void prefersIdInLabelToVariable() {
    PodManifests.environment(manifest, "SPARK_APPLICATION_ID", "spark-variable");

    assertThat(read(PodStatuses.pending()).id()).isEqualTo(new ApplicationId("spark-1"));
  }

  @Test
  void readsIdFromVariableWithoutLabel() {
    manifest.getAsJsonObject("metadata").getAsJsonObject("labels").remove("spark-app-selector");

    assertThat(read(PodStatuses.pending()).id()).isEqualTo(new ApplicationId("spark-1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-x", "../x", "<b>", "a b", "ä"})
  void ignoresPodWithoutValidId(String id) {
    manifest.getAsJsonObject("metadata").getAsJsonObject("labels").remove("spark-app-selector");
    PodManifests.environment(manifest, "SPARK_APPLICATION_ID", id);

    assertThat(read(manifest, PodStatuses.pending(), NOW)).isEmpty();
  }

  @Test
  void usesPodNameWithoutNameLabel() {
    PodManifests.name(manifest, "a-pod");
    JsonObject labels = manifest.getAsJsonObject("metadata").getAsJsonObject("labels");
    labels.remove("spark-app-name");
    labels.remove("spark-version");

    ApplicationInfo info = read(PodStatuses.running("10.0.0.7", SINCE)).info();

    assertThat(info.name()).isEqualTo("a-pod");
    assertThat(info.sparkVersion()).isEqualTo("unknown");
  }

  @ParameterizedTest
  @CsvSource({
    "'spark-ui:4050,http-ui:4060', 4050",
    "'a-ui:4061,web-ui:4060,driver-rpc-port:7078', 4061",
    "'driver-rpc-port:7078', 4040",
    "'', 4040"
  })
  void findsUiPortByName(String ports, int port) {
    JsonArray declared = new JsonArray();
    for (String each : ports.isEmpty() ? new String[0] : ports.split(",", -1)) {
      int colon = each.indexOf(':');
      declared.add(
          json(
              "{\"name\": \"%s\", \"containerPort\": %s}"
                  .formatted(each.substring(0, colon), each.substring(colon + 1))));
    }
    container().add("ports", declared);

    assertThat(read(PodStatuses.running("10.0.0.7", SINCE)).address())
        .contains(new DriverAddress("10.0.0.7", port));
  }

  @Test
  void readsIpv6Address() {
    assertThat(read(PodStatuses.running("fd00::7", SINCE)).address())
        .map(DriverAddress::toString)
        .contains("[fd00::7]:4040");
    assertThat(read(PodStatuses.runningDualStack("10.0.0.7", "fd00::7", SINCE)).address())
        .map(DriverAddress::host)
        .contains("10.0.0.7");
  }

  @Test
  void readsEmptyAddressAsNone() {
    assertThat(read(PodStatuses.running("", SINCE)).address()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"spark-kubernetes-driver", "main"})
  void findsDriverContainerAmongSidecars(String name) {
    container().addProperty("name", name);
    JsonElement driver = manifest.getAsJsonObject("spec").getAsJsonArray("containers").remove(0);
    JsonArray containers = new JsonArray();
    containers.add(
        json("{\"name\": \"mesh\", \"ports\": [{\"name\": \"ui\", \"containerPort\": 15000}]}"));
    containers.add(driver);
    manifest.getAsJsonObject("spec").add("containers", containers);
    JsonObject status = PodStatuses.driverAndSidecarRun("mesh", "10.0.0.7", SINCE);
    status.getAsJsonArray("containerStatuses").get(1).getAsJsonObject().addProperty("name", name);

    DriverPod pod = read(status);
    assertThat(pod.address()).contains(new DriverAddress("10.0.0.7", 4040));
    assertThat(pod.info().user()).isEqualTo("root");
    assertThat(pod.state()).isEqualTo(new DriverPod.Running(SINCE));

    status
        .getAsJsonArray("containerStatuses")
        .get(1)
        .getAsJsonObject()
        .add(
            "state",
            json(
                "{\"terminated\": {\"startedAt\": \"%s\", \"finishedAt\": \"%s\"}}"
                    .formatted(SINCE, UNTIL)));
    assertThat(factsOf(read(status).state())).isEqualTo(ended(UNTIL, true));
  }

  @Test
  void findsDriverContainerByNameOrPortWithoutVariables() {
    container().remove("env");
    JsonObject spec = manifest.getAsJsonObject("spec");
    JsonObject driver = spec.getAsJsonArray("containers").remove(0).getAsJsonObject();
    JsonArray containers = new JsonArray();
    containers.add(json("{\"name\": \"mesh\"}"));
    containers.add(driver);
    spec.add("containers", containers);
    JsonObject status = PodStatuses.driverAndSidecarRun("mesh", "10.0.0.7", SINCE);
    status.getAsJsonArray("containerStatuses").remove(0);
    assertThat(read(status).state()).isEqualTo(new DriverPod.Running(SINCE));

    driver.addProperty("name", "main");
    status.getAsJsonArray("containerStatuses").get(0).getAsJsonObject().addProperty("name", "main");
    assertThat(read(status).state()).isEqualTo(new DriverPod.Running(SINCE));
  }

  static Stream<Arguments> states() {
    return Stream.of(
        arguments(PodStatuses.pending(), WAITS),
        arguments(json("{}"), WAITS),
        arguments(json("{\"phase\": \"Running\"}"), WAITS),
        arguments(PodStatuses.running("10.0.0.7", SINCE), runs(SINCE)),
        arguments(PodStatuses.succeeded(SINCE, UNTIL), ended(UNTIL, true)),
        arguments(PodStatuses.failed(1, SINCE, UNTIL), ended(UNTIL, true)),
        arguments(PodStatuses.evicted(), ended(NOW, false)),
        arguments(
            json(
                """
                {"phase": "Failed", "conditions": [
                  {"type": "Ready", "lastTransitionTime": "2026-11-21T09:00:00Z"},
                  {"type": "Initialized", "lastTransitionTime": "2026-11-21T08:00:00Z"},
                  {"type": "Strange", "lastTransitionTime": null}]}"""),
            ended(UNTIL, false)),
        arguments(
            PodStatuses.driverEndedSidecarRuns("mesh", "10.0.0.7", 0, SINCE, UNTIL),
            ended(UNTIL, true)),
        arguments(PodStatuses.driverAndSidecarRun("mesh", "10.0.0.7", SINCE), runs(SINCE)),
        arguments(phase("Unknown", PodStatuses.running("10.0.0.7", SINCE)), runs(SINCE)),
        arguments(phase("Failed", PodStatuses.running("10.0.0.7", SINCE)), ended(NOW, true)),
        arguments(phase("Pending", PodStatuses.running("10.0.0.7", SINCE)), runs(SINCE)));
  }

  private static Tuple runs(Instant since) {
    return tuple("runs", since);
  }

  private static Tuple ended(Instant at, boolean ran) {
    return tuple("ended", at, ran);
  }

  /** The state without its texts, which have tests of their own. */
  private static Tuple factsOf(DriverPod.DriverState state) {
    if (state instanceof DriverPod.Terminated terminated) {
      return ended(terminated.at(), terminated.end().ran());
    }
    return state instanceof DriverPod.Running running ? runs(running.since()) : WAITS;
  }

  /** As a kubelet of Kubernetes 1.34 writes it. */
  static Stream<JsonObject> statusesOfContainersThatNeverRan() {
    return Stream.of(
        PodStatuses.neverCreated(),
        PodStatuses.rejected("NodeAffinity"),
        PodStatuses.rejected("OutOfcpu"),
        PodStatuses.rejected("UnexpectedAdmissionError"),
        PodStatuses.startError(UNTIL),
        PodStatuses.initContainerFailed(SINCE, UNTIL),
        PodStatuses.deadlineExceededWithoutImage(),
        PodStatuses.evicted(),
        // The zero time of Go, in case that a runtime has no start to report.
        json(
            """
            {"phase": "Failed", "startTime": "2026-11-21T08:00:00Z", "containerStatuses": [
              {"name": "spark-kubernetes-driver", "state": {"terminated": {"exitCode": 128,
               "startedAt": "0001-01-01T00:00:00Z", "finishedAt": "0001-01-01T00:00:00Z"}}}]}"""),
        // A sidecar ran; the driver did not.
        json(
            """
            {"phase": "Failed", "containerStatuses": [
              {"name": "mesh", "state": {"terminated": {"exitCode": 0,
               "startedAt": "2026-11-21T08:00:00Z", "finishedAt": "2026-11-21T09:00:00Z"}}},
              {"name": "spark-kubernetes-driver", "state": {"waiting": {
               "reason": "ImagePullBackOff"}}}]}"""));
  }

  @ParameterizedTest
  @MethodSource("statusesOfContainersThatNeverRan")
  void treatsContainerWithoutStartTimeAsNeverRun(JsonObject status) {
    assertThat(read(status).state())
        .isInstanceOfSatisfying(
            DriverPod.Terminated.class, ended -> assertThat(ended.end().ran()).isFalse());
  }

  @Test
  void readsHostNetwork() {
    assertThat(read(PodStatuses.pending()).hostNetwork()).isFalse();

    manifest.getAsJsonObject("spec").addProperty("hostNetwork", true);

    assertThat(read(PodStatuses.pending()).hostNetwork()).isTrue();
  }

  private static JsonObject phase(String phase, JsonObject status) {
    status.addProperty("phase", phase);
    return status;
  }

  @ParameterizedTest
  @MethodSource("states")
  void readsContainerState(JsonObject status, Tuple state) {
    assertThat(factsOf(read(status).state())).isEqualTo(state);
  }

  @Test
  void treatsRestartingContainerAsWaiting() {
    JsonObject status = PodStatuses.running("10.0.0.7", SINCE);
    status
        .getAsJsonArray("containerStatuses")
        .get(0)
        .getAsJsonObject()
        .add("state", json("{\"waiting\": {\"reason\": \"CrashLoopBackOff\"}}"));

    assertThat(factsOf(read(status).state())).isEqualTo(WAITS);
  }

  @Test
  void limitsTimesToTimeOfReading() {
    Instant future = NOW.plusSeconds(3600);

    DriverPod running = read(PodStatuses.running("10.0.0.7", future));
    assertThat(running.info().started()).isEqualTo(NOW);
    assertThat(factsOf(read(PodStatuses.succeeded(SINCE, future)).state()))
        .isEqualTo(ended(NOW, true));
  }

  /** A node's clock may be ahead of ours. */
  @Test
  void keepsStateOfContainerWithFutureStartTime() {
    JsonObject status = PodStatuses.running("10.0.0.7", NOW.plusSeconds(5));

    assertThat(read(manifest, status, NOW.plusSeconds(1)).orElseThrow().state())
        .isEqualTo(read(manifest, status, NOW).orElseThrow().state());
  }

  /** The conditions have no order. */
  @Test
  void endsEvictedPodAtLastChangeOfItsConditions() {
    JsonObject status =
        json(
            """
            {'phase': 'Failed', 'reason': 'Evicted', 'conditions': [
              {'type': 'PodScheduled', 'status': 'True', 'lastTransitionTime': '%1$s'},
              {'type': 'DisruptionTarget', 'status': 'True', 'lastTransitionTime': '%2$s'},
              {'type': 'Initialized', 'status': 'True', 'lastTransitionTime': '%1$s'}]}"""
                .formatted(SINCE, UNTIL));

    assertThat(factsOf(read(status).state())).isEqualTo(ended(UNTIL, false));
  }

  @Test
  void readsStartTimeOfEndedContainer() {
    assertThat(read(PodStatuses.succeeded(SINCE, UNTIL)).info().started()).isEqualTo(SINCE);
    assertThat(read(PodStatuses.evicted()).info().started()).isEqualTo(CREATED);
  }
}
