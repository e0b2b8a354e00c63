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
import io.sparklive.harness.LoggedLines;
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
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final ApplicationId ID = new ApplicationId("spark-1");
  private static final SourceRef SOURCE = new SourceRef("pod", "driver");
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
    if (status.isEmpty()) {
      throw new IllegalStateException("not readable");
    }
    String deleted = name.contains("deleted") ? ", 'deletionTimestamp': '%s'" : "";
    String metadata = "'name': '" + name + "'" + deleted.formatted(STARTED);
    return WaitingPodTest.pod(metadata, "", status);
  }

  @BeforeEach
  void run() {
    registry.apply(
        new DiscoveryEvent.DriverFound(
            SOURCE, ID, true, info("orders"), Optional.of(ADDRESS), Optional.of("etl")));
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
    statuses.put("exec-unreadable", "");
    executors.add(APPLICATION, "exec-unreadable");
    // The driver removed it.
    ended("exec-deleted", "Failed", 143, "Error");
    // A sidecar failed.
    ended("exec-4", "Failed", 0, "Completed");
    // Another pod that still runs has this name now.
    statuses.put("exec-5", "{'phase': 'Running'}");
    executors.add(APPLICATION, "exec-5");
    ended("exec-3", "Failed", 56, "Error");
    thread.start();
    await().until(() -> read.size() == 8);
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
  void readsNoPodOfEndedApplication() {
    registry.apply(new DiscoveryEvent.DriverLost(SOURCE, STARTED.plusSeconds(9)));
    ended("exec-1", "Failed", 1, "Error");
    run();
    ended("exec-2", "Failed", 1, "Error");
    thread.start();
    await().until(() -> failures().count() == 1);

    assertThat(read).containsExactly("etl/exec-2");
  }

  @Test
  void dropsExecutorsBeyondBound() {
    try (LoggedLines logged = new LoggedLines()) {
      IntStream.range(0, 150).forEach(i -> ended("exec-" + i, "Failed", 1, "Error"));
      assertThat(logged.with("Too many executors end"))
          .singleElement()
          .asString()
          .endsWith("exec-100");
      thread.start();
      await().atMost(LONG).until(() -> failures().count() == 100);
      assertThat(read).hasSize(100);
    }
  }

  @Test
  void logsEachTimeThatExecutorsAreDropped() {
    try (LoggedLines logged = new LoggedLines()) {
      IntStream.range(0, 102).forEach(i -> ended("exec-" + i, "Failed", 1, "Error"));
      thread.start();
      await().atMost(LONG).until(() -> failures().count() == 100);
      ended("exec-200", "Failed", 1, "Error");
      await().atMost(LONG).until(() -> failures().count() == 101);
      executors.close();
      thread.interrupt();
      await().atMost(LONG).until(() -> !thread.isAlive());
      IntStream.range(300, 402).forEach(i -> ended("exec-" + i, "Failed", 1, "Error"));

      assertThat(logged.with("Too many executors end")).hasSize(2);
    }
  }

  @Test
  void pausesAfterEachPod() throws InterruptedException {
    FailedExecutors slow =
        new FailedExecutors(registry, this::read, Duration.ofHours(1), () -> STARTED);
    Thread reader = new Thread(slow);
    slow.add(APPLICATION, "exec-1");
    slow.add(APPLICATION, "exec-2");
    reader.start();
    try {
      // Without a pause it waits for a third pod, without a limit of time.
      await().atMost(LONG).until(() -> isWaiting(reader.getState()));

      assertThat(reader.getState()).isEqualTo(Thread.State.TIMED_WAITING);
      assertThat(read).containsExactly("etl/exec-1");
    } finally {
      slow.close();
      reader.interrupt();
      reader.join();
    }
  }

  private static boolean isWaiting(Thread.State state) {
    return state == Thread.State.TIMED_WAITING || state == Thread.State.WAITING;
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
