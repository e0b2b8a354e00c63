// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationInfo;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.DiscoveryEvent;
import io.sparklive.application.DriverAddress;
import io.sparklive.application.DriverEnd;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.PendingReason;
import io.sparklive.application.SourceRef;
import io.sparklive.config.KubernetesSettings;
import io.sparklive.discovery.DriverPortScan;
import io.sparklive.discovery.ProbeScheduler;
import io.sparklive.discovery.RepeatingProbe;
import io.sparklive.discovery.UiPorts;
import io.sparklive.driver.DriverApi;
import io.sparklive.driver.ProbeResult;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports drivers in cluster mode: why they wait, their start and end from events of their pods,
 * their UI and application id from probes. An application runs as soon as the container of its
 * driver does, and has ended when this container or the pod has. The driver itself is polled until
 * it responds for the first time.
 *
 * <p>If another program responds at the port of the UI, or none for a while, the next ports are
 * tried as Spark does. If the driver responds as another application than its pod declares, the
 * response counts: that application is listed. Such a driver is polled for as long as its container
 * runs.
 */
final class DriverPods implements PodListener {
  private static final Logger LOG = LoggerFactory.getLogger(DriverPods.class);

  /** The kind of discovery, in the references to these sources. */
  static final String SOURCE = "pod";

  // A driver that takes longer than some seconds may never have a UI.
  private static final Duration SLOW = Duration.ofSeconds(5);
  private static final Duration SLOWEST = Duration.ofSeconds(30);
  private static final Duration SOON = Duration.ofMinutes(1);
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final int REFUSAL_THRESHOLD = 3;
  // In intervals of polls of a driver that has just started.
  private static final int POLLS_BEFORE_SEARCH = 10;
  private static final int POLLS_BETWEEN_SEARCHES = 5;
  private static final int MAX_DOUBLINGS = 10;
  // If a driver never ran, these reasons of its end do not tell why.
  private static final Set<String> UNEXPLAINED =
      Set.of(DriverEnd.DELETED, "ContainerStatusUnknown", "DeadlineExceeded");

  private final Map<String, Driver> drivers = new ConcurrentHashMap<>();
  private final Map<ExecutorPods.Application, Integer> applications = new ConcurrentHashMap<>();
  private final DriverApi api;
  private final DriverPortScan portScan;
  private final ApplicationRegistry registry;
  private final Predicate<ExecutorPods.Application> hasExecutors;
  private final Duration maxEndAge;
  private final Duration poll;
  private final ProbeScheduler scheduler;
  private final InstantSource clock;

  /**
   * @param hasExecutors whether an application has executors: if its driver has a UI, the UI was
   *     there before them
   * @param maxEndAge how long ago a driver may have ended if discovery never saw it running
   * @param poll how often a driver that has just started is polled
   */
  DriverPods(
      DriverApi api,
      ApplicationRegistry registry,
      Predicate<ExecutorPods.Application> hasExecutors,
      Duration maxEndAge,
      Duration poll,
      ScheduledExecutorService scheduler,
      InstantSource clock) {
    this.api = api;
    this.portScan = new DriverPortScan(api);
    this.registry = registry;
    this.hasExecutors = hasExecutors;
    this.maxEndAge = maxEndAge;
    this.poll = poll;
    this.scheduler = new ProbeScheduler(scheduler);
    this.clock = clock;
  }

  @Override
  public void onPod(Pod pod) {
    DriverPod.of(pod, clock.instant())
        .ifPresentOrElse(
            now -> drivers.computeIfAbsent(now.uid(), uid -> newDriver(now)).update(now),
            () ->
                LOG.debug("Driver pod has no application id: {}/{}", pod.namespace(), pod.name()));
  }

  @Override
  public void onPodDeleted(String uid) {
    Driver driver = drivers.remove(uid);
    if (driver != null) {
      driver.onDeleted();
      applications.computeIfPresent(driver.application, (a, pods) -> pods == 1 ? null : pods - 1);
    }
  }

  /** Whether this application has a driver pod, which may have ended. */
  boolean has(ExecutorPods.Application application) {
    return applications.containsKey(application);
  }

  private Driver newDriver(DriverPod pod) {
    Driver driver = new Driver(pod);
    applications.merge(driver.application, 1, Integer::sum);
    return driver;
  }

  /** The number of running drivers in this namespace or, for {@code *}, in all. */
  int countRunning(String namespace) {
    return (int) drivers.values().stream().filter(driver -> driver.isRunningIn(namespace)).count();
  }

  /**
   * The contradictions between drivers and their pods in this namespace or, for {@code *}, in all,
   * as text for users.
   */
  List<String> contradictions(String namespace) {
    return drivers.values().stream()
        .filter(driver -> driver.isRunningIn(namespace))
        .flatMap(driver -> driver.contradiction().stream())
        .toList();
  }

  /** Stops polling. Replies to requests in flight are ignored. */
  void close() {
    scheduler.close();
  }

  /** The driver of one pod. */
  private final class Driver {
    private final SourceRef source;
    private final ExecutorPods.Application application;
    // Volatile: other drivers read it without this lock.
    private volatile DriverPod pod;
    private volatile @Nullable ContainerRun run;
    // The reason that was reported last; null unless the driver waits.
    private @Nullable PendingReason pending;
    private boolean endReported;
    private @Nullable DriverEnd reportedEnd;

    Driver(DriverPod pod) {
      this.pod = pod;
      this.application = new ExecutorPods.Application(pod.id(), pod.namespace());
      // A later pod may have the same name.
      this.source = new SourceRef(SOURCE, pod.qualifiedName() + " " + pod.uid());
    }

    /** Compares the new state of the pod with the last one, and reports the changes. */
    synchronized void update(DriverPod now) {
      boolean addressChanged = !now.address().equals(pod.address());
      pod = now;
      if (now.state() instanceof DriverPod.Running running) {
        if (run != null && !run.since.equals(running.since())) {
          end(clock.instant(), now.lastRun());
        }
        if (run == null) {
          ContainerRun started = new ContainerRun(running.since());
          run = started;
          pending = null;
          reportFound(now.id(), false, now.info(), now.address());
          started.pollNow();
        } else if (addressChanged) {
          run.onAddressChange();
        }
      } else if (now.state() instanceof DriverPod.Terminated terminated) {
        onTerminated(terminated);
      } else if (now.state() instanceof DriverPod.Waiting waiting) {
        if (run != null) {
          end(clock.instant(), now.lastRun());
        }
        reportPending(waiting.reason());
      }
    }

    synchronized void onDeleted() {
      if (run != null || pending != null) {
        end(clock.instant(), Optional.of(afterWait(pod.onDeletion())));
      }
    }

    private void reportPending(PendingReason reason) {
      if (!reason.equals(pending)) {
        pending = reason;
        endReported = false;
        registry.apply(
            new DiscoveryEvent.DriverPending(
                source, pod.id(), pod.info(), Optional.of(pod.namespace()), reason));
      }
    }

    private void onTerminated(DriverPod.Terminated terminated) {
      DriverEnd end = afterWait(terminated.end());
      if (run != null || pending != null || (endReported && isBetter(end))) {
        end(terminated.at(), Optional.of(end));
      } else if (!endReported) {
        reportFinished(terminated, end);
      }
      endReported = true;
    }

    /** Whether a container has terminated whose end was noticed before. */
    private boolean isBetter(DriverEnd end) {
      return end.ran() && !end.equals(reportedEnd);
    }

    /** A container that never ran has lost the reason for which it waited. */
    private DriverEnd afterWait(DriverEnd end) {
      PendingReason waited = pending;
      if (waited == null || end.ran() || !UNEXPLAINED.contains(end.reason())) {
        return end;
      }
      return new DriverEnd(
          false, end.exitCode(), end.reason(), end.text() + "; it waited: " + waited.text());
    }

    boolean isRunningIn(String namespace) {
      return run != null
          && (namespace.equals(KubernetesSettings.ALL) || namespace.equals(pod.namespace()));
    }

    synchronized Optional<String> contradiction() {
      return run == null ? Optional.empty() : Optional.ofNullable(run.contradiction);
    }

    /** Whether this is a running pod with that address that declares that application. */
    private boolean declares(ApplicationId id, String host) {
      return run != null
          && pod.id().equals(id)
          && pod.address().filter(address -> address.host().equals(host)).isPresent();
    }

    /** A pod may have lost the status of its container: then only this class has seen it run. */
    private void end(Instant at, Optional<DriverEnd> end) {
      Optional<DriverEnd> reported = run == null ? end : end.map(DriverEnd::ofRun);
      reportedEnd = reported.orElse(null);
      run = null;
      pending = null;
      endReported = true;
      registry.apply(new DiscoveryEvent.DriverLost(source, at, reported));
    }

    /**
     * Reports a driver that ended before discovery started, but not long ago: it waits for its
     * history like any other. A driver that never ran has no history. Without a status of its
     * container, it is unknown whether it ran: it is not reported.
     */
    private void reportFinished(DriverPod.Terminated terminated, DriverEnd end) {
      boolean isKnown = end.ran() || terminated.hasStatus();
      if (isKnown && terminated.at().plus(maxEndAge).isAfter(clock.instant())) {
        registry.apply(
            new DiscoveryEvent.AlreadyFinished(
                source,
                pod.id(),
                pod.info(),
                Optional.of(pod.namespace()),
                terminated.at(),
                Optional.of(end)));
      }
    }

    private void reportFound(
        ApplicationId id, boolean responds, ApplicationInfo info, Optional<DriverAddress> address) {
      registry.apply(
          new DiscoveryEvent.DriverFound(
              source, id, responds, info, address, Optional.of(pod.namespace())));
    }

    /** One run of the container of the driver. */
    private final class ContainerRun {
      private final Instant since;
      private final RepeatingProbe probe =
          new RepeatingProbe(scheduler, this::poll, this::onFailure);
      private boolean responded;
      private int refusals;
      private Instant nextSearch = clock.instant().plus(poll.multipliedBy(POLLS_BEFORE_SEARCH));
      private int searches;
      private @Nullable String contradiction;
      private boolean mislabelled;
      private @Nullable OtherApplication other;

      /**
       * The application as which the driver responds, other than its pod declares.
       *
       * @param firstSeen the time of the first such response
       */
      private record OtherApplication(ApplicationId id, Instant firstSeen) {}

      ContainerRun(Instant since) {
        this.since = since;
      }

      private boolean isOver() {
        return scheduler.isClosed() || run != this;
      }

      void onAddressChange() {
        if (!responded) {
          if (!mislabelled) {
            reportFound(pod.id(), false, pod.info(), pod.address());
          }
          pollNow();
        }
      }

      void pollNow() {
        CompletableFuture<Void> unused = probe.runNow();
      }

      private CompletableFuture<Optional<Duration>> poll() {
        DriverAddress address;
        synchronized (Driver.this) {
          if (isOver() || responded || pod.address().isEmpty()) {
            return CompletableFuture.completedFuture(Optional.empty());
          }
          address = pod.address().get();
        }
        return api.probe(address)
            .thenCompose(reply -> searchNextPorts(address, reply))
            .thenApply(this::onReply);
      }

      /**
       * Searches the driver on the next ports if a search is due.
       *
       * @return its response there; if there is none, this reply
       */
      private CompletableFuture<ProbeResult> searchNextPorts(
          DriverAddress address, ProbeResult reply) {
        return startSearchIfDue(reply)
            ? portScan
                .find(pod.id(), UiPorts.after(address))
                .thenApply(
                    found ->
                        found
                            .<ProbeResult>map(
                                driver ->
                                    new ProbeResult.Running(
                                        pod.id(), driver.info(), driver.address()))
                            .orElse(reply))
            : CompletableFuture.completedFuture(reply);
      }

      /**
       * Counts a search if one is due: at once if another driver has the port, otherwise after a
       * while, and then less often.
       */
      private boolean startSearchIfDue(ProbeResult reply) {
        synchronized (Driver.this) {
          boolean otherDriver =
              reply instanceof ProbeResult.Running running && !running.id().equals(pod.id());
          boolean ownDriver = reply instanceof ProbeResult.Running && !otherDriver;
          if (isOver()
              || ownDriver
              || reply instanceof ProbeResult.Unreachable
              || (clock.instant().isBefore(nextSearch) && !(otherDriver && searches == 0))) {
            return false;
          }
          Duration untilNext =
              poll.multipliedBy(POLLS_BETWEEN_SEARCHES)
                  .multipliedBy(1L << Math.min(searches, MAX_DOUBLINGS));
          nextSearch = clock.instant().plus(untilNext);
          searches++;
          return true;
        }
      }

      private Optional<Duration> onReply(ProbeResult reply) {
        synchronized (Driver.this) {
          if (isOver()) {
            return Optional.empty();
          }
          if (reply instanceof ProbeResult.Running running && running.id().equals(pod.id())) {
            responded = true;
            contradiction = null;
            reportFound(
                pod.id(),
                true,
                running.info().startedBy(clock.instant()),
                Optional.of(running.address()));
            return Optional.empty();
          }
          if (reply instanceof ProbeResult.Running running) {
            onReplyOfOtherApplication(running);
          } else {
            onNoReplyOfDriver(reply);
          }
          return Optional.of(pollDelay());
        }
      }

      private Optional<Duration> onFailure(Throwable failure) {
        synchronized (Driver.this) {
          if (isOver()) {
            return Optional.empty();
          }
          LOG.warn("Probe of the driver failed: pod {}", pod.qualifiedName(), failure);
          return Optional.of(pollDelay());
        }
      }

      /** Another application responds: from this pod, or from another pod at the same address. */
      private void onReplyOfOtherApplication(ProbeResult.Running reply) {
        if (isFromThisPod(reply)) {
          if (other == null || !other.id().equals(reply.id())) {
            other = new OtherApplication(reply.id(), clock.instant());
          }
          mislabelled = true;
          refusals = 0;
          reportContradiction(
              "pod %s declares application %s, but its driver at %s responds as %s, and is listed so"
                  .formatted(pod.qualifiedName(), pod.id(), reply.address(), reply.id()));
          reportFound(
              reply.id(),
              true,
              reply.info().startedBy(other.firstSeen()),
              Optional.of(reply.address()));
          return;
        }
        if (mislabelled) {
          mislabelled = false;
          other = null;
          registry.apply(new DiscoveryEvent.DriverLost(source, clock.instant()));
          reportFound(pod.id(), false, pod.info(), pod.address());
        }
        reportContradiction(
            ("pod %s declares application %s, but another driver, of %s, responds at %s;"
                    + " the driver of the pod is not found on the next ports")
                .formatted(pod.qualifiedName(), pod.id(), reply.id(), reply.address()));
        refusals++;
        reportNoUiIfRefused();
      }

      /** Pods on the network of their node share its address with each other. */
      private boolean isFromThisPod(ProbeResult.Running reply) {
        String host = reply.address().host();
        if (drivers.values().stream().anyMatch(driver -> driver.declares(reply.id(), host))) {
          return false;
        }
        boolean foundByOtherSource =
            registry
                .find(reply.id())
                .filter(known -> known.state().isRunning() && !known.source().equals(source))
                .flatMap(LiveApplication::address)
                .filter(reply.address()::equals)
                .isPresent();
        return !pod.hostNetwork() || (isOlderThan(SOON) && !foundByOtherSource);
      }

      private void onNoReplyOfDriver(ProbeResult reply) {
        boolean refused = reply instanceof ProbeResult.ConnectionRefused;
        boolean notADriver = reply instanceof ProbeResult.NotADriver;
        boolean startingUp = reply instanceof ProbeResult.StartingUp;
        if (other != null) {
          refusals = refused || notADriver || startingUp ? refusals + 1 : 0;
          if (refusals >= REFUSAL_THRESHOLD) {
            other = null;
            contradiction = null;
            registry.apply(new DiscoveryEvent.DriverLost(source, clock.instant()));
          }
          return;
        }
        if (reply instanceof ProbeResult.AuthRequired authRequired) {
          registry.apply(new DiscoveryEvent.AuthRequired(source, authRequired.address()));
        }
        if ((notADriver || startingUp) && isOlderThan(SOON)) {
          reportContradiction(
              "pod %s: something other than the UI of %s responds at %s, and nothing on the next ports does"
                  .formatted(pod.qualifiedName(), pod.id(), pod.address().orElseThrow()));
        } else if (!(reply instanceof ProbeResult.NoResponse)) {
          contradiction = null;
        }
        // A driver that starts responds with 404 for a while.
        refusals = refused || (notADriver && isOlderThan(SOON)) ? refusals + 1 : 0;
        reportNoUiIfRefused();
      }

      private void reportNoUiIfRefused() {
        if (refusals >= REFUSAL_THRESHOLD
            && (isOlderThan(SOON) || hasExecutors.test(application))) {
          registry.apply(new DiscoveryEvent.NoUi(source));
        }
      }

      private void reportContradiction(String message) {
        if (contradiction == null) {
          LOG.warn("{}", message);
        }
        contradiction = message;
      }

      private Duration pollDelay() {
        if (other != null) {
          return poll.multipliedBy(POLLS_BETWEEN_SEARCHES);
        }
        return isOlderThan(LONG) ? SLOWEST : isOlderThan(SOON) ? SLOW : poll;
      }

      private boolean isOlderThan(Duration age) {
        return since.plus(age).isBefore(clock.instant());
      }
    }
  }
}
