// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import static io.sparklive.application.ApplicationState.ENDED;
import static io.sparklive.application.ApplicationState.LIVE;
import static io.sparklive.application.ApplicationState.NO_UI;
import static io.sparklive.application.ApplicationState.PENDING;
import static io.sparklive.application.ApplicationState.STARTING;
import static io.sparklive.application.SampleApplications.addressOf;
import static io.sparklive.discovery.kubernetes.Discovery.soon;
import static io.sparklive.discovery.kubernetes.Pods.withUiAt;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationInfo;
import io.sparklive.application.Conflict;
import io.sparklive.application.DiscoveryEvent;
import io.sparklive.application.DriverAddress;
import io.sparklive.application.DriverEnd;
import io.sparklive.application.EndedApplication.History;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.PendingReason;
import io.sparklive.application.PendingReason.Kind;
import io.sparklive.application.SourceRef;
import io.sparklive.application.SourceStatus;
import io.sparklive.harness.FilterThreads;
import io.sparklive.testkit.cluster.PodManifests;
import io.sparklive.testkit.cluster.PodStatuses;
import io.sparklive.testkit.cluster.TestCluster;
import io.sparklive.testkit.driver.FakeDriver;
import io.sparklive.testkit.driver.Response;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Drivers in cluster mode, on the cluster that the tests use. */
@Tag("cluster")
class KubernetesDriversTest {
  private static final String ID = "spark-1";

  private static TestCluster cluster;
  private static Path kubeconfig;

  private final FakeDriver driver = FakeDriver.refusing();
  private final FakeDriver other = FakeDriver.refusing();
  private String namespace;
  private Pods pods;
  private Discovery discovery;

  @BeforeAll
  static void open() {
    cluster = TestCluster.open();
    kubeconfig = cluster.kubeconfig();
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  @BeforeEach
  void discover() {
    namespace = cluster.newNamespace();
    pods = new Pods(cluster, namespace);
    discovery = Discovery.withClientMode(Discovery.noHosts(), kubeconfig, namespace);
  }

  @AfterEach
  void end() {
    discovery.close();
    driver.close();
    other.close();
  }

  private JsonObject live(String id) {
    driver.run(id);
    JsonObject pod = pods.runningDriver(id, addressOf(driver));
    discovery.await(id, LIVE);
    return pod;
  }

  @Test
  void listsDriverFromPodOnceContainerRuns() {
    driver.respondToAll(Response.STARTING_UP);
    JsonObject pod = pods.driver(ID, addressOf(driver));
    discovery.await(ID, PENDING);
    assertThat(discovery.get(ID).pending()).map(PendingReason::kind).contains(Kind.SCHEDULING);

    pods.start(pod, addressOf(driver));
    discovery.await(ID, STARTING);

    assertThat(discovery.get(ID))
        .isEqualTo(
            new LiveApplication(
                new ApplicationId(ID),
                STARTING,
                new ApplicationInfo("orders", Optional.empty(), pods.since(), "root", "3.5.6"),
                Optional.of(addressOf(driver)),
                Optional.of(namespace),
                source(pod),
                Optional.empty()));
  }

  private SourceRef source(JsonObject pod) {
    return new SourceRef(
        "pod", namespace + "/" + PodManifests.name(pod) + " " + PodManifests.uid(pod));
  }

  @Test
  void replacesPodInfoByDriverResponse() {
    driver.respondToAll(Response.STARTING_UP);
    pods.runningDriver(ID, addressOf(driver));
    discovery.await(ID, STARTING);

    driver.run(ID);
    discovery.await(ID, LIVE);

    assertThat(discovery.get(ID).info())
        .isEqualTo(
            new ApplicationInfo(
                "Night shift", Optional.empty(), driver.application().started(), "ada", "4.2.0"));
    assertThat(discovery.get(ID).address()).contains(addressOf(driver));
    int before = driver.received();
    soon()
        .during(Discovery.TIMINGS.driverPoll().multipliedBy(5))
        .until(() -> driver.received() == before);
  }

  @Test
  void findsDriverThatStartedBeforeDiscovery() {
    discovery.close();
    driver.run(ID);
    pods.runningDriver(ID, addressOf(driver));

    discovery = Discovery.ofDriverPods(kubeconfig, namespace);
    discovery.await(ID, LIVE);

    assertThat(discovery.find("nobody")).isEmpty();
  }

  @Test
  void endsApplicationIfPodIsDeleted() {
    pods.delete(live(ID));

    discovery.await(ID, ENDED);

    assertThat(discovery.ended(ID)).isAfterOrEqualTo(pods.since());
    assertThat(discovery.get(ID).address()).isEmpty();
    assertThat(discovery.get(ID).info().user()).isEqualTo("ada");
  }

  @Test
  void keepsApplicationOfTerminatingPod() {
    JsonObject pod = live(ID);
    cluster.deleteGracefully(namespace, PodManifests.name(pod), 300);
    JsonObject next = pods.runningDriver("spark-2");
    discovery.await("spark-2", STARTING);
    assertThat(discovery.get(ID).state()).isEqualTo(LIVE);

    pods.delete(pod);

    discovery.await(ID, ENDED);
    assertThat(discovery.get("spark-2").source()).isEqualTo(source(next));
  }

  static Stream<Function<Instant, JsonObject>> endings() {
    return Stream.of(
        at -> PodStatuses.succeeded(at, at),
        at -> PodStatuses.failed(137, at, at),
        at -> PodStatuses.driverEndedSidecarRuns("mesh", "127.0.0.1", 0, at, at),
        at -> PodStatuses.driverEndedSidecarRuns("mesh", "127.0.0.1", 1, at, at));
  }

  @ParameterizedTest
  @MethodSource("endings")
  void endsApplicationIfDriverContainerTerminates(Function<Instant, JsonObject> ending) {
    driver.run(ID);
    JsonObject manifest = PodManifests.withContainer(PodManifests.driver(ID), "mesh");
    JsonObject pod = pods.make(withUiAt(manifest, addressOf(driver)));
    pods.setStatus(pod, PodStatuses.driverAndSidecarRun("mesh", "127.0.0.1", pods.since()));
    discovery.await(ID, LIVE);

    pods.setStatus(pod, ending.apply(pods.since()));
    discovery.await(ID, ENDED);
    assertThat(discovery.ended(ID)).isEqualTo(pods.since());
    pods.delete(pod);

    JsonObject next = pods.runningDriver("spark-2");
    discovery.await("spark-2", STARTING);
    assertThat(discovery.ended(ID)).isEqualTo(pods.since());
    assertThat(discovery.get("spark-2").source()).isEqualTo(source(next));
  }

  @Test
  void endsApplicationIfPodIsEvicted() {
    pods.setStatus(live(ID), PodStatuses.evicted());

    discovery.await(ID, ENDED);

    assertThat(discovery.ended(ID)).isAfterOrEqualTo(pods.since());
  }

  static Stream<JsonObject> statusesOfContainersThatNeverRan() {
    return DriverPodTest.statusesOfContainersThatNeverRan();
  }

  @ParameterizedTest
  @MethodSource("statusesOfContainersThatNeverRan")
  void doesNotListDriverThatNeverRan(JsonObject status) {
    JsonObject pod = pods.driver(ID, addressOf(driver));
    pods.setStatus(pod, PodStatuses.pending());
    discovery.await(ID, PENDING);
    pods.setStatus(pod, status);
    pods.runningDriver("spark-2");
    discovery.await("spark-2", STARTING);

    assertThat(discovery.find(ID)).isEmpty();
    assertThat(discovery.registry().findRecentlyRemoved(new ApplicationId(ID)))
        .map(LiveApplication::hasRun)
        .contains(false);
  }

  @Test
  void remembersWhyPodWasDeletedBeforeItRan() {
    JsonObject pod = pods.driver(ID, addressOf(driver));
    pods.setStatus(pod, PodStatuses.waiting("ImagePullBackOff", "Back-off pulling image"));
    soon()
        .until(
            () ->
                discovery
                    .find(ID)
                    .flatMap(LiveApplication::pending)
                    .filter(reason -> reason.kind() == Kind.IMAGE)
                    .isPresent());

    pods.delete(pod);
    soon().until(() -> discovery.find(ID).isEmpty());

    assertThat(
            discovery
                .registry()
                .findRecentlyRemoved(new ApplicationId(ID))
                .flatMap(LiveApplication::end)
                .map(DriverEnd::text)
                .orElseThrow())
        .startsWith("The pod was deleted; it waited: Image ")
        .endsWith(" cannot be pulled (ImagePullBackOff): Back-off pulling image");
  }

  @Test
  void waitsInCrashLoop() {
    JsonObject pod = live(ID);
    pods.setStatus(pod, PodStatuses.crashLoop(2, 137, "OOMKilled", pods.since(), pods.since()));
    discovery.await(ID, PENDING);

    assertThat(discovery.get(ID).pending())
        .contains(
            new PendingReason(
                Kind.CRASH_LOOP,
                "Crash loop, restarted 2 times: killed: out of memory (exit code 137)"));
    assertThat(discovery.get(ID).hasRun()).isTrue();
    assertThat(discovery.get(ID).end()).map(DriverEnd::reason).contains("OOMKilled");

    pods.setStatus(pod, PodStatuses.running("127.0.0.1", pods.since().plusSeconds(40)));
    discovery.await(ID, LIVE);
    assertThat(discovery.get(ID).ended()).isEmpty();
  }

  @Test
  void keepsExitOfDriver() {
    JsonObject pod = live(ID);
    pods.setStatus(pod, PodStatuses.terminated(137, "OOMKilled", pods.since(), pods.since()));
    discovery.await(ID, ENDED);

    assertThat(discovery.get(ID).end())
        .contains(
            new DriverEnd(
                true, OptionalInt.of(137), "OOMKilled", "Killed: out of memory (exit code 137)"));
  }

  @Test
  void keepsDeletionOfPodWhoseContainerRan() {
    pods.delete(live(ID));
    discovery.await(ID, ENDED);

    assertThat(discovery.get(ID).end())
        .contains(
            new DriverEnd(true, OptionalInt.empty(), DriverEnd.DELETED, "The pod was deleted"));
  }

  @Test
  void countsFailedExecutor() {
    JsonObject executor = pods.make(PodManifests.executorOf(live(ID), 1));
    pods.setStatus(
        executor, PodStatuses.running(PodManifests.EXECUTOR_CONTAINER, "127.0.0.1", pods.since()));
    soon().until(() -> discovery.status("executor", namespace).applications() == 1);

    JsonObject killed = PodStatuses.terminated(137, "OOMKilled", pods.since(), pods.since());
    killed
        .getAsJsonArray("containerStatuses")
        .get(0)
        .getAsJsonObject()
        .addProperty("name", PodManifests.EXECUTOR_CONTAINER);
    pods.setStatus(executor, killed);

    soon().until(() -> discovery.get(ID).executorFailures().count() == 1);
    assertThat(discovery.get(ID).executorFailures().text())
        .contains("1 executor failed: killed: out of memory (exit code 137)");
    assertThat(discovery.get(ID).executorFailures().last().orElseThrow().pod())
        .isEqualTo(PodManifests.name(executor));
  }

  @Test
  void ignoresExecutorThatDriverRemoves() {
    JsonObject pod = live(ID);
    JsonObject removed = pods.make(PodManifests.executorOf(pod, 1));
    soon().until(() -> discovery.status("executor", namespace).applications() == 1);
    pods.delete(removed);
    soon().until(() -> discovery.status("executor", namespace).applications() == 0);

    assertThat(discovery.get(ID).executorFailures().count()).isZero();
  }

  static Stream<JsonObject> statusesAfterALostNode() {
    return Stream.of(
        PodStatuses.neverCreated(), PodStatuses.rejected("NodeLost"), PodStatuses.evicted());
  }

  @ParameterizedTest
  @MethodSource("statusesAfterALostNode")
  void endsRunningApplicationAfterNodeLoss(JsonObject status) {
    pods.setStatus(live(ID), status);

    discovery.await(ID, ENDED);

    assertThat(discovery.ended(ID)).isAfterOrEqualTo(pods.since());
  }

  @Test
  void treatsNewPodOfSameNameAsOtherDriver() {
    driver.run(ID);
    JsonObject manifest = PodManifests.name(PodManifests.driver(ID), "nightly-driver");
    JsonObject first = pods.make(withUiAt(manifest, addressOf(driver)));
    pods.start(first, addressOf(driver));
    discovery.await(ID, LIVE);

    pods.delete(first);
    other.run("spark-2");
    JsonObject again = PodManifests.name(PodManifests.driver("spark-2"), "nightly-driver");
    pods.start(pods.make(withUiAt(again, addressOf(other))), addressOf(other));

    discovery.await(ID, ENDED);
    discovery.await("spark-2", LIVE);
    assertThat(discovery.get("spark-2").address()).contains(addressOf(other));
  }

  @Test
  void distinguishesPodsOfSameNameInTwoNamespaces() {
    discovery.close();
    Pods elsewhere = new Pods(cluster, cluster.newNamespace());
    JsonObject here =
        pods.make(PodManifests.name(PodManifests.driver("spark-here"), "nightly-driver"));
    JsonObject podElsewhere =
        elsewhere.make(PodManifests.name(PodManifests.driver("spark-there"), "nightly-driver"));
    pods.start(here, addressOf(driver));
    elsewhere.start(podElsewhere, addressOf(driver));
    discovery = Discovery.ofDriverPods(kubeconfig, namespace, elsewhere.namespace());
    discovery.await("spark-here", STARTING);
    discovery.await("spark-there", STARTING);
    discovery.awaitUp();
    assertThat(discovery.status("driver", namespace).applications()).isEqualTo(1);

    elsewhere.delete(podElsewhere);

    discovery.await("spark-there", ENDED);
    assertThat(discovery.get("spark-here").state()).isEqualTo(STARTING);
    assertThat(discovery.get("spark-here").namespace()).contains(namespace);
    assertThat(discovery.status("driver", elsewhere.namespace()).applications()).isZero();
  }

  @Test
  void watchesAllNamespacesAtOnce() {
    discovery.close();
    Pods elsewhere = new Pods(cluster, cluster.newNamespace());
    pods.runningDriver("spark-of-all-here");
    discovery = Discovery.withClientMode(Discovery.noHosts(), kubeconfig, "*");
    discovery.await("spark-of-all-here", STARTING);
    JsonObject podElsewhere = elsewhere.runningDriver("spark-of-all-there");
    discovery.await("spark-of-all-there", STARTING);

    elsewhere.delete(podElsewhere);

    discovery.await("spark-of-all-there", ENDED);
    assertThat(discovery.get("spark-of-all-here").namespace()).contains(namespace);
    assertThat(discovery.statuses())
        .extracting(SourceStatus::kind, SourceStatus::scope)
        .containsExactly(
            tuple("driver pods", "all namespaces"), tuple("executor pods", "all namespaces"));
  }

  @Test
  void listsDriverWithoutUi() {
    JsonObject pod = pods.runningDriver(ID, addressOf(driver));
    discovery.await(ID, STARTING);
    pods.make(PodManifests.executorOf(pod, 1));

    discovery.await(ID, NO_UI);

    driver.run(ID);
    discovery.await(ID, LIVE);
  }

  @Test
  void keepsStartingStateBeforeUiListens() {
    pods.runningDriver(ID, addressOf(driver));
    discovery.await(ID, STARTING);

    soon()
        .during(Discovery.TIMINGS.driverPoll().multipliedBy(7))
        .until(() -> discovery.hasState(ID, STARTING));
  }

  @Test
  void listsDriverWithIpv6Address() {
    pods.start(pods.driver(ID, addressOf(driver)), new DriverAddress("fd00::7", 4040));

    discovery.await(ID, STARTING);

    assertThat(discovery.get(ID).address()).contains(new DriverAddress("fd00::7", driver.port()));
    assertThat(discovery.get(ID).address())
        .map(DriverAddress::toString)
        .contains("[fd00::7]:" + driver.port());
  }

  @Test
  void ignoresPodWithoutValidApplicationId() {
    JsonObject invalid = PodManifests.driver("<b>/../x");
    PodManifests.label(invalid, "spark-app-selector", "");
    pods.start(pods.make(invalid), addressOf(driver));
    JsonObject byVariable = PodManifests.driver("spark-by-variable");
    byVariable.getAsJsonObject("metadata").getAsJsonObject("labels").remove("spark-app-selector");
    pods.start(pods.make(byVariable), addressOf(driver));

    discovery.await("spark-by-variable", STARTING);

    assertThat(discovery.registry().all()).hasSize(1);
  }

  @Test
  void reportsConflictOfPodWithSameApplicationId() {
    JsonObject first = live(ID);
    LiveApplication before = discovery.get(ID);
    other.run(ID);
    JsonObject second = pods.runningDriver(ID, addressOf(other));
    pods.runningDriver("spark-2");
    discovery.await("spark-2", STARTING);

    soon().until(() -> other.received() > 0);
    assertThat(discovery.get(ID)).isEqualTo(before);
    assertThat(discovery.registry().conflicts())
        .containsExactly(new Conflict(new ApplicationId(ID), source(first), source(second)));

    pods.delete(second);
    soon().until(() -> discovery.registry().conflicts().isEmpty());
    assertThat(discovery.get(ID)).isEqualTo(before);
  }

  @Test
  void findsRunningAndRecentlyEndedApplicationsAfterRestart() {
    JsonObject running = live(ID);
    JsonObject ended = pods.runningDriver("spark-ended");
    pods.setStatus(ended, PodStatuses.succeeded(pods.since(), pods.since()));
    JsonObject longAgo = pods.runningDriver("spark-long-ago");
    Instant before = pods.since().minus(Discovery.MAX_END_AGE).minusSeconds(5);
    pods.setStatus(longAgo, PodStatuses.failed(1, before.minusSeconds(60), before));
    discovery.await("spark-ended", ENDED);
    discovery.close();

    discovery = Discovery.ofDriverPods(kubeconfig, namespace);
    discovery.await(ID, LIVE);
    discovery.await("spark-ended", ENDED);
    discovery.awaitUp();

    assertThat(discovery.get(ID).source()).isEqualTo(source(running));
    assertThat(discovery.ended("spark-ended")).isEqualTo(pods.since());
    assertThat(discovery.get("spark-ended").info())
        .isEqualTo(new ApplicationInfo("orders", Optional.empty(), pods.since(), "root", "3.5.6"));
    assertThat(discovery.get("spark-ended").namespace()).contains(namespace);
    assertThat(discovery.find("spark-long-ago")).isEmpty();
  }

  @Test
  void reportsEndOfApplicationOnce() {
    JsonObject pod = pods.runningDriver(ID);
    discovery.await(ID, STARTING);
    pods.setStatus(pod, PodStatuses.succeeded(pods.since(), pods.since()));
    discovery.await(ID, ENDED);
    discovery
        .registry()
        .apply(new DiscoveryEvent.HandedOff(new ApplicationId(ID), History.COMPLETE, "a test"));

    cluster.deleteGracefully(namespace, PodManifests.name(pod), 0);
    pods.runningDriver("spark-2");
    discovery.await("spark-2", STARTING);

    assertThat(discovery.find(ID)).isEmpty();
  }

  @Test
  void reportsStatusOfEachWatch() {
    discovery.awaitUp();
    live(ID);

    assertThat(discovery.statuses())
        .extracting(SourceStatus::kind, SourceStatus::scope, SourceStatus::applications)
        .containsExactly(
            tuple("driver pods", "namespace " + namespace, 1),
            tuple("executor pods", "namespace " + namespace, 0));
    assertThat(discovery.errors()).isEmpty();
    assertThat(discovery.status("driver", namespace).lastEvent().orElseThrow())
        .isBeforeOrEqualTo(Instant.now());
  }

  @Test
  void watchesForbiddenNamespaceOncePermitted() {
    discovery.close();
    String forbidden = cluster.newNamespace();
    Pods hidden = new Pods(cluster, forbidden);
    hidden.runningDriver("spark-hidden");
    Path restricted = cluster.kubeconfigOf(namespace, "history");
    cluster.grant(namespace, "history", "list", "watch");
    discovery = Discovery.ofDriverPods(restricted, namespace, forbidden);
    pods.runningDriver(ID);

    discovery.await(ID, STARTING);
    discovery.awaitError("forbidden");
    await()
        .untilAsserted(
            () ->
                assertThat(discovery.status("driver", namespace).state())
                    .isEqualTo(SourceStatus.State.UP));
    SourceStatus refused = discovery.status("driver", forbidden);
    assertThat(refused.state()).isEqualTo(SourceStatus.State.DOWN);
    assertThat(refused.error())
        .contains(
            "namespace %s: forbidden; the service account %s/history needs list and watch on pods: see docs/kubernetes.md"
                .formatted(forbidden, namespace));
    assertThat(discovery.find("spark-hidden")).isEmpty();

    cluster.grant(forbidden, "history", "list", "watch");
    discovery.await("spark-hidden", STARTING);
    discovery.awaitUp();
    assertThat(discovery.errors()).isEmpty();
  }

  @Test
  void watchesNamespaceOfContextByDefault() {
    discovery.close();
    Path restricted = cluster.kubeconfigOf(namespace, "history");
    cluster.grant(namespace, "history", "list", "watch");
    pods.runningDriver(ID);

    discovery = Discovery.ofDriverPods(restricted);

    discovery.await(ID, STARTING);
    assertThat(discovery.statuses())
        .extracting(SourceStatus::scope)
        .containsExactly("namespace " + namespace);
  }

  @Test
  void stopsThreadsAndUpdatesOnClose() {
    JsonObject pod = live(ID);
    discovery.awaitUp();
    List<String> watches =
        FilterThreads.names().stream().filter(name -> name.contains(namespace)).toList();
    assertThat(watches).hasSize(2);
    Instant began = Instant.now();

    discovery.closeWatches();

    assertThat(Duration.between(began, Instant.now())).isLessThan(Duration.ofSeconds(3));
    assertThat(FilterThreads.names()).noneMatch(name -> name.contains(namespace));
    assertThat(FilterThreads.names()).noneMatch(name -> name.contains("kubernetes"));
    pods.delete(pod);
    soon().during(Duration.ofMillis(500)).until(() -> discovery.hasState(ID, LIVE));
  }

  @Test
  void leavesNoThreadIfClosedWhileItStarts() throws InterruptedException {
    discovery.closeWatches();

    for (int i = 0; i < 100; i++) {
      Discovery other = Discovery.withClientMode(Discovery.noHosts(), kubeconfig, namespace);
      Thread.sleep(i % 5);
      other.close();
    }

    assertThat(FilterThreads.names())
        .noneMatch(
            name ->
                name.contains(namespace)
                    || name.endsWith("-kubernetes")
                    || name.endsWith("-failed-executors"));
  }
}
