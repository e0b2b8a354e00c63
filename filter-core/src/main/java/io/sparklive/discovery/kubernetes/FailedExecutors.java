// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.DiscoveryEvent;
import io.sparklive.application.DriverEnd;
import io.sparklive.application.ExecutorFailures;
import io.sparklive.application.LiveApplication;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the pods of executors that have just ended, one after the other, and reports those that
 * failed. The watch of executors has only their metadata. At most ten pods are read per second, and
 * at most 100 wait: if more executors end at once, some failures are not counted.
 *
 * <p>A driver deletes the pods of its failed executors within seconds. A pod that is gone by then
 * is not counted either.
 */
final class FailedExecutors implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(FailedExecutors.class);
  private static final int MAX_WAITING = 100;

  /** The pause that limits the load on the API server. */
  static final Duration PAUSE = Duration.ofMillis(100);

  private final ApplicationRegistry registry;
  private final PodSource pods;
  private final Duration pause;
  private final InstantSource clock;
  private final BlockingQueue<Executor> ended = new ArrayBlockingQueue<>(MAX_WAITING);
  private final AtomicBoolean isDropping = new AtomicBoolean();
  private volatile boolean isClosed;

  /** The pod of an executor of an application. */
  private record Executor(ExecutorPods.Application application, String pod) {}

  /** Reads one pod from the API server. */
  @FunctionalInterface
  interface PodSource {
    Pod read(String namespace, String name) throws IOException;
  }

  /**
   * @param pause the time between two pods
   */
  FailedExecutors(
      ApplicationRegistry registry, PodSource pods, Duration pause, InstantSource clock) {
    this.registry = registry;
    this.pods = pods;
    this.pause = pause;
    this.clock = clock;
  }

  /** Has the pod of an executor read that ended by itself; returns at once. */
  void add(ExecutorPods.Application application, String pod) {
    if (!isRunning(application)) {
      return;
    }
    boolean isAdded = ended.offer(new Executor(application, pod));
    if (isAdded) {
      isDropping.set(false);
    } else if (isDropping.compareAndSet(false, true)) {
      LOG.warn("Too many executors end at once: some failures are not counted, first {}", pod);
    }
  }

  private boolean isRunning(ExecutorPods.Application application) {
    return registry
        .find(application.id())
        .filter(known -> known.state().isRunning())
        .flatMap(LiveApplication::namespace)
        .filter(application.namespace()::equals)
        .isPresent();
  }

  /** Reads pods until {@link #close} and an interrupt. */
  @Override
  public void run() {
    try {
      while (!isClosed) {
        read(ended.take());
        Thread.sleep(pause.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Reads no further pod. The caller interrupts the thread, which may wait for one. */
  void close() {
    isClosed = true;
  }

  private void read(Executor executor) {
    try {
      Pod pod = pods.read(executor.application().namespace(), executor.pod());
      failure(pod)
          .ifPresent(
              failure ->
                  registry.apply(
                      new DiscoveryEvent.ExecutorFailed(
                          executor.application().id(),
                          executor.application().namespace(),
                          failure)));
    } catch (IOException | RuntimeException e) {
      LOG.debug("Pod of an ended executor cannot be read: {}", executor.pod(), e);
    }
  }

  /** The failure of this executor; empty if it ended well, or its driver removed it. */
  private Optional<ExecutorFailures.Failure> failure(Pod pod) {
    if (!pod.status().phase().equals("Failed")) {
      return Optional.empty();
    }
    PodStatus.Container container =
        pod.containers().stream()
            .findFirst()
            .map(declared -> pod.status().containers().get(declared.name()))
            .orElse(null);
    DriverEnd end = new EndedPod(pod, container, pod.deleted().isPresent()).end();
    return Optional.of(end)
        .filter(any -> !end.reason().equals(DriverEnd.DELETED) && end.isFailure())
        .map(any -> ExecutorFailures.Failure.of(pod.name(), clock.instant(), end));
  }
}
