// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import static io.sparklive.application.ApplicationState.ENDED;
import static io.sparklive.application.ApplicationState.LIVE;
import static io.sparklive.application.ApplicationState.NO_UI;
import static io.sparklive.application.ApplicationState.STARTING;
import static io.sparklive.application.SampleApplications.addressOf;
import static io.sparklive.discovery.kubernetes.Discovery.soon;
import static io.sparklive.discovery.kubernetes.Pods.withUiAt;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationInfo;
import io.sparklive.application.DiscoveryEvent;
import io.sparklive.application.DriverAddress;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.SourceRef;
import io.sparklive.harness.LoggedLines;
import io.sparklive.testkit.cluster.PodManifests;
import io.sparklive.testkit.cluster.PodStatuses;
import io.sparklive.testkit.cluster.TestCluster;
import io.sparklive.testkit.driver.FakeDriver;
import io.sparklive.testkit.driver.Response;
import io.sparklive.testkit.driver.RunningApplication;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Driver pods whose drivers respond elsewhere than their pods declare, or as another application.
 */
@Tag("cluster")
class MismatchedPodsTest {
  private static final String DECLARED = "spark-declared";
  private static final String RESPONDING = "spark-responding";

  private static TestCluster cluster;

  private final FakeDriver first = FakeDriver.refusing();
  private Optional<FakeDriver> next = Optional.empty();
  private String namespace;
  private Pods pods;
  private Discovery discovery;

  @BeforeAll
  static void open() {
    cluster = TestCluster.open();
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  @BeforeEach
  void discover() {
    namespace = cluster.newNamespace();
    pods = new Pods(cluster, namespace);
    discovery = Discovery.withClientMode(Discovery.noHosts(), cluster.kubeconfig(), namespace);
  }

  @AfterEach
  void end() {
    discovery.close();
    first.close();
    next.ifPresent(FakeDriver::close);
  }

  /** The driver of an application listens so many ports after the first one. */
  private DriverAddress runAfterFirst(String id, int ports) {
    FakeDriver driver = new FakeDriver(RunningApplication.of(id), first.port() + ports);
    next = Optional.of(driver);
    return addressOf(driver);
  }

  private JsonObject onHostNetwork(String id) {
    JsonObject manifest = withUiAt(PodManifests.driver(id), addressOf(first));
    manifest.getAsJsonObject("spec").addProperty("hostNetwork", true);
    return pods.start(pods.make(manifest), addressOf(first));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 16})
  void findsDriverOnNextPortIfOtherDriverHasFirst(int ports) {
    first.run(RESPONDING);
    onHostNetwork(RESPONDING);
    discovery.await(RESPONDING, LIVE);
    DriverAddress address = runAfterFirst(DECLARED, ports);

    onHostNetwork(DECLARED);

    discovery.await(DECLARED, LIVE);
    assertThat(discovery.get(DECLARED).address()).contains(address);
    assertThat(discovery.get(DECLARED).namespace()).contains(namespace);
    assertThat(discovery.get(RESPONDING).address()).contains(addressOf(first));
    assertThat(discovery.get(RESPONDING).state()).isEqualTo(LIVE);
    assertThat(discovery.errors()).isEmpty();
  }

  @Test
  void findsDriverWhoseUiStartsAfterConflict() {
    first.run(RESPONDING);
    onHostNetwork(RESPONDING);
    discovery.await(RESPONDING, LIVE);
    JsonObject pod = onHostNetwork(DECLARED);
    discovery.await(DECLARED, STARTING);
    discovery.awaitError(
        "pod %s/%s declares application %s, but another driver, of %s, responds at %s"
            .formatted(namespace, PodManifests.name(pod), DECLARED, RESPONDING, addressOf(first)));
    assertThat(discovery.get(DECLARED).state()).isEqualTo(STARTING);

    DriverAddress address = runAfterFirst(DECLARED, 1);

    discovery.await(DECLARED, LIVE);
    assertThat(discovery.get(DECLARED).address()).contains(address);
    assertThat(discovery.errors()).isEmpty();
  }

  /** Another program was there while the driver started, or is no driver. */
  @ParameterizedTest
  @ValueSource(ints = {0, 200, 401, 404})
  void findsDriverOnNextPortIfNoDriverHasFirst(int status) {
    if (status > 0) {
      first.respondToAll(
          Response.of(status, "<html>no driver</html>", "Content-Type", "text/html"));
    }
    DriverAddress address = runAfterFirst(DECLARED, 3);

    pods.runningDriver(DECLARED, addressOf(first));

    discovery.await(DECLARED, LIVE);
    assertThat(discovery.get(DECLARED).address()).contains(address);
    assertThat(discovery.errors()).isEmpty();
  }

  @Test
  void searchesNextPortsWithBackoff() {
    first.respondToAll(Response.STARTING_UP);
    FakeDriver searched = new FakeDriver(RunningApplication.of(RESPONDING), first.port() + 1);
    next = Optional.of(searched);

    pods.runningDriver(DECLARED, addressOf(first));

    soon().until(() -> first.received() >= 25);
    assertThat(searched.received()).isBetween(1, 4);
    assertThat(discovery.get(DECLARED).state()).isEqualTo(STARTING);
  }

  @Test
  void listsMislabelledDriverUnderReportedId() {
    try (LoggedLines log = new LoggedLines()) {
      first.run(RESPONDING);
      JsonObject pod = pods.runningDriver(DECLARED, addressOf(first));

      discovery.await(RESPONDING, LIVE);

      String contradiction =
          "pod %s/%s declares application %s, but its driver at %s responds as %s"
              .formatted(namespace, PodManifests.name(pod), DECLARED, addressOf(first), RESPONDING);
      discovery.awaitError(contradiction);
      assertThat(discovery.find(DECLARED)).isEmpty();
      LiveApplication listed = discovery.get(RESPONDING);
      assertThat(listed.namespace()).contains(namespace);
      assertThat(listed.address()).contains(addressOf(first));
      discovery.awaitUp();
      int received = first.received();
      soon().until(() -> first.received() >= received + 3);
      assertThat(log.with(contradiction)).hasSize(1).allMatch(line -> line.contains("WARN"));
      assertThat(discovery.registry().all()).hasSize(1);
    }
  }

  @Test
  void endsMislabelledDriverWithContainer() {
    first.run(RESPONDING);
    JsonObject pod = pods.runningDriver(DECLARED, addressOf(first));
    discovery.await(RESPONDING, LIVE);

    pods.setStatus(pod, PodStatuses.succeeded(pods.since(), pods.since()));

    discovery.await(RESPONDING, ENDED);
    assertThat(discovery.find(DECLARED)).isEmpty();
    assertThat(discovery.errors()).isEmpty();
  }

  @Test
  void followsDriversOfMislabelledPod() {
    first.run(RESPONDING);
    pods.runningDriver(DECLARED, addressOf(first));
    discovery.await(RESPONDING, LIVE);

    first.run("spark-next");
    discovery.await("spark-next", LIVE);
    assertThat(discovery.get(RESPONDING).state()).isEqualTo(ENDED);

    first.refuse();
    discovery.await("spark-next", ENDED);
    assertThat(discovery.find(DECLARED)).isEmpty();
  }

  /** The executors of a driver in a Deployment show it too. */
  @Test
  void listsDriverOfTwoSourcesOnce() {
    first.run(RESPONDING);
    SourceRef elsewhere = new SourceRef("static", first.address());
    discovery
        .registry()
        .apply(
            new DiscoveryEvent.DriverFound(
                elsewhere,
                new ApplicationId(RESPONDING),
                true,
                new ApplicationInfo("found", Optional.empty(), Instant.EPOCH, "ada", "4.2.0"),
                Optional.of(addressOf(first)),
                Optional.empty()));

    pods.runningDriver(DECLARED, addressOf(first));

    discovery.awaitError("responds as " + RESPONDING);
    assertThat(discovery.registry().all()).hasSize(1);
    assertThat(discovery.get(RESPONDING).source()).isEqualTo(elsewhere);
    assertThat(discovery.registry().conflicts()).isEmpty();
  }

  /** The driver may still start, and other drivers may be in namespaces that are not watched. */
  @Test
  void ignoresOtherDriverOnSameNode() {
    first.run("spark-of-another-namespace");
    onHostNetwork(DECLARED);

    discovery.awaitError("another driver, of spark-of-another-namespace");
    assertThat(discovery.get(DECLARED).state()).isEqualTo(STARTING);
    assertThat(discovery.find("spark-of-another-namespace")).isEmpty();

    runAfterFirst(DECLARED, 1);
    discovery.await(DECLARED, LIVE);
  }

  @Test
  void listsDriverWithoutUiIfOtherDriverHasPort() {
    first.run(RESPONDING);
    onHostNetwork(RESPONDING);
    JsonObject pod = onHostNetwork(DECLARED);
    discovery.await(DECLARED, STARTING);

    pods.make(PodManifests.executorOf(pod, 1));

    discovery.await(DECLARED, NO_UI);
  }

  @Test
  void reassignsDriverToDeclaringPod() {
    first.run(RESPONDING);
    pods.runningDriver(DECLARED, addressOf(first));
    discovery.await(RESPONDING, LIVE);

    JsonObject rightful = pods.runningDriver(RESPONDING, addressOf(first));

    soon()
        .until(
            () -> discovery.get(RESPONDING).source().key().contains(PodManifests.name(rightful)));
    discovery.await(DECLARED, STARTING);
    assertThat(discovery.get(RESPONDING).state()).isEqualTo(LIVE);
  }
}
