// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import com.google.gson.JsonObject;
import io.sparklive.testkit.cluster.PodManifests;
import io.sparklive.testkit.cluster.PodStatuses;
import io.sparklive.testkit.cluster.StandInCluster;
import io.sparklive.testkit.driver.FakeDrivers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;

/** A namespace of a stand-in for a Kubernetes cluster, where applications run. */
final class SparkNamespace implements AutoCloseable {
  /** One watch for drivers, one for executors. */
  private static final int WATCHES = 2;

  private final StandInCluster cluster = new StandInCluster();
  private final String name = cluster.newNamespace();

  /** The parameters of a plugin that watches only this namespace. */
  Map<String, String> parameters() {
    return Map.of(
        "discovery",
        "kubernetes",
        "kubeconfig",
        cluster.kubeconfig().toString(),
        "jobNamespaces",
        name,
        "clientMode",
        "true");
  }

  /** Waits until the plugin watches it. */
  void awaitWatches() {
    await(() -> cluster.watches() == WATCHES);
  }

  /** Creates the pod of a driver, which waits for its container. */
  JsonObject create(FakeDrivers.Driver driver) {
    JsonObject pod = PodManifests.driver(driver.id());
    return cluster.create(name, PodManifests.uiPort(pod, driver.port()));
  }

  /** Reports that the container of a driver runs. */
  void run(JsonObject pod, FakeDrivers.Driver driver, Instant since) {
    cluster.setStatus(name, PodManifests.name(pod), PodStatuses.running(driver.host(), since));
  }

  /** Reports that the container of a driver has ended, and deletes its pod. */
  void end(JsonObject pod, Instant since) {
    cluster.setStatus(name, PodManifests.name(pod), PodStatuses.succeeded(since, Instant.now()));
    cluster.delete(name, PodManifests.name(pod));
  }

  /** Creates the pods of some executors. */
  void createExecutors(JsonObject driver, int count) {
    for (int i = 1; i <= count; i++) {
      cluster.create(name, PodManifests.executorOf(driver, i));
    }
  }

  /**
   * Makes the plugin list everything again: ends all watches, and expires their versions.
   *
   * @return the time in seconds, from the first page of a list until all watches are open again
   */
  double listAgain() {
    cluster.expireHistory(StandInCluster.Expiry.STATUS);
    cluster.requests().clear();
    cluster.endWatchesAtOnce();
    await(() -> cluster.watches() == 0);
    cluster.recover();
    await(() -> cluster.requests().count("list") > 0);
    long began = System.nanoTime();
    await(() -> cluster.watches() == WATCHES);
    return (System.nanoTime() - began) / 1e9;
  }

  @Override
  public void close() {
    cluster.close();
  }

  private static void await(Callable<Boolean> condition) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(1))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(condition);
  }
}
