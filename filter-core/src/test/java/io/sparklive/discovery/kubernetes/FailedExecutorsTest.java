// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import static io.sparklive.application.SampleApplications.ADDRESS;
import static io.sparklive.application.SampleApplications.STARTED;
import static io.sparklive.application.SampleApplications.info;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.DiscoveryEvent;
import io.sparklive.application.ExecutorFailures;
import io.sparklive.application.SourceRef;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FailedExecutorsTest {
  private static final ApplicationId ID = new ApplicationId("spark-1");
  private static final ExecutorPods.Application APPLICATION =
      new ExecutorPods.Application(ID, "etl");

  private final ApplicationRegistry registry = new ApplicationRegistry();
  private final Map<String, String> statuses = new ConcurrentHashMap<>();
  private final List<String> read = new CopyOnWriteArrayList<>();
  private final FailedExecutors executors =
      new FailedExecutors(registry, this::read, Duration.ofMillis(1), () -> STARTED);
  private final Thread thread = new Thread(executors);

  private Pod read(String namespace, String name) throws IOException {
    read.add(namespace + "/" + name);
    String status = statuses.get(name);
    if (status == null) {
      throw new IOException("404");
    }
    return WaitingPodTest.pod("'name': '" + name + "'", "", status);
  }

  @BeforeEach
  void run() {
    registry.apply(
        new DiscoveryEvent.DriverFound(
            new SourceRef("pod", "driver"),
            ID,
            true,
            info("orders"),
            Optional.of(ADDRESS),
            Optional.of("etl")));
  }

  @AfterEach
  void stop() throws InterruptedException {
    executors.close();
    thread.interrupt();
    thread.join();
  }

  private ExecutorFailures failures() {
    return registry.find(ID).orElseThrow().executorFailures();
  }

  private void ended(String pod, String phase, int exitCode, String reason) {
    statuses.put(
        pod,
        """
        {'phase': '%s', 'containerStatuses': [{'name': 'spark-kubernetes-driver',
         'state': {'terminated': {'exitCode': %d, 'reason': '%s',
         'startedAt': '2026-11-21T08:00:00Z'}}}]}\
        """
            .formatted(phase, exitCode, reason));
    executors.add(APPLICATION, pod);
  }

  @Test
  void countsOnlyFailedExecutors() {
    ended("exec-1", "Failed", 137, "OOMKilled");
    ended("exec-2", "Succeeded", 0, "Completed");
    executors.add(APPLICATION, "exec-gone");
    ended("exec-3", "Failed", 56, "Error");
    thread.start();
    await().until(() -> read.size() == 4);
    await().until(() -> failures().count() == 2);

    assertThat(failures().byReason()).isEqualTo(Map.of("OOMKilled", 1, "Error", 1));
    ExecutorFailures.Failure last = failures().last().orElseThrow();
    assertThat(last.pod()).isEqualTo("exec-3");
    assertThat(last.exitCode()).hasValue(56);
    assertThat(last.text()).isEqualTo("Exit code 56");
    assertThat(last.at()).isEqualTo(STARTED);
  }

  @Test
  void readsNoPodOfUnknownApplication() {
    executors.add(new ExecutorPods.Application(new ApplicationId("spark-2"), "etl"), "exec-1");
    executors.add(new ExecutorPods.Application(ID, "other"), "exec-2");
    ended("exec-3", "Failed", 1, "Error");
    thread.start();
    await().until(() -> failures().count() == 1);

    assertThat(read).containsExactly("etl/exec-3");
  }

  @Test
  void dropsExecutorsBeyondBound() {
    IntStream.range(0, 150).forEach(i -> ended("exec-" + i, "Failed", 1, "Error"));
    thread.start();
    await().until(() -> failures().count() == 100);

    assertThat(read).hasSize(100);
  }

  @Test
  void endsEvenIfARequestClearsTheInterrupt() throws InterruptedException {
    CountDownLatch requested = new CountDownLatch(1);
    FailedExecutors waiting =
        new FailedExecutors(
            registry, (namespace, name) -> clearInterrupt(requested), Duration.ZERO, () -> STARTED);
    Thread reader = new Thread(waiting);
    waiting.add(APPLICATION, "exec-1");
    reader.start();
    requested.await();

    waiting.close();
    reader.interrupt();

    reader.join(10_000);
    assertThat(reader.isAlive()).isFalse();
  }

  private static Pod clearInterrupt(CountDownLatch requested) throws IOException {
    try {
      requested.countDown();
      Thread.sleep(60_000);
      return WaitingPodTest.pod("", "", "");
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
