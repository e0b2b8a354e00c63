// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.sparklive.harness.Container;
import io.sparklive.harness.EmbeddedHistoryServer;
import io.sparklive.harness.HistoryServerPlan;
import io.sparklive.harness.NewestContainer;
import io.sparklive.harness.Reply;
import io.sparklive.spi.CatalogStatus;
import io.sparklive.testkit.cluster.PodManifests;
import io.sparklive.testkit.cluster.PodStatuses;
import io.sparklive.testkit.cluster.StandInCluster;
import io.sparklive.testkit.driver.FakeDriver;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Links by the name of a driver pod or of a {@code SparkApplication}. */
@ParameterizedClass
@NewestContainer
class SubmissionFilterTest {
  private static final String ID = "spark-1";

  @Parameter private Container container;

  private final FakeDriver driver = new FakeDriver(ID);
  private final HistoryServerPlan plan = new HistoryServerPlan();
  private StandInCluster cluster;
  private EmbeddedHistoryServer server;
  private String namespace;

  @BeforeEach
  void openCluster() {
    cluster = new StandInCluster();
    namespace = cluster.newNamespace();
    plan.parameter("kubeconfig", cluster.kubeconfig().toString());
    plan.parameter("jobNamespaces", namespace);
  }

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
    cluster.close();
    driver.close();
  }

  private void start() throws Exception {
    server = container.start(plan);
    await()
        .until(
            () ->
                server
                    .get(podLink("none"), "X-Test-User", "sten")
                    .text()
                    .contains("There is no driver pod none"));
  }

  private String podLink(String name) {
    return "/sparkui/-/pods/" + namespace + "/" + name;
  }

  private String appLink(String name) {
    return "/sparkui/-/apps/" + namespace + "/" + name;
  }

  private JsonObject driverPod(String name, String label, String app) {
    JsonObject pod = PodManifests.driver(ID);
    pod.getAsJsonObject("metadata").addProperty("name", name);
    pod.getAsJsonObject("metadata").getAsJsonObject("labels").addProperty(label, app);
    for (JsonElement port :
        pod.getAsJsonObject("spec")
            .getAsJsonArray("containers")
            .get(0)
            .getAsJsonObject()
            .getAsJsonArray("ports")) {
      if (port.getAsJsonObject().get("name").getAsString().equals("spark-ui")) {
        port.getAsJsonObject().addProperty("containerPort", driver.port());
      }
    }
    return pod;
  }

  private void run(String name, String label, String app) {
    cluster.create(namespace, driverPod(name, label, app));
    cluster.setStatus(
        namespace,
        name,
        PodStatuses.running("127.0.0.1", Instant.now().truncatedTo(ChronoUnit.SECONDS)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sparkoperator.k8s.io/app-name", "spark.operator/spark-app-name"})
  void leadsFromSubmissionToEnd(String label) throws Exception {
    start();

    Reply before = server.get(appLink("nightly"));
    assertThat(before.status()).isEqualTo(503);
    assertThat(before.header("Retry-After")).isPresent();
    assertThat(before.text()).contains("http-equiv=\"refresh\"", "SparkApplication nightly");
    assertThat(server.get(podLink("nightly-driver")).text())
        .contains("no driver pod nightly-driver in the namespace " + namespace);

    cluster.create(namespace, driverPod("nightly-driver", label, "nightly"));
    await().until(() -> server.get(podLink("nightly-driver")).status() == 302);
    cluster.setStatus(
        namespace,
        "nightly-driver",
        PodStatuses.running("127.0.0.1", Instant.now().truncatedTo(ChronoUnit.SECONDS)));
    await().until(() -> server.get("/sparkui/" + ID + "/jobs/").status() == 200);

    for (String link : new String[] {podLink("nightly-driver"), appLink("nightly")}) {
      Reply reply = server.get(link + "?a=b");
      assertThat(reply.status()).isEqualTo(302);
      assertThat(reply.location()).isEqualTo("/sparkui/" + ID + "/?a=b");
      assertThat(reply.headers("Cache-Control")).containsExactly("no-store");
      assertThat(server.get(link + "/", "X-Forwarded-Prefix", "/shs").location())
          .isEqualTo("/shs/sparkui/" + ID + "/");
    }

    cluster.delete(namespace, "nightly-driver");
    plan.catalog().setStatus(ID, CatalogStatus.COMPLETE);
    await()
        .until(
            () ->
                server
                    .get("/sparkui/" + ID + "/")
                    .header("Location")
                    .filter(to -> to.startsWith("/history/" + ID + "/"))
                    .isPresent());
    assertThat(server.get(appLink("nightly")).location()).isEqualTo("/sparkui/" + ID + "/");
  }

  /** The response of the driver decides: its pod declares another application. */
  @Test
  void leadsToApplicationAsWhichDriverResponds() throws Exception {
    driver.run("spark-other");
    start();

    run("nightly-driver", "sparkoperator.k8s.io/app-name", "nightly");

    await().until(() -> server.get("/sparkui/spark-other/jobs/").status() == 200);
    assertThat(server.get(podLink("nightly-driver")).location()).isEqualTo("/sparkui/spark-other/");
  }

  @ParameterizedTest
  @ValueSource(strings = {"pods/elsewhere/nightly-driver", "apps/elsewhere/nightly"})
  void namesNamespaceThatIsNotWatched(String link) throws Exception {
    start();

    Reply reply = server.get("/sparkui/-/" + link);

    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.header("Retry-After")).isEmpty();
    assertThat(reply.text()).contains("does not watch the namespace elsewhere", "jobNamespaces");
  }

  @Test
  void returnsNotFoundForNameThatKubernetesRejects() throws Exception {
    start();

    Reply reply = server.get(podLink("nightly_driver"));

    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.text()).doesNotContain("namespace");
  }

  @Test
  void reportsFailingWatch() throws Exception {
    start();
    cluster.respondWith(403, Optional.empty());
    cluster.dropConnections();
    await().until(() -> server.get(podLink("nightly-driver")).text().contains("cannot watch"));

    Reply reply = server.get(podLink("nightly-driver"));

    assertThat(reply.status()).isEqualTo(503);
    assertThat(reply.text()).contains("cannot watch the namespace " + namespace);
  }

  @Test
  void reportsThatKubernetesIsOff() throws Exception {
    server = container.start(new HistoryServerPlan().drivers(driver.address()));
    await().until(() -> server.get("/sparkui/-/health").text().contains("\"state\": \"up\""));

    Reply reply = server.get(podLink("nightly-driver"));

    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.text()).contains("Kubernetes discovery is off");
  }

  @Test
  void requiresLoginForKnownAndUnknownNames() throws Exception {
    plan.access().controlled();
    start();
    run("nightly-driver", "sparkoperator.k8s.io/app-name", "nightly");
    await()
        .until(() -> server.get(podLink("nightly-driver"), "X-Test-User", "sten").status() == 302);

    Reply known = server.get(podLink("nightly-driver"));
    Reply unknown = server.get(podLink("other-driver"));

    assertThat(known.status()).isEqualTo(401);
    assertThat(unknown.status()).isEqualTo(401);
    assertThat(known.text()).isEqualTo(unknown.text()).doesNotContain(ID);
  }

  @Test
  void allowsOnlyReads() throws Exception {
    start();

    assertThat(server.request("POST", podLink("nightly-driver")).status()).isEqualTo(405);
  }
}
