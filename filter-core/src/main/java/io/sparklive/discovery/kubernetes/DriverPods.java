package io.sparklive.discovery.kubernetes;

import io.sparklive.application.ApplicationFacts;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.DriverAddress;
import io.sparklive.application.Sighting;
import io.sparklive.application.Witness;
import io.sparklive.driver.DriverApi;
import io.sparklive.driver.DriverReply;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drivers in cluster mode. An application is seen as soon as its driver's container runs, from the
 * pod alone, and has ended when that container or the pod has. The driver itself is asked until it
 * has answered once, and then no more.
 */
final class DriverPods implements PodListener {
  private static final Logger LOG = LoggerFactory.getLogger(DriverPods.class);

  /** The kind of witness that a driver pod is. */
  static final String SOURCE = "pod";

  // A driver that takes longer than some seconds may never have a UI.
  private static final Duration SLOW = Duration.ofSeconds(5);
  private static final Duration SLOWEST = Duration.ofSeconds(30);
  private static final Duration SOON = Duration.ofMinutes(1);
  private static final Duration LONG = Duration.ofMinutes(10);
  private static final int REFUSALS = 3;

  private final Map<String, Driver> drivers = new ConcurrentHashMap<>();
  private final Map<ExecutorPods.Application, Integer> applications = new ConcurrentHashMap<>();
  private final DriverApi api;
  private final ApplicationRegistry registry;
  private final Predicate<ExecutorPods.Application> hasExecutors;
  private final Duration remembered;
  private final Duration poll;
  private final ScheduledExecutorService scheduler;
  private final InstantSource clock;
  private volatile boolean closed;

  /**
   * @param hasExecutors whether an application has executors: its driver had a UI before them, if
   *     it has one at all
   * @param remembered how long ago a driver may have ended that nobody saw running
   * @param poll how often a driver that has just started is polled
   */
  DriverPods(
      DriverApi api,
      ApplicationRegistry registry,
      Predicate<ExecutorPods.Application> hasExecutors,
      Duration remembered,
      Duration poll,
      ScheduledExecutorService scheduler,
      InstantSource clock) {
    this.api = api;
    this.registry = registry;
    this.hasExecutors = hasExecutors;
    this.remembered = remembered;
    this.poll = poll;
    this.scheduler = scheduler;
    this.clock = clock;
  }

  @Override
  public void there(Pod pod) {
    DriverPod.of(pod, clock.instant())
        .ifPresentOrElse(
            now -> drivers.computeIfAbsent(now.uid(), uid -> added(now)).is(now),
            () ->
                LOG.debug(
                    "The driver pod {}/{} names no application", pod.namespace(), pod.name()));
  }

  @Override
  public void gone(String uid) {
    Driver driver = drivers.remove(uid);
    if (driver != null) {
      driver.isGone();
      applications.computeIfPresent(driver.application, (a, pods) -> pods == 1 ? null : pods - 1);
    }
  }

  /** Whether a driver pod, one that has ended perhaps, is of this application. */
  boolean has(ExecutorPods.Application application) {
    return applications.containsKey(application);
  }

  private Driver added(DriverPod pod) {
    Driver driver = new Driver(pod);
    applications.merge(driver.application, 1, Integer::sum);
    return driver;
  }

  /** How many run, in this namespace or, for {@code *}, in all. */
  int running(String namespace) {
    return (int) drivers.values().stream().filter(driver -> driver.isRunningIn(namespace)).count();
  }

  /** Asks nobody any more. */
  void close() {
    closed = true;
  }

  /** One pod. */
  private final class Driver {
    private final Witness witness;
    private final ExecutorPods.Application application;
    private DriverPod pod;
    private Optional<Run> run = Optional.empty();
    private boolean finishedTold;

    Driver(DriverPod pod) {
      this.pod = pod;
      this.application = new ExecutorPods.Application(pod.id(), pod.namespace());
      // Another pod may have the same name later.
      this.witness = new Witness(SOURCE, pod.place() + " " + pod.uid());
    }

    synchronized void is(DriverPod now) {
      boolean moved = !now.address().equals(pod.address());
      pod = now;
      if (now.life() instanceof DriverPod.Running running) {
        if (run.isPresent() && !run.get().since.equals(running.since())) {
          end(clock.instant());
        }
        if (run.isEmpty()) {
          run = Optional.of(new Run(running.since()));
          see(false, now.facts(), now.address());
          run.get().ask();
        } else if (moved && !run.get().answered) {
          see(false, now.facts(), now.address());
          run.get().ask();
        }
      } else if (now.life() instanceof DriverPod.Ended ended) {
        end(ended.at());
        finish(ended.at());
      } else {
        end(clock.instant());
      }
    }

    synchronized void isGone() {
      end(clock.instant());
    }

    synchronized boolean isRunningIn(String namespace) {
      return run.isPresent()
          && (namespace.equals(KubernetesSettings.ALL) || namespace.equals(pod.namespace()));
    }

    private void end(Instant at) {
      if (run.isPresent()) {
        run = Optional.empty();
        finishedTold = true;
        registry.apply(new Sighting.Gone(witness, at));
      }
    }

    /** What ended before anybody looked, but not long ago, awaits its history like any other. */
    private void finish(Instant at) {
      if (!finishedTold && at.plus(remembered).isAfter(clock.instant())) {
        registry.apply(
            new Sighting.Finished(
                witness, pod.id(), pod.facts(), Optional.of(pod.namespace()), at));
      }
      finishedTold = true;
    }

    private void see(boolean answers, ApplicationFacts facts, Optional<DriverAddress> address) {
      registry.apply(
          new Sighting.Seen(
              witness, pod.id(), answers, facts, address, Optional.of(pod.namespace())));
    }

    /** One run of the driver's container. */
    private final class Run {
      private final Instant since;
      private boolean answered;
      private boolean asking;
      private int refusals;
      private Optional<ScheduledFuture<?>> next = Optional.empty();

      Run(Instant since) {
        this.since = since;
      }

      private boolean isOver() {
        return closed || run.isEmpty() || run.get() != this;
      }

      void ask() {
        synchronized (Driver.this) {
          if (isOver() || answered || asking || pod.address().isEmpty()) {
            return;
          }
          asking = true;
          next.ifPresent(later -> later.cancel(false));
        }
        CompletableFuture<DriverReply> unused = reply().whenComplete(this::hear);
      }

      private CompletableFuture<DriverReply> reply() {
        try {
          return api.whatRunsAt(pod.address().orElseThrow());
        } catch (RuntimeException e) {
          return CompletableFuture.failedFuture(e);
        }
      }

      private void hear(DriverReply reply, Throwable failure) {
        synchronized (Driver.this) {
          asking = false;
          if (isOver()) {
            return;
          }
          if (failure != null) {
            LOG.warn("The driver of {} cannot be asked", pod.place(), failure);
          } else if (reply instanceof DriverReply.Runs runs && runs.id().equals(pod.id())) {
            answered = true;
            see(true, runs.facts().startedBy(clock.instant()), Optional.of(runs.address()));
            return;
          } else if (reply instanceof DriverReply.Guarded guarded) {
            registry.apply(new Sighting.Guarded(witness, guarded.address()));
          }
          refusals = reply instanceof DriverReply.Refused ? refusals + 1 : 0;
          if (refusals >= REFUSALS && (isOlderThan(SOON) || hasExecutors.test(application))) {
            registry.apply(new Sighting.WithoutUi(witness));
          }
          askLater();
        }
      }

      private void askLater() {
        Duration delay = isOlderThan(LONG) ? SLOWEST : isOlderThan(SOON) ? SLOW : poll;
        try {
          next =
              Optional.of(scheduler.schedule(this::ask, delay.toMillis(), TimeUnit.MILLISECONDS));
        } catch (RejectedExecutionException e) {
          closed = true;
        }
      }

      private boolean isOlderThan(Duration age) {
        return since.plus(age).isBefore(clock.instant());
      }
    }
  }
}
