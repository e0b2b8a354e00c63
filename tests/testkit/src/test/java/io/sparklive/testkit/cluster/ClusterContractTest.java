// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import static io.sparklive.testkit.cluster.PodManifests.name;
import static io.sparklive.testkit.cluster.RawApi.METADATA;
import static io.sparklive.testkit.cluster.RawApi.METADATA_LIST;
import static io.sparklive.testkit.cluster.RawApi.WHOLE;
import static io.sparklive.testkit.cluster.RawApi.pods;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import io.sparklive.testkit.cluster.RawApi.ApiResponse;
import io.sparklive.testkit.cluster.WatchReader.Event;
import io.sparklive.testkit.cluster.WatchReader.State;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The behaviour that the real API server and the stand-in have in common. It makes tests against
 * the stand-in valid.
 */
@Tag("cluster")
@Tag("kit")
class ClusterContractTest {
  private static final String NOT_ENDED =
      "fieldSelector=status.phase!%3DSucceeded,status.phase!%3DFailed";
  private static final String DRIVERS = "labelSelector=spark-role%3Ddriver";
  private static final Instant SINCE = Instant.parse("2026-11-21T08:00:00Z");
  private static final Instant UNTIL = Instant.parse("2026-11-21T09:00:00Z");

  private static TestCluster cluster;
  private static RawApi api;
  private String namespace;

  @BeforeAll
  static void open() {
    cluster = TestCluster.open();
    api = new RawApi(cluster.kubeconfig());
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  @BeforeEach
  void makeNamespace() {
    namespace = cluster.newNamespace();
  }

  @Test
  void setsServerSideFieldsOfNewPod() throws Exception {
    JsonObject pod = driver("spark-1");
    JsonObject metadata = pod.getAsJsonObject("metadata");
    assertThat(metadata.get("namespace").getAsString()).isEqualTo(namespace);
    assertThat(metadata.get("uid").getAsString()).hasSize(36);
    assertThat(Instant.parse(metadata.get("creationTimestamp").getAsString()))
        .isBeforeOrEqualTo(Instant.now());
    assertThat(metadata.getAsJsonArray("managedFields").toString()).hasSizeBetween(1500, 8000);
    assertThat(pod.getAsJsonObject("status").get("phase").getAsString()).isEqualTo("Pending");
    ApiResponse response = api.get(pods(namespace) + "/" + name(pod));
    assertThat(response.status()).isEqualTo(200);
    assertThat(response.json()).isEqualTo(pod);
    assertThat(response.http().headers().firstValue("Content-Type")).hasValue(WHOLE);
  }

  @Test
  void mergesAStatus() throws Exception {
    JsonObject pod = driver("spark-1");
    JsonObject status =
        cluster
            .setStatus(namespace, name(pod), PodStatuses.running("fd00::7", SINCE))
            .getAsJsonObject("status");
    assertThat(status.get("phase").getAsString()).isEqualTo("Running");
    assertThat(status.get("qosClass").getAsString()).isEqualTo("Burstable");
    assertThat(status.get("podIP").getAsString()).isEqualTo("fd00::7");
    assertThat(status.get("startTime").getAsString()).isEqualTo("2026-11-21T08:00:00Z");
    assertThat(status.toString()).contains("\"running\":{\"startedAt\":\"2026-11-21T08:00:00Z\"}");
  }

  @Test
  void acceptsEveryPodStatus() {
    JsonObject sidecar =
        cluster.create(
            namespace, PodManifests.withContainer(PodManifests.driver("spark-1"), "mesh"));
    cluster.setStatus(
        namespace, name(sidecar), PodStatuses.driverAndSidecarRun("mesh", "10.0.0.1", SINCE));
    cluster.setStatus(
        namespace,
        name(sidecar),
        PodStatuses.driverEndedSidecarRuns("mesh", "10.0.0.1", 0, SINCE, UNTIL));
    cluster.setStatus(
        namespace,
        name(driver("spark-2")),
        PodStatuses.runningDualStack("10.0.0.2", "fd00::2", SINCE));
    cluster.setStatus(namespace, name(driver("spark-3")), PodStatuses.failed(137, SINCE, UNTIL));
    cluster.setStatus(namespace, name(driver("spark-4")), PodStatuses.evicted());
    cluster.setStatus(namespace, name(driver("spark-5")), PodStatuses.pending());
  }

  @Test
  void listsInPagesOfOneVersion() throws Exception {
    List<String> created =
        IntStream.range(0, 7).mapToObj(i -> name(driver("spark-" + i))).sorted().toList();
    ApiResponse page = api.get(pods(namespace) + "?limit=3");
    String version = page.metadata("resourceVersion");
    assertThat(page.text("kind")).isEqualTo("PodList");
    assertThat(page.metadata("remainingItemCount")).isEqualTo("4");
    assertThat(page.items().get(0).keySet())
        .containsExactlyInAnyOrder("metadata", "spec", "status");
    List<String> listed = new ArrayList<>(page.names());
    assertThat(listed).hasSize(3);
    driver("spark-later");
    while (!page.metadata("continue").isEmpty()) {
      page = api.get(pods(namespace) + "?limit=3&continue=" + page.metadata("continue"));
      assertThat(page.metadata("resourceVersion")).isEqualTo(version);
      listed.addAll(page.names());
    }
    assertThat(listed).isEqualTo(created);
  }

  @Test
  void omitsRemainingCountForLabelSelector() throws Exception {
    IntStream.range(0, 3).forEach(i -> driver("spark-" + i));
    String drivers = pods(namespace) + "?limit=1&" + DRIVERS;
    ApiResponse page = api.get(drivers);
    assertThat(page.names()).hasSize(1);
    assertThat(page.metadata("remainingItemCount")).isEmpty();
    String none = pods(namespace) + "?limit=1&labelSelector=spark-role%3Dnone";
    page = api.get(none, METADATA_LIST);
    assertThat(page.items()).isEmpty();
    assertThat(page.metadata("continue")).isEmpty();
  }

  @Test
  void rejectsVersionTogetherWithContinueToken() throws Exception {
    driver("spark-1");
    driver("spark-2");
    ApiResponse page = api.get(pods(namespace) + "?limit=1");
    String next = page.metadata("continue");
    String version = page.metadata("resourceVersion");
    ApiResponse response =
        api.get(pods(namespace) + "?limit=1&resourceVersion=" + version + "&continue=" + next);
    assertThat(response.status()).isEqualTo(400);
    assertThat(response.text("message"))
        .isEqualTo("specifying resource version is not allowed when using continue");
  }

  @Test
  void compressesLargeListOnRequest() throws Exception {
    IntStream.range(0, 40).forEach(i -> driver("spark-" + i));
    assertThat(encoding("?limit=1")).isEmpty();
    assertThat(encoding("")).hasValue("gzip");
  }

  @Test
  void ignoresLimitForResourceVersionZero() throws Exception {
    IntStream.range(0, 3).forEach(i -> driver("spark-" + i));
    await()
        .untilAsserted(
            () ->
                assertThat(api.get(pods(namespace) + "?limit=1&resourceVersion=0").names())
                    .hasSize(3));
  }

  @Test
  void rejectsUnknownContinueToken() throws Exception {
    ApiResponse response = api.get(pods(namespace) + "?limit=3&continue=abc");
    assertThat(response.status()).isEqualTo(400);
    assertThat(response.text("message")).startsWith("invalid continue token: continue key is not");
  }

  @Test
  void selectsByLabelPhaseAndName() throws Exception {
    JsonObject running = driver("spark-1");
    JsonObject ended = driver("spark-2");
    JsonObject executor =
        cluster.create(namespace, PodManifests.clientModeExecutor("spark-3", "notebook"));
    cluster.setStatus(namespace, name(running), PodStatuses.running("10.0.0.1", SINCE));
    cluster.setStatus(namespace, name(ended), PodStatuses.succeeded(SINCE, UNTIL));
    assertThat(listed(DRIVERS)).containsExactlyInAnyOrder(name(running), name(ended));
    assertThat(listed(NOT_ENDED)).containsExactlyInAnyOrder(name(running), name(executor));
    assertThat(listed(DRIVERS + "&" + NOT_ENDED)).containsExactly(name(running));
    assertThat(listed("fieldSelector=metadata.name%3D" + name(ended))).containsExactly(name(ended));
    assertThat(listed("labelSelector=spark-role,spark-role!%3Ddriver"))
        .containsExactly(name(executor));
    assertThat(listed("labelSelector=spark-role%20in%20(driver,none),!other"))
        .containsExactlyInAnyOrder(name(running), name(ended));
    assertThat(api.get(pods(namespace) + "?fieldSelector=spec.hostname%3Dx").status())
        .isEqualTo(400);
  }

  @Test
  void listsAllNamespacesAtOnce() throws Exception {
    String other = cluster.newNamespace();
    JsonObject here = driver("spark-1");
    JsonObject there = cluster.create(other, PodManifests.driver("spark-2"));
    assertThat(api.get("/api/v1/pods").names()).contains(name(here), name(there));
  }

  @Test
  void returnsMetadataOnlyOnRequest() throws Exception {
    ApiResponse none = api.get(pods(namespace), METADATA_LIST);
    assertThat(none.json().get("items").isJsonNull()).isTrue();
    JsonObject pod = driver("spark-1");
    ApiResponse list = api.get(pods(namespace), METADATA_LIST);
    assertThat(list.text("kind")).isEqualTo("PartialObjectMetadataList");
    JsonObject item = list.items().get(0);
    assertThat(item.get("kind").getAsString()).isEqualTo("PartialObjectMetadata");
    assertThat(item.keySet()).containsExactlyInAnyOrder("kind", "apiVersion", "metadata");
    assertThat(item.get("metadata")).isEqualTo(pod.get("metadata"));
    assertThat(api.get(pods(namespace) + "/" + name(pod), METADATA).json()).isEqualTo(item);
  }

  @Test
  void rejectsMissingPodAndNamespace() throws Exception {
    ApiResponse response = api.get(pods(namespace) + "/none");
    assertThat(response.status()).isEqualTo(404);
    assertThat(response.text("kind")).isEqualTo("Status");
    assertThat(response.text("message")).isEqualTo("pods \"none\" not found");
    assertThatThrownBy(() -> cluster.delete(namespace, "none"))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> cluster.create("none", PodManifests.driver("spark-1")))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void enforcesGrantsOfServiceAccount() throws Exception {
    RawApi account = new RawApi(cluster.kubeconfigOf(namespace, "history"));
    String other = cluster.newNamespace();
    String user = "system:serviceaccount:" + namespace + ":history";
    ApiResponse response = account.get(pods(other));
    assertThat(response.status()).isEqualTo(403);
    assertThat(response.text("message"))
        .isEqualTo(
            ("pods is forbidden: User \"%s\" cannot list resource \"pods\" in API group \"\" in the"
                    + " namespace \"%s\"")
                .formatted(user, other));
    cluster.grant(other, "history", "list");
    assertThat(account.get(pods(other)).status()).isEqualTo(200);
    assertThat(account.get(pods(namespace)).status()).isEqualTo(403);
    assertThat(account.get(pods(other) + "/x").text("message"))
        .startsWith("pods \"x\" is forbidden: User \"" + user + "\" cannot get resource");
    try (WatchReader watch = account.watch(pods(other) + "?watch=true", WHOLE)) {
      assertThat(watch.status()).isEqualTo(403);
    }
    cluster.grant(other, "history", "get");
    assertThat(account.get(pods(other) + "/x").status()).isEqualTo(404);
    assertThat(account.get(pods(other)).status()).isEqualTo(200);
    cluster.revoke(other, "history");
    assertThat(account.get(pods(other)).status()).isEqualTo(403);
  }

  @Test
  void enforcesClusterWideGrants() throws Exception {
    RawApi account = new RawApi(cluster.kubeconfigOf(namespace, "history"));
    assertThat(account.get("/api/v1/pods").text("message")).endsWith(" at the cluster scope");
    cluster.grantEverywhere(namespace, "history", "list", "watch");
    assertThat(account.get("/api/v1/pods").status()).isEqualTo(200);
    assertThat(account.get(pods(namespace)).status()).isEqualTo(200);
    cluster.revokeEverywhere(namespace, "history");
    assertThat(account.get("/api/v1/pods").status()).isEqualTo(403);
  }

  @Test
  void rejectsUnknownToken() throws Exception {
    ApiAccess access = ApiAccess.of(cluster.kubeconfig());
    RawApi unauthenticated = new RawApi(new ApiAccess(access.server(), access.authority(), "x"));
    ApiResponse response = unauthenticated.get(pods(namespace));
    assertThat(response.status()).isEqualTo(401);
    assertThat(response.text("message")).isEqualTo("Unauthorized");
  }

  @Test
  void writesInClusterFiles(@TempDir Path directory) throws Exception {
    InClusterFiles files = cluster.inClusterFiles(directory.resolve("sa"), namespace, "history");
    ApiAccess access =
        new ApiAccess(
            ApiAccess.of(cluster.kubeconfig())
                .server()
                .resolve("https://" + files.host() + ":" + files.port()),
            Files.readString(files.directory().resolve("ca.crt")),
            Files.readString(files.directory().resolve("token")));
    assertThat(new RawApi(access).get(pods(namespace)).status()).isEqualTo(403);
    assertThat(files.directory().resolve("namespace")).hasContent(namespace);
  }

  @Test
  void rejectsListOfFutureVersion() throws Exception {
    ApiResponse response = api.get(pods(namespace) + "?resourceVersion=999999999");
    assertThat(response.status()).isEqualTo(504);
    assertThat(response.http().headers().firstValue("Retry-After")).hasValue("1");
    assertThat(response.text("message"))
        .startsWith("Timeout: Too large resource version: 999999999");
  }

  @Test
  void sendsWatchEventsAfterVersion() throws Exception {
    driver("spark-0");
    try (WatchReader watch = watchFromNow("timeoutSeconds=60", WHOLE)) {
      assertThat(watch.status()).isEqualTo(200);
      JsonObject pod = driver("spark-1");
      JsonObject changed =
          cluster.setStatus(namespace, name(pod), PodStatuses.running("10.0.0.1", SINCE));
      cluster.delete(namespace, name(pod));
      await()
          .untilAsserted(
              () ->
                  assertThat(watch.types())
                      .containsExactly("ADDED", "MODIFIED", "MODIFIED", "DELETED"));
      List<Event> events = watch.events();
      assertThat(events.get(0).object()).isEqualTo(pod);
      assertThat(events.get(1).object()).isEqualTo(changed);
      assertThat(metadata(events.get(2)).get("deletionGracePeriodSeconds").getAsInt()).isZero();
      assertThat(metadata(events.get(3)).has("deletionTimestamp")).isTrue();
      assertThat(events.stream().map(event -> Long.parseLong(event.version())).toList())
          .isSorted()
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void sendsExistingPodsFirstWithoutVersion() throws Exception {
    JsonObject pod = driver("spark-1");
    try (WatchReader watch = api.watch(pods(namespace) + "?watch=1&timeoutSeconds=60", WHOLE)) {
      await().untilAsserted(() -> assertThat(watch.types()).containsExactly("ADDED"));
      assertThat(watch.events().get(0).object()).isEqualTo(pod);
    }
  }

  @Test
  void sendsNoEventsForFutureVersion() throws Exception {
    String query = "?watch=true&timeoutSeconds=2&resourceVersion=999999999";
    try (WatchReader watch = api.watch(pods(namespace) + query, WHOLE)) {
      assertThat(watch.status()).isEqualTo(200);
      driver("spark-1");
      await().untilAsserted(() -> assertThat(watch.state()).isEqualTo(State.ENDED));
      assertThat(watch.events()).isEmpty();
    }
  }

  @Test
  void sendsDeletedAndAddedOnSelectorChanges() throws Exception {
    JsonObject pod = driver("spark-1");
    String name = name(pod);
    cluster.setStatus(namespace, name, PodStatuses.running("10.0.0.1", SINCE));
    try (WatchReader watch = watchFromNow(NOT_ENDED + "&timeoutSeconds=60", WHOLE)) {
      JsonObject ended = cluster.setStatus(namespace, name, phase("Succeeded"));
      cluster.setStatus(namespace, name, phase("Running"));
      await().untilAsserted(() -> assertThat(watch.types()).containsExactly("DELETED", "ADDED"));
      Event left = watch.events().get(0);
      assertThat(left.version())
          .isEqualTo(ended.getAsJsonObject("metadata").get("resourceVersion").getAsString());
      assertThat(left.object().getAsJsonObject("status").get("phase").getAsString())
          .isEqualTo("Running");
    }
  }

  @Test
  void sendsModifiedBeforeGracefulDeletion() throws Exception {
    String running = name(driver("spark-1"));
    String ended = name(driver("spark-2"));
    cluster.setStatus(namespace, running, PodStatuses.running("10.0.0.1", SINCE));
    cluster.setStatus(namespace, ended, PodStatuses.succeeded(SINCE, UNTIL));
    try (WatchReader watch = watchFromNow("timeoutSeconds=60", METADATA)) {
      cluster.deleteGracefully(namespace, running, 300);
      cluster.deleteGracefully(namespace, ended, 300);
      await()
          .untilAsserted(
              () -> assertThat(watch.types()).containsExactly("MODIFIED", "MODIFIED", "DELETED"));
      JsonObject metadata = metadata(watch.events().get(0));
      assertThat(metadata.get("deletionGracePeriodSeconds").getAsInt()).isEqualTo(300);
      assertThat(Instant.parse(metadata.get("deletionTimestamp").getAsString()))
          .isAfter(Instant.now().plusSeconds(200));
      assertThat(watch.events().get(0).object().keySet())
          .containsExactlyInAnyOrder("kind", "apiVersion", "metadata");
    }
  }

  @Test
  void endsWatchWithFinalBookmark() throws Exception {
    try (WatchReader watch = watchFromNow("allowWatchBookmarks=true&timeoutSeconds=4", METADATA)) {
      driver("spark-1");
      await().untilAsserted(() -> assertThat(watch.state()).isEqualTo(State.ENDED));
      assertThat(watch.types()).containsExactly("ADDED");
      List<Event> events = watch.events();
      Event last = events.get(events.size() - 1);
      assertThat(last.type()).isEqualTo("BOOKMARK");
      assertThat(Long.parseLong(last.version()))
          .isGreaterThanOrEqualTo(Long.parseLong(events.get(0).version()));
    }
  }

  private JsonObject driver(String applicationId) {
    return cluster.create(namespace, PodManifests.driver(applicationId));
  }

  private Optional<String> encoding(String query) throws Exception {
    ApiAccess access = ApiAccess.of(cluster.kubeconfig());
    HttpRequest request =
        access.request(pods(namespace) + query).header("Accept-Encoding", "gzip").build();
    return access
        .client()
        .send(request, BodyHandlers.discarding())
        .headers()
        .firstValue("Content-Encoding");
  }

  private List<String> listed(String query) throws IOException {
    return api.get(pods(namespace) + "?" + query).names();
  }

  private WatchReader watchFromNow(String query, String accept) throws IOException {
    String version = api.get(pods(namespace) + "?limit=1").metadata("resourceVersion");
    return api.watch(
        pods(namespace) + "?watch=true&resourceVersion=" + version + "&" + query, accept);
  }

  private static JsonObject metadata(Event event) {
    return event.object().getAsJsonObject("metadata");
  }

  private static JsonObject phase(String phase) {
    JsonObject status = new JsonObject();
    status.addProperty("phase", phase);
    return status;
  }
}
