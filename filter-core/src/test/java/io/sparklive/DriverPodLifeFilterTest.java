// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.harness.Container;
import io.sparklive.harness.EmbeddedHistoryServer;
import io.sparklive.harness.HistoryServerPlan;
import io.sparklive.harness.NewestContainer;
import io.sparklive.harness.Reply;
import io.sparklive.testkit.cluster.PodManifests;
import io.sparklive.testkit.cluster.PodStatuses;
import io.sparklive.testkit.cluster.TestCluster;
import io.sparklive.testkit.driver.FakeDriver;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;

/** The life of a driver pod, seen every 100 ms from its creation until after its hand-off. */
@Tag("cluster")
@ParameterizedClass
@NewestContainer
class DriverPodLifeFilterTest {
  private static final String ID = "spark-life";
  private static final String REST = "/api/v1/applications/" + ID;

  @Parameter private Container container;

  private final FakeDriver driver = new FakeDriver(ID);
  private TestCluster cluster;
  private String namespace;
  private HistoryServerPlan plan;
  private EmbeddedHistoryServer server;
  private String pod;

  @BeforeEach
  void start() throws Exception {
    cluster = TestCluster.open();
    namespace = cluster.newNamespace();
    plan =
        new HistoryServerPlan()
            .parameter("discovery", "kubernetes")
            .parameter("kubeconfig", cluster.kubeconfig().toString())
            .parameter("jobNamespaces", namespace)
            .parameter("handoffTimeout", "3s");
    driver.refuse();
    server = container.start(plan);
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () ->
                assertThat(server.get("/sparkui/-/health").text())
                    .contains("\"source\": \"driver pods\"", "\"state\": \"up\""));
  }

  @AfterEach
  void stop() {
    server.close();
    driver.close();
    cluster.close();
  }

  private void create() {
    pod =
        PodManifests.name(
            cluster.create(namespace, PodManifests.uiPort(PodManifests.driver(ID), driver.port())));
  }

  @Test
  void showsEachStateOfDriverThatIsKilledWithoutLog() throws Exception {
    try (ApplicationLifeSampler life = new ApplicationLifeSampler(server, ID)) {
      create();
      life.awaitLink("The driver is waiting. The application spark-life (orders) has a driver");
      cluster.setStatus(
          namespace, pod, PodStatuses.waiting("ImagePullBackOff", "Back-off pulling image"));
      life.awaitLink("cannot be pulled (ImagePullBackOff): Back-off pulling image");
      assertPendingResponses();
      Instant since = Instant.now();
      cluster.setStatus(namespace, pod, PodStatuses.running("127.0.0.1", since));
      life.awaitLink("The driver is starting");
      driver.listen();
      life.awaitLink("live");
      driver.refuse();
      cluster.setStatus(
          namespace, pod, PodStatuses.terminated(137, "OOMKilled", since, Instant.now()));
      life.awaitLink("has not read its event log yet");
      life.awaitLink("The History Server has no event log of it");

      life.assertOrder(
          "link",
          List.of(
              "No such application",
              "The driver is waiting\\. .* does not run yet\\. Not scheduled yet\\.",
              "The driver is waiting\\. .* cannot be pulled \\(ImagePullBackOff\\): Back-off"
                  + " pulling image\\.",
              "The driver is starting",
              "live",
              "The driver does not respond",
              "The application has ended; .* Killed: out of memory \\(exit code 137\\)\\. The"
                  + " History Server has not read its event log yet",
              "The application has ended\\. .* Killed: out of memory \\(exit code 137\\)\\. The"
                  + " History Server has no event log of it"));
      life.assertOrder(
          "overview",
          List.of(
              "absent",
              "pending scheduling",
              "pending image",
              "starting",
              "live",
              "ended OOMKilled",
              "recently ended OOMKilled failed"));
      life.assertOrder("list", List.of("absent", "running", "completed", "absent"));
    }
  }

  private void assertPendingResponses() {
    Reply page = server.get("/history/" + ID + "/jobs/");
    assertThat(page.status()).isEqualTo(503);
    assertThat(page.header("Retry-After")).contains("2");
    assertThat(page.text()).contains("The driver is waiting", "http-equiv=\"refresh\"");
    Reply below = server.get("/sparkui/" + ID + REST + "/jobs");
    assertThat(below.status()).isEqualTo(503);
    assertThat(below.header("Content-Type").orElse("")).startsWith("application/json");
    assertThat(below.text()).contains("cannot be pulled (ImagePullBackOff)");
    server.clearPassed();
    Reply unused = server.get(REST);
    // The sampler requests the list meanwhile.
    assertThat(server.passed())
        .filteredOn(passed -> passed.target().equals(REST))
        .hasSize(1)
        .allMatch(EmbeddedHistoryServer.Passed::untouched);
    assertThat(server.get("/sparkui/-/health").text()).contains("\"pending\": 1");
  }

  @Test
  void hidesReasonFromUsersWhoMayNotView() {
    plan.access().controlled();
    create();
    try (ApplicationLifeSampler life = new ApplicationLifeSampler(server, ID)) {
      life.awaitLink("The driver is waiting. The application spark-life (orders) has a driver");
      cluster.setStatus(namespace, pod, PodStatuses.waiting("ErrImagePull", "secret-registry"));
      cluster.setStatus(namespace, pod, PodStatuses.neverCreated());
      life.awaitLink("The application never started");

      life.assertOrder(
          "link",
          List.of(
              "No such application",
              "The driver is waiting\\. .* has a driver that does not run yet\\.",
              "The application never started\\. .*: its pod ended at [^ ]*\\."));
      life.assertOrder("overview", List.of("absent", "pending", "recently ended"));
      life.assertNever("secret-registry");
    }
  }

  @Test
  void showsWhyDriverNeverStarted() {
    try (ApplicationLifeSampler life = new ApplicationLifeSampler(server, ID)) {
      create();
      cluster.setStatus(namespace, pod, PodStatuses.waiting("ErrImagePull", "not found"));
      life.awaitLink("cannot be pulled (ErrImagePull): not found");
      cluster.setStatus(namespace, pod, PodStatuses.neverCreated());
      life.awaitLink("The application never started");

      life.assertOrder(
          "link",
          List.of(
              "No such application",
              "The driver is waiting\\. .* Not scheduled yet\\.",
              "The driver is waiting\\. .* cannot be pulled \\(ErrImagePull\\): not found\\.",
              "The application never started\\. .*; it waited: Image .* cannot be pulled"
                  + " \\(ErrImagePull\\): not found\\."));
      life.assertOrder(
          "overview",
          List.of(
              "absent",
              "pending scheduling",
              "pending image",
              "recently ended ContainerStatusUnknown failed"));
      life.assertOrder("list", List.of("absent"));
    }
  }
}
