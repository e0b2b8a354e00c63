// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import static io.sparklive.application.ApplicationState.ENDED;
import static io.sparklive.application.ApplicationState.LIVE;
import static io.sparklive.application.ApplicationState.STARTING;
import static io.sparklive.application.SampleApplications.addressOf;
import static io.sparklive.discovery.kubernetes.Discovery.soon;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationInfo;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.SourceRef;
import io.sparklive.discovery.DriverAddressResolver;
import io.sparklive.network.AllowedNetworks;
import io.sparklive.testkit.cluster.PodManifests;
import io.sparklive.testkit.cluster.PodStatuses;
import io.sparklive.testkit.cluster.TestCluster;
import io.sparklive.testkit.driver.FakeDriver;
import io.sparklive.testkit.driver.Response;
import io.sparklive.testkit.driver.Script;
import io.sparklive.testkit.relay.ForbiddenPort;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Discovers drivers that only their executors show, on the cluster that the tests use. */
@Tag("cluster")
class ClientModeTest {
  private static final String ID = "spark-1";

  private static TestCluster cluster;
  private static Path kubeconfig;

  private final FakeDriver driver = FakeDriver.refusing();
  private final FakeDriver second = FakeDriver.refusing();
  private final Map<String, Deque<String>> names = new ConcurrentHashMap<>();
  private final List<String> resolvedHosts = new CopyOnWriteArrayList<>();
  private Optional<Discovery> running = Optional.empty();
  private String namespace;
  private Pods pods;

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
  void makeNamespace() {
    namespace = cluster.newNamespace();
    pods = new Pods(cluster, namespace);
  }

  @AfterEach
  void end() {
    running.ifPresent(Discovery::close);
    driver.close();
    second.close();
  }

  private Discovery discover(AllowedNetworks networks) {
    List<Integer> ports = List.of(driver.port(), second.port());
    DriverAddressResolver hosts = new DriverAddressResolver(this::addressesOf, networks, ports);
    running = Optional.of(Discovery.withClientMode(hosts, kubeconfig, namespace));
    return running.get();
  }

  private InetAddress[] addressesOf(String host) throws UnknownHostException {
    resolvedHosts.add(host);
    Deque<String> addresses = names.getOrDefault(host, new ConcurrentLinkedDeque<>());
    String address = addresses.size() > 1 ? addresses.poll() : addresses.peek();
    if (address != null) {
      return InetAddress.getAllByName(address);
    }
    if (host.matches("[0-9.]+|.*:.*|localhost")) {
      return InetAddress.getAllByName(host);
    }
    throw new UnknownHostException(host);
  }

  /** Makes this name resolve to these addresses one after the other, and to the last for ever. */
  private void resolves(String host, String... addresses) {
    names.put(host, new ConcurrentLinkedDeque<>(List.of(addresses)));
  }

  private JsonObject executor(String id, String driverHost, int number) {
    return executor(
        PodManifests.clientModeExecutor(id, driverHost, number, PodManifests.SPARK_4_0));
  }

  private JsonObject executor(JsonObject manifest) {
    JsonObject pod = pods.make(manifest);
    return pods.setStatus(
        pod, PodStatuses.running(PodManifests.EXECUTOR_CONTAINER, "10.0.0.9", pods.since()));
  }

  @Test
  void findsDriverByServiceNameOfExecutors() {
    resolves("jupyter-headless." + namespace + ".svc", "127.0.0.1");
    driver.run(ID);
    Discovery discovery = discover(Discovery.HERE);
    executor(ID, "jupyter-headless", 1);

    discovery.await(ID, LIVE);

    assertThat(discovery.get(ID))
        .isEqualTo(
            new LiveApplication(
                new ApplicationId(ID),
                LIVE,
                new ApplicationInfo(
                    "Night shift",
                    Optional.empty(),
                    driver.application().started(),
                    "ada",
                    "4.2.0"),
                Optional.of(addressOf(driver)),
                Optional.of(namespace),
                new SourceRef("client mode", "namespace " + namespace + " " + ID),
                Optional.empty()));
    assertThat(resolvedHosts).first().isEqualTo("jupyter-headless." + namespace + ".svc");
    assertThat(discovery.clientMode().error()).isEmpty();
    assertThat(discovery.clientMode().applications()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "notebook.example.org", "jupyter.other.svc.cluster.local"})
  void findsDriverByAddressOrFullyQualifiedName(String host) {
    resolves("notebook.example.org", "127.0.0.1");
    resolves("jupyter.other.svc.cluster.local", "127.0.0.1");
    driver.run(ID);
    executor(ID, host, 1);

    discover(Discovery.HERE).await(ID, LIVE);

    assertThat(resolvedHosts).containsOnly(host);
  }

  @Test
  void findsDriverInPodThatOwnsExecutors() {
    JsonObject notebook = pods.make(PodManifests.other("jupyter", "notebook"));
    pods.setStatus(notebook, PodStatuses.running("notebook", "127.0.0.1", pods.since()));
    driver.run(ID);
    executor(
        PodManifests.ownedBy(
            PodManifests.clientModeExecutor(ID, "name-that-leads-nowhere"), notebook));

    discover(Discovery.HERE).await(ID, LIVE);
  }

  @Test
  void distinguishesApplicationsOfOneNotebook() {
    resolves("jupyter", "127.0.0.1");
    driver.run(ID);
    second.run("spark-2");
    Discovery discovery = discover(Discovery.HERE);
    executor("spark-2", "jupyter", 1);
    executor(ID, "jupyter", 1);

    discovery.await(ID, LIVE);
    discovery.await("spark-2", LIVE);

    assertThat(discovery.get(ID).address()).contains(addressOf(driver));
    assertThat(discovery.get("spark-2").address()).contains(addressOf(second));

    second.refuse();
    pods.runningDriver("spark-3");
    discovery.await("spark-3", STARTING);
    assertThat(discovery.get(ID).state()).isEqualTo(LIVE);
  }

  @Test
  void findsDriverThatStartsLater() {
    Discovery discovery = discover(Discovery.HERE);
    executor(ID, "127.0.0.1", 1);
    soon().until(() -> discovery.clientMode().error().isPresent());
    assertThat(discovery.clientMode().error().orElseThrow())
        .contains("application " + ID + ", namespace " + namespace)
        .contains("no response as " + ID + " from 127.0.0.1 at the ports ");
    assertThat(discovery.find(ID)).isEmpty();

    driver.run(ID);

    discovery.await(ID, LIVE);
    assertThat(discovery.clientMode().error()).isEmpty();
  }

  @Test
  void ignoresOtherApplicationAtAddress() {
    driver.run("spark-another");
    second.respondToAll(Response.STARTING_UP);
    Discovery discovery = discover(Discovery.HERE);
    executor(ID, "127.0.0.1", 1);

    soon().until(() -> driver.received() >= 2 && second.received() >= 2);

    assertThat(discovery.registry().all()).isEmpty();
  }

  @Test
  void keepsApplicationWithoutExecutorsWhileDriverResponds() {
    driver.run(ID);
    JsonObject executor = executor(ID, "127.0.0.1", 1);
    Discovery discovery = discover(Discovery.HERE);
    discovery.await(ID, LIVE);

    pods.delete(executor);
    soon().until(() -> discovery.status("executor", namespace).applications() == 0);
    int before = driver.received();
    soon().until(() -> driver.received() > before + 5);
    assertThat(discovery.get(ID).state()).isEqualTo(LIVE);

    driver.refuse();
    discovery.await(ID, ENDED);
  }

  @Test
  void keepsApplicationWithRunningExecutorsIfDriverIsUnresponsive() {
    driver.run(ID);
    JsonObject executor = executor(ID, "127.0.0.1", 1);
    Discovery discovery = discover(Discovery.HERE);
    discovery.await(ID, LIVE);

    driver.refuse();
    soon().during(Discovery.REFRESH.multipliedBy(10)).until(() -> discovery.hasState(ID, LIVE));
    driver.respondToAll(Script.silence());
    Duration settled =
        Discovery.PATIENCE.plus(Discovery.DRIVER_TIMEOUT.plus(Discovery.REFRESH).multipliedBy(2));
    soon().during(settled.plusMillis(500)).until(() -> discovery.hasState(ID, LIVE));

    pods.setStatus(executor, PodStatuses.failed(143, pods.since(), pods.since()));
    discovery.await(ID, ENDED);
  }

  @Test
  void endsApplicationIfNotebookPodIsDeleted() {
    JsonObject notebook = pods.make(PodManifests.other("jupyter", "notebook"));
    pods.setStatus(notebook, PodStatuses.running("notebook", "127.0.0.1", pods.since()));
    driver.run(ID);
    JsonObject executor =
        executor(PodManifests.ownedBy(PodManifests.clientModeExecutor(ID, "jupyter"), notebook));
    Discovery discovery = discover(Discovery.HERE);
    discovery.await(ID, LIVE);

    driver.respondToAll(Script.silence());
    pods.delete(notebook);
    pods.delete(executor);

    discovery.await(ID, ENDED);
  }

  @Test
  void endsApplicationIfOtherRespondsAtAddress() {
    driver.run(ID);
    JsonObject executor = executor(ID, "127.0.0.1", 1);
    Discovery discovery = discover(Discovery.HERE);
    discovery.await(ID, LIVE);

    driver.run("spark-2");
    pods.delete(executor);
    discovery.await(ID, ENDED);
    executor("spark-2", "127.0.0.1", 1);

    discovery.await("spark-2", LIVE);
    assertThat(discovery.get(ID).state()).isEqualTo(ENDED);
  }

  @Test
  void ignoresExecutorsOfDriverPods() {
    driver.respondToAll(Response.STARTING_UP);
    JsonObject pod = pods.runningDriver(ID, addressOf(driver));
    pods.make(PodManifests.executorOf(pod, 1));
    Discovery discovery = discover(Discovery.HERE);
    discovery.await(ID, STARTING);
    executor(PodManifests.executorOf(pod, 2));
    resolves("jupyter", "127.0.0.1");
    second.run("spark-2");
    executor("spark-2", "jupyter", 1);

    discovery.await("spark-2", LIVE);

    assertThat(resolvedHosts).allMatch(host -> host.startsWith("jupyter"));
  }

  @Test
  void ignoresExecutorsOfDeletedDriverPod() {
    JsonObject pod = pods.runningDriver(ID, addressOf(driver));
    Discovery discovery = discover(Discovery.HERE);
    discovery.await(ID, STARTING);
    discovery.awaitUp();
    pods.delete(pod);
    discovery.await(ID, ENDED);
    executor(PodManifests.executorOf(pod, 7));
    resolves("jupyter", "127.0.0.1");
    second.run("spark-2");
    executor("spark-2", "jupyter", 1);

    discovery.await("spark-2", LIVE);

    assertThat(resolvedHosts).allMatch(host -> host.startsWith("jupyter"));
    assertThat(discovery.get(ID).state()).isEqualTo(ENDED);
  }

  /** A user who creates an executor pod can name any host in it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "169.254.169.254",
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0.0.0.0",
        "localhost",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "leads-to-metadata.example.org",
        "leads-to-itself.example.org",
        "leads-to-itself"
      })
  void connectsToNoForbiddenHost(String host) throws Exception {
    resolves("leads-to-metadata.example.org", "169.254.169.254");
    resolves("leads-to-itself.example.org", "127.0.0.1");
    resolves("leads-to-itself." + namespace + ".svc", "127.0.0.1");
    try (ForbiddenPort trap = new ForbiddenPort(driver.port())) {
      Discovery discovery = discover(AllowedNetworks.defaultNetworks());
      executor(ID, host, 1);

      soon().until(() -> discovery.clientMode().error().isPresent());

      assertThat(discovery.clientMode().error().orElseThrow())
          .contains("which allowedDriverNetworks does not allow");
      assertThat(discovery.registry().all()).isEmpty();
      assertThat(trap.connections()).isZero();
    }
  }

  @Test
  void connectsToNoForbiddenOwnerAddress() throws Exception {
    JsonObject notebook = pods.make(PodManifests.other("jupyter", "notebook"));
    pods.setStatus(notebook, PodStatuses.running("notebook", "127.0.0.1", pods.since()));
    try (ForbiddenPort trap = new ForbiddenPort(driver.port())) {
      Discovery discovery = discover(AllowedNetworks.defaultNetworks());
      executor(PodManifests.ownedBy(PodManifests.clientModeExecutor(ID, "nowhere"), notebook));

      soon().until(() -> discovery.clientMode().error().isPresent());

      assertThat(discovery.clientMode().error().orElseThrow())
          .contains("127.0.0.1, which allowedDriverNetworks does not allow");
      assertThat(trap.connections()).isZero();
    }
  }

  /** The first address of the name is allowed, the later ones are forbidden. */
  @Test
  void resistsDnsRebinding() throws Exception {
    resolves("rebinds.example.org", "192.0.2.1", "127.0.0.1");
    try (ForbiddenPort trap = new ForbiddenPort(driver.port())) {
      Discovery discovery = discover(AllowedNetworks.defaultNetworks());
      executor(ID, "rebinds.example.org", 1);

      soon()
          .until(
              () ->
                  discovery
                      .clientMode()
                      .error()
                      .filter(e -> e.contains("(127.0.0.1), which allowedDriverNetworks does not"))
                      .isPresent());

      assertThat(resolvedHosts.size()).isGreaterThanOrEqualTo(2);
      assertThat(trap.connections()).isZero();
    }
  }

  @Test
  void reusesCheckedAddress() throws Exception {
    resolves("rebinds.example.org", "127.0.0.1", "127.0.0.2");
    driver.run(ID);
    try (ForbiddenPort trap = new ForbiddenPort("127.0.0.2", driver.port())) {
      Discovery discovery = discover(Discovery.HERE);
      executor(ID, "rebinds.example.org", 1);
      discovery.await(ID, LIVE);
      int before = driver.received();

      soon().until(() -> driver.received() > before + 3);

      assertThat(discovery.get(ID).address()).contains(addressOf(driver));
      assertThat(resolvedHosts).hasSize(1);
      assertThat(trap.connections()).isZero();
    }
  }

  @Test
  void resolvesNoInvalidHost() {
    Discovery discovery = discover(Discovery.HERE);
    executor(ID, "user:password@127.0.0.1:22/x?", 1);

    soon().until(() -> discovery.clientMode().error().isPresent());

    assertThat(discovery.clientMode().error().orElseThrow()).contains("does not name its driver");
    assertThat(resolvedHosts).isEmpty();
  }

  @Test
  void findsRunningDriverAfterRestart() {
    driver.run(ID);
    executor(ID, "127.0.0.1", 1);
    discover(Discovery.HERE).await(ID, LIVE);
    running.orElseThrow().close();

    discover(Discovery.HERE).await(ID, LIVE);

    assertThat(running.orElseThrow().get(ID).address()).contains(addressOf(driver));
  }
}
