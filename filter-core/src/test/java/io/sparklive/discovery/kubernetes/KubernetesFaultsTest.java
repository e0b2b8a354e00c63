// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import static io.sparklive.application.ApplicationState.ENDED;
import static io.sparklive.application.ApplicationState.STARTING;
import static io.sparklive.discovery.kubernetes.Discovery.soon;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.sparklive.application.SourceStatus;
import io.sparklive.harness.FilterThreads;
import io.sparklive.harness.LoggedLines;
import io.sparklive.testkit.cluster.PodManifests;
import io.sparklive.testkit.cluster.RequestLog.LoggedRequest;
import io.sparklive.testkit.cluster.StandInCluster;
import io.sparklive.testkit.cluster.StandInCluster.Expiry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Discovery while the API server fails. */
class KubernetesFaultsTest {
  private static final String BEGINS = "Kubernetes watch lost";
  private static final String IS_OVER = "Kubernetes watch restored";

  private static final Duration LEAST_WAIT = Discovery.TIMINGS.minBackOff();

  private static StandInCluster cluster;

  private final LoggedLines logged = new LoggedLines();
  private Optional<Discovery> running = Optional.empty();
  private String namespace;
  private Pods pods;
  private JsonObject ends;
  private JsonObject replaced;

  @BeforeAll
  static void start() {
    cluster = new StandInCluster();
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  @BeforeEach
  void makeNamespace() {
    namespace = cluster.newNamespace();
    pods = new Pods(cluster, namespace);
    cluster.requests().clear();
  }

  @AfterEach
  void end() {
    cluster.recover();
    running.ifPresent(Discovery::close);
    logged.close();
  }

  private Discovery discover(String... namespaces) {
    return discover(Discovery.ofDriverPods(cluster.kubeconfig(), namespaces));
  }

  private Discovery discoverWithClientMode() {
    return discover(Discovery.withClientMode(Discovery.noHosts(), cluster.kubeconfig(), namespace));
  }

  private Discovery discover(Discovery discovery) {
    running = Optional.of(discovery);
    return discovery;
  }

  /** Starts three drivers: one stays, one ends, one is replaced under its name. */
  private Discovery threeRun() {
    pods.runningDriver("spark-stays");
    ends = pods.runningDriver("spark-ends");
    replaced =
        pods.make(PodManifests.name(PodManifests.driver("spark-replaced"), "nightly-driver"));
    pods.start(replaced);
    Discovery discovery = discoverWithClientMode();
    discovery.await("spark-stays", STARTING);
    discovery.await("spark-ends", STARTING);
    discovery.await("spark-replaced", STARTING);
    discovery.awaitUp();
    soon().until(() -> cluster.watches() == 2);
    return discovery;
  }

  /** Changes pods without an event. */
  private void changeMeanwhile() {
    pods.delete(ends);
    pods.delete(replaced);
    pods.start(pods.make(PodManifests.name(PodManifests.driver("spark-new"), "nightly-driver")));
  }

  private void assertCaughtUp(Discovery discovery) {
    discovery.await("spark-ends", ENDED);
    discovery.await("spark-replaced", ENDED);
    discovery.await("spark-new", STARTING);
    discovery.awaitUp();
    assertThat(discovery.get("spark-stays").state()).isEqualTo(STARTING);
    assertThat(discovery.errors()).isEmpty();
    assertThat(logged.with("spark-stays ended")).isEmpty();
    assertThat(logged.with("spark-stays appeared")).hasSize(1);
    pods.runningDriver("spark-last");
    discovery.await("spark-last", STARTING);
  }

  private void assertOneOutage() {
    assertThat(logged.with(BEGINS)).hasSize(1).first().asString().contains("WARN");
    soon().untilAsserted(() -> assertThat(logged.with(IS_OVER)).hasSize(1));
    assertThat(logged.with(IS_OVER)).first().asString().contains("INFO");
    assertNoStackTrace();
  }

  private void assertNoOutage() {
    assertThat(logged.with(BEGINS)).isEmpty();
    assertThat(logged.with(IS_OVER)).isEmpty();
    assertNoStackTrace();
  }

  private void assertNoStackTrace() {
    assertThat(logged.with("\tat ")).isEmpty();
  }

  @Test
  void listsThousandsOfPodsInPages() {
    List<JsonObject> drivers =
        IntStream.range(0, 1000).mapToObj(i -> pods.runningDriver("spark-" + i)).toList();
    for (int i = 0; i < 10_000; i++) {
      pods.make(PodManifests.executorOf(drivers.get(i % 1000), i / 1000 + 1));
    }
    cluster.requests().clear();

    Discovery discovery = discoverWithClientMode();
    discovery.awaitUp();

    assertThat(discovery.registry().all()).hasSize(1000);
    assertThat(discovery.status("driver", namespace).applications()).isEqualTo(1000);
    assertThat(discovery.status("executor", namespace).applications()).isEqualTo(1000);
    List<LoggedRequest> lists =
        cluster.requests().all().stream().filter(request -> request.verb().equals("list")).toList();
    // A server detects the last page only when it reads on.
    assertThat(lists)
        .hasSizeBetween(22, 24)
        .allMatch(request -> request.query().contains("limit=500"));
    assertThat(lists).noneMatch(request -> request.query().contains("resourceVersion"));
    assertThat(
            lists.stream().filter(a -> a.query().contains("executor")).map(LoggedRequest::accept))
        .hasSizeBetween(20, 21)
        .containsOnly("application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1");
    assertThat(cluster.requests().count("get")).isZero();
    assertThat(discovery.clientMode().error()).isEmpty();

    drivers.subList(0, 999).forEach(pods::delete);
    soon().until(() -> discovery.status("driver", namespace).applications() == 1);
  }

  @ParameterizedTest
  @EnumSource(Expiry.class)
  void relistsAfterExpiredVersionAndReconciles(Expiry expiry) {
    Discovery discovery = threeRun();
    cluster.requests().clear();
    cluster.endWatchesAtOnce();
    soon().until(() -> cluster.watches() == 0);
    changeMeanwhile();
    cluster.expireHistory(expiry);

    soon().until(() -> cluster.requests().count("list") >= 2);
    cluster.recover();

    assertCaughtUp(discovery);
    assertNoOutage();
  }

  @Test
  void reportsNoOutageForExpiredVersion() {
    Discovery discovery = threeRun();
    cluster.expireHistory(Expiry.STATUS);
    cluster.requests().clear();
    cluster.dropConnections();

    soon().until(() -> cluster.watches() == 2 && cluster.requests().count("list") == 2);

    pods.runningDriver("spark-last");
    discovery.await("spark-last", STARTING);
    assertNoOutage();
    assertThat(logged.with(" ended: ")).isEmpty();
  }

  @Test
  void reconcilesAfterOutage() {
    Discovery discovery = threeRun();
    cluster.refuse();
    discovery.awaitError("connection refused");
    changeMeanwhile();
    assertThat(discovery.get("spark-ends").state()).isEqualTo(STARTING);
    assertThat(discovery.statuses()).anyMatch(s -> s.state() == SourceStatus.State.DOWN);
    cluster.recover();

    assertCaughtUp(discovery);
    assertOneOutage();
  }

  /** The new versions are lower than the old ones: a watch from an old version receives nothing. */
  @Test
  void reconcilesAfterOutageWithNewHistory() {
    Discovery discovery = threeRun();
    cluster.refuse();
    discovery.awaitError("connection refused");
    changeMeanwhile();
    cluster.restartWithNewHistory(true);
    cluster.recover();

    assertCaughtUp(discovery);
    assertOneOutage();
  }

  /** The replacement is too fast to be noticed. */
  @Test
  void reconcilesAfterServerIsReplaced() {
    Discovery discovery = threeRun();
    cluster.restartWithNewHistory(true);
    soon().until(() -> cluster.watches() == 2);
    changeMeanwhile();

    assertCaughtUp(discovery);
  }

  @Test
  void endsApplicationsIfServerLosesAllPods() {
    Discovery discovery = threeRun();
    cluster.refuse();
    discovery.awaitError("connection refused");
    cluster.restartWithNewHistory(false);
    cluster.recover();

    discovery.await("spark-stays", ENDED);
    discovery.await("spark-ends", ENDED);
  }

  @Test
  void reconnectsWithoutReportingOutage() {
    Discovery discovery = threeRun();
    cluster.requests().clear();
    cluster.dropConnections();
    changeMeanwhile();

    assertCaughtUp(discovery);
    assertNoOutage();
  }

  @Test
  void pacesWatchesThatEndImmediately() {
    Discovery discovery = threeRun();
    cluster.requests().clear();
    Instant began = Instant.now();
    cluster.endWatchesAtOnce();

    soon().until(() -> cluster.requests().count("watch") >= 20);

    // One of the two watches was opened ten times. If it backed off, that would take 15 s.
    assertThat(Duration.between(began, Instant.now()))
        .isBetween(LEAST_WAIT.multipliedBy(9), Duration.ofSeconds(8));
    assertThat(cluster.requests().count("list")).isZero();
    assertThat(discovery.statuses()).allMatch(s -> s.state() == SourceStatus.State.UP);
    assertNoOutage();
    changeMeanwhile();
    cluster.recover();
    assertCaughtUp(discovery);
  }

  @Test
  void updatesVersionFromBookmarks() {
    Discovery discovery = threeRun();
    new Pods(cluster, cluster.newNamespace()).runningDriver("spark-elsewhere");
    Instant since = Instant.now();
    cluster.bookmark();
    soon()
        .until(
            () ->
                discovery.statuses().stream()
                    .allMatch(s -> s.lastEvent().filter(at -> at.isAfter(since)).isPresent()));
    cluster.requests().clear();
    cluster.endWatchesAtOnce();
    cluster.recover();

    pods.runningDriver("spark-last");
    discovery.await("spark-last", STARTING);
    assertThat(discovery.registry().all()).hasSize(4);
    assertThat(cluster.requests().all()).extracting(LoggedRequest::verb).doesNotContain("list");
  }

  @Test
  void reportsRejectedCredentialsOnce() {
    Discovery discovery = threeRun();
    cluster.respondWith(401, Optional.empty());
    cluster.dropConnections();
    changeMeanwhile();

    discovery.awaitError(
        "the API server %s rejects the credentials (401): the token may have expired"
            .formatted(cluster.uri()));
    assertThat(discovery.get("spark-ends").state()).isEqualTo(STARTING);
    soon().until(() -> cluster.requests().all().size() > 4);
    cluster.recover();

    assertCaughtUp(discovery);
    assertOneOutage();
  }

  @Test
  void keepsApplicationsDuringServerErrors() {
    Discovery discovery = threeRun();
    cluster.respondWith(500, Optional.empty());
    cluster.dropConnections();
    changeMeanwhile();

    discovery.awaitError("the API server %s responds with 500: ".formatted(cluster.uri()));
    assertThat(discovery.get("spark-ends").state()).isEqualTo(STARTING);
    cluster.recover();

    assertCaughtUp(discovery);
    assertOneOutage();
  }

  @Test
  void retriesFailuresWithBackoff() {
    Discovery discovery = discover(namespace);
    discovery.awaitUp();
    cluster.requests().clear();
    cluster.respondWith(500, Optional.empty());
    cluster.dropConnections();

    soon().until(() -> cluster.requests().all().size() >= 5);

    List<LoggedRequest> all = cluster.requests().all();
    for (int i = 0; i < 4; i++) {
      // Doubled each time, less a quarter at random.
      assertThat(Duration.between(all.get(i).at(), all.get(i + 1).at()))
          .isGreaterThanOrEqualTo(LEAST_WAIT.multipliedBy(3L << i).dividedBy(4));
    }
  }

  @Test
  void obeysRetryAfter() {
    cluster.respondNextWith(1, 429, Optional.of("2"));
    Discovery discovery = discover(namespace);
    discovery.awaitError("limits requests (429)");

    discovery.awaitUp();

    List<LoggedRequest> all = cluster.requests().all();
    assertThat(Duration.between(all.get(0).at(), all.get(1).at()))
        .isGreaterThanOrEqualTo(Duration.ofSeconds(2));
    assertThat(discovery.errors()).isEmpty();
    assertOneOutage();
  }

  @Test
  void reportsMissingPermissionsOfForbiddenNamespace() {
    Path kubeconfig = restricted();
    cluster.grant(namespace, "history", "list", "watch");
    Pods etl = new Pods(cluster, cluster.addNamespace("etl"));
    etl.runningDriver("spark-etl");
    Discovery discovery = discover(Discovery.ofDriverPods(kubeconfig, "etl", namespace));
    pods.runningDriver("spark-works");

    discovery.await("spark-works", STARTING);
    soon().until(() -> discovery.status("driver", "etl").error().isPresent());

    assertThat(discovery.status("driver", "etl").error())
        .contains(
            "namespace etl: forbidden; the service account spark/history needs list and watch on"
                + " pods: see docs/kubernetes.md");
    assertThat(discovery.status("driver", "etl").state()).isEqualTo(SourceStatus.State.DOWN);
    assertThat(discovery.status("driver", namespace).state()).isEqualTo(SourceStatus.State.UP);
    assertThat(logged.with(BEGINS)).hasSize(1).first().asString().contains("namespace etl");

    cluster.grant("etl", "history", "list", "watch");
    discovery.await("spark-etl", STARTING);
    discovery.awaitUp();
    assertOneOutage();
    assertThat(logged.with(IS_OVER)).first().asString().contains("namespace etl");
    cluster.revoke("etl", "history");
  }

  @Test
  void listsPodsAndReportsMissingWatchPermission() {
    Path kubeconfig = restricted();
    cluster.grant(namespace, "history", "list");
    pods.runningDriver("spark-listed");
    Discovery discovery =
        discover(Discovery.withClientMode(Discovery.noHosts(), kubeconfig, namespace));

    discovery.await("spark-listed", STARTING);
    soon().until(() -> discovery.errors().size() == 2);

    assertThat(discovery.errors())
        .containsExactly(
            "namespace %s: forbidden; the service account spark/history needs list and watch on pods: see docs/kubernetes.md"
                .formatted(namespace),
            "namespace %s: forbidden; the service account spark/history needs get, list and watch on pods: see docs/kubernetes.md"
                .formatted(namespace));
    assertThat(discovery.statuses()).allMatch(s -> s.state() == SourceStatus.State.DOWN);

    cluster.grant(namespace, "history", "list", "watch", "get");
    discovery.awaitUp();
    pods.runningDriver("spark-watched");
    discovery.await("spark-watched", STARTING);
    assertOneOutage();
  }

  @Test
  void reportsMissingGetPermissionIfDriverIsNotFound() {
    Path kubeconfig = restricted();
    cluster.grant(namespace, "history", "list", "watch");
    Discovery discovery =
        discover(Discovery.withClientMode(Discovery.noHosts(), kubeconfig, namespace));
    pods.make(PodManifests.clientModeExecutor("spark-notebook", "jupyter"));

    soon().until(() -> discovery.clientMode().error().isPresent());

    assertThat(discovery.clientMode().error())
        .contains(
            "application spark-notebook, namespace %1$s: namespace %1$s: forbidden; the service account spark/history needs get on pods: see docs/kubernetes.md"
                .formatted(namespace));
  }

  /** The account {@code spark/history}, which has no permissions yet. */
  private Path restricted() {
    return cluster.kubeconfigOf(cluster.addNamespace("spark"), "history");
  }

  @Test
  void connectsToClusterUnavailableAtStart() {
    cluster.refuse();
    Instant began = Instant.now();
    Discovery discovery = discover(namespace);
    assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(2));
    discovery.awaitError("the API server %s cannot be reached: ".formatted(cluster.uri()));
    pods.runningDriver("spark-1");
    cluster.recover();

    discovery.await("spark-1", STARTING);
    discovery.awaitUp();
    assertOneOutage();
  }

  @Test
  void closesWithoutWaitingForUnresponsiveServer() {
    Discovery discovery = threeRun();
    cluster.silence();
    Instant began = Instant.now();

    discovery.closeWatches();

    assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(2));
    assertThat(FilterThreads.names()).noneMatch(name -> name.contains(namespace));
    assertNoOutage();
  }

  @Test
  void closesWithoutWaitingForPendingResponse() {
    cluster.silence();
    Discovery discovery = discover(namespace);
    soon().until(() -> cluster.connections() > 0);
    Instant began = Instant.now();

    discovery.closeWatches();

    assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(2));
    assertThat(FilterThreads.names()).noneMatch(name -> name.contains(namespace));
  }

  @Test
  void closesWithoutWaitingForRetry() {
    cluster.respondWith(500, Optional.of("60"));
    Discovery discovery = discover(namespace);
    discovery.awaitError("responds with 500");
    Instant began = Instant.now();

    discovery.closeWatches();

    assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(2));
    assertThat(FilterThreads.names()).noneMatch(name -> name.contains(namespace));
  }
}
