package io.sparklive.discovery.kubernetes;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationInfo;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.DiscoveryEvent;
import io.sparklive.application.DriverAddress;
import io.sparklive.application.LiveApplication;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drivers in cluster mode. An application is seen as soon as its driver's container runs, from the
 * pod alone, and has ended when that container or the pod has. The driver itself is asked until it
 * has answered once, and then no more.
 *
 * <p>If another program responds at the port of the UI, or none for a while, the next ports are
 * tried as Spark does. If the driver responds as another application than its pod declares, the
 * response counts: that application is listed, and the driver is polled for as long as its
 * container runs.
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
  // In polls of a driver that has just started.
  private static final int UNTIL_SEARCH = 10;
  private static final int UNTIL_NEXT_SEARCH = 5;
  private static final int DOUBLINGS = 10;

  private final Map<String, Driver> drivers = new ConcurrentHashMap<>();
  private final Map<ExecutorPods.Application, Integer> applications = new ConcurrentHashMap<>();
  private final DriverApi api;
  private final DriverPortScan portScan;
  private final ApplicationRegistry registry;
  private final Predicate<ExecutorPods.Application> hasExecutors;
  private final Duration remembered;
  private final Duration poll;
  private final ProbeScheduler scheduler;
  private final InstantSource clock;

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
    this.portScan = new DriverPortScan(api);
    this.registry = registry;
    this.hasExecutors = hasExecutors;
    this.remembered = remembered;
    this.poll = poll;
    this.scheduler = new ProbeScheduler(scheduler);
    this.clock = clock;
  }

  @Override
  public void onPod(Pod pod) {
    DriverPod.of(pod, clock.instant())
        .ifPresentOrElse(
            now -> drivers.computeIfAbsent(now.uid(), uid -> added(now)).is(now),
            () ->
                LOG.debug(
                    "The driver pod {}/{} names no application", pod.namespace(), pod.name()));
  }

  @Override
  public void onPodDeleted(String uid) {
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

  /** How drivers in this namespace or, for {@code *}, in all contradict their pods. */
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

  /** One pod. */
  private final class Driver {
    private final SourceRef source;
    private final ExecutorPods.Application application;
    // Volatile: other drivers compare theirs with it.
    private volatile DriverPod pod;
    private volatile Optional<Run> run = Optional.empty();
    private boolean finishedTold;

    Driver(DriverPod pod) {
      this.pod = pod;
      this.application = new ExecutorPods.Application(pod.id(), pod.namespace());
      // Another pod may have the same name later.
      this.source = new SourceRef(SOURCE, pod.place() + " " + pod.uid());
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
          see(now.id(), false, now.facts(), now.address());
          run.get().pollNow();
        } else if (moved) {
          run.get().moved();
        }
      } else if (now.life() instanceof DriverPod.Terminated ended) {
        end(ended.at());
        finish(ended);
      } else {
        end(clock.instant());
      }
    }

    synchronized void isGone() {
      end(clock.instant());
    }

    boolean isRunningIn(String namespace) {
      return run.isPresent()
          && (namespace.equals(KubernetesSettings.ALL) || namespace.equals(pod.namespace()));
    }

    synchronized Optional<String> contradiction() {
      return run.flatMap(now -> now.contradiction);
    }

    /** Whether this is another pod with that address which declares that application. */
    private boolean mayBe(ApplicationId id, String host) {
      return run.isPresent()
          && pod.id().equals(id)
          && pod.address().filter(address -> address.host().equals(host)).isPresent();
    }

    private void end(Instant at) {
      if (run.isPresent()) {
        run = Optional.empty();
        finishedTold = true;
        registry.apply(new DiscoveryEvent.DriverLost(source, at));
      }
    }

    /**
     * A driver that ended before discovery started, but not long ago, awaits its history like any
     * other. A driver that never ran has none.
     */
    private void finish(DriverPod.Terminated ended) {
      if (!finishedTold && ended.ran() && ended.at().plus(remembered).isAfter(clock.instant())) {
        registry.apply(
            new DiscoveryEvent.AlreadyFinished(
                source, pod.id(), pod.facts(), Optional.of(pod.namespace()), ended.at()));
      }
      finishedTold = true;
    }

    private void see(
        ApplicationId id, boolean answers, ApplicationInfo facts, Optional<DriverAddress> address) {
      registry.apply(
          new DiscoveryEvent.DriverFound(
              source, id, answers, facts, address, Optional.of(pod.namespace())));
    }

    /** One run of the driver's container. */
    private final class Run {
      private final Instant since;
      private final RepeatingProbe probe =
          new RepeatingProbe(scheduler, this::poll, this::onFailure);
      private boolean answered;
      private int refusals;
      private Instant nextSearch = clock.instant().plus(poll.multipliedBy(UNTIL_SEARCH));
      private int searches;
      private Optional<String> contradiction = Optional.empty();
      private boolean mislabelled;
      private Optional<Other> other = Optional.empty();

      /**
       * The application that the driver responds as, and not its pod.
       *
       * @param firstSeen when it did first
       */
      private record Other(ApplicationId id, Instant firstSeen) {}

      Run(Instant since) {
        this.since = since;
      }

      private boolean isOver() {
        return scheduler.isClosed() || run.isEmpty() || run.get() != this;
      }

      void moved() {
        if (!answered) {
          if (!mislabelled) {
            see(pod.id(), false, pod.facts(), pod.address());
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
          if (isOver() || answered || pod.address().isEmpty()) {
            return CompletableFuture.completedFuture(Optional.empty());
          }
          address = pod.address().get();
        }
        return api.whatRunsAt(address)
            .thenCompose(reply -> searched(address, reply))
            .thenApply(this::onReply);
      }

      /** The response of the driver from one of the next ports; if there is none, this reply. */
      private CompletableFuture<ProbeResult> searched(DriverAddress address, ProbeResult reply) {
        return beginSearch(reply)
            ? portScan
                .find(pod.id(), UiPorts.after(address))
                .thenApply(
                    found ->
                        found
                            .<ProbeResult>map(
                                at -> new ProbeResult.Running(pod.id(), at.facts(), at.address()))
                            .orElse(reply))
            : CompletableFuture.completedFuture(reply);
      }

      /** At once if another driver has the port, else after a while, and then less often. */
      private boolean beginSearch(ProbeResult reply) {
        synchronized (Driver.this) {
          boolean others = reply instanceof ProbeResult.Running runs && !runs.id().equals(pod.id());
          boolean its = reply instanceof ProbeResult.Running && !others;
          if (isOver()
              || its
              || reply instanceof ProbeResult.Unreachable
              || (clock.instant().isBefore(nextSearch) && !(others && searches == 0))) {
            return false;
          }
          Duration pause =
              poll.multipliedBy(UNTIL_NEXT_SEARCH)
                  .multipliedBy(1L << Math.min(searches, DOUBLINGS));
          nextSearch = clock.instant().plus(pause);
          searches++;
          return true;
        }
      }

      private Optional<Duration> onReply(ProbeResult reply) {
        synchronized (Driver.this) {
          if (isOver()) {
            return Optional.empty();
          }
          if (reply instanceof ProbeResult.Running runs && runs.id().equals(pod.id())) {
            answered = true;
            contradiction = Optional.empty();
            see(
                pod.id(),
                true,
                runs.facts().startedBy(clock.instant()),
                Optional.of(runs.address()));
            return Optional.empty();
          }
          if (reply instanceof ProbeResult.Running runs) {
            onReplyOfAnother(runs);
          } else {
            onNoReplyOfDriver(reply);
          }
          return Optional.of(pause());
        }
      }

      private Optional<Duration> onFailure(Throwable failure) {
        synchronized (Driver.this) {
          if (isOver()) {
            return Optional.empty();
          }
          LOG.warn("The driver of {} cannot be asked", pod.place(), failure);
          return Optional.of(pause());
        }
      }

      /** Another application responds: that of this pod, or of another program at its address. */
      private void onReplyOfAnother(ProbeResult.Running runs) {
        if (isOfThisPod(runs)) {
          Other now =
              other
                  .filter(before -> before.id().equals(runs.id()))
                  .orElseGet(() -> new Other(runs.id(), clock.instant()));
          other = Optional.of(now);
          mislabelled = true;
          refusals = 0;
          report(
              "pod %s declares application %s, but its driver at %s responds as %s, and is listed so"
                  .formatted(pod.place(), pod.id(), runs.address(), runs.id()));
          see(
              runs.id(),
              true,
              runs.facts().startedBy(now.firstSeen()),
              Optional.of(runs.address()));
          return;
        }
        if (mislabelled) {
          mislabelled = false;
          other = Optional.empty();
          registry.apply(new DiscoveryEvent.DriverLost(source, clock.instant()));
          see(pod.id(), false, pod.facts(), pod.address());
        }
        report(
            ("pod %s declares application %s, but another driver, of %s, responds at %s;"
                    + " the driver of the pod is not found on the next ports")
                .formatted(pod.place(), pod.id(), runs.id(), runs.address()));
        refusals++;
        seeWithoutUi();
      }

      /** Pods on the network of their node share its address with each other. */
      private boolean isOfThisPod(ProbeResult.Running runs) {
        String host = runs.address().host();
        if (drivers.values().stream().anyMatch(driver -> driver.mayBe(runs.id(), host))) {
          return false;
        }
        boolean seenElsewhere =
            registry
                .find(runs.id())
                .filter(known -> known.state().isRunning() && !known.source().equals(source))
                .flatMap(LiveApplication::address)
                .filter(runs.address()::equals)
                .isPresent();
        return !pod.hostNetwork() || (isOlderThan(SOON) && !seenElsewhere);
      }

      private void onNoReplyOfDriver(ProbeResult reply) {
        boolean refused = reply instanceof ProbeResult.ConnectionRefused;
        boolean somethingElse = reply instanceof ProbeResult.NotADriver;
        boolean startingUp = reply instanceof ProbeResult.StartingUp;
        if (other.isPresent()) {
          refusals = refused || somethingElse || startingUp ? refusals + 1 : 0;
          if (refusals >= REFUSALS) {
            other = Optional.empty();
            contradiction = Optional.empty();
            registry.apply(new DiscoveryEvent.DriverLost(source, clock.instant()));
          }
          return;
        }
        if (reply instanceof ProbeResult.AuthRequired guarded) {
          registry.apply(new DiscoveryEvent.AuthRequired(source, guarded.address()));
        }
        if ((somethingElse || startingUp) && isOlderThan(SOON)) {
          report(
              "pod %s: something other than the UI of %s responds at %s, and nothing on the next ports does"
                  .formatted(pod.place(), pod.id(), pod.address().orElseThrow()));
        } else if (!(reply instanceof ProbeResult.NoResponse)) {
          contradiction = Optional.empty();
        }
        // A driver that starts responds with 404 for a while.
        refusals = refused || (somethingElse && isOlderThan(SOON)) ? refusals + 1 : 0;
        seeWithoutUi();
      }

      private void seeWithoutUi() {
        if (refusals >= REFUSALS && (isOlderThan(SOON) || hasExecutors.test(application))) {
          registry.apply(new DiscoveryEvent.NoUi(source));
        }
      }

      private void report(String what) {
        if (contradiction.isEmpty()) {
          LOG.warn("{}", what);
        }
        contradiction = Optional.of(what);
      }

      private Duration pause() {
        if (other.isPresent()) {
          return poll.multipliedBy(UNTIL_NEXT_SEARCH);
        }
        return isOlderThan(LONG) ? SLOWEST : isOlderThan(SOON) ? SLOW : poll;
      }

      private boolean isOlderThan(Duration age) {
        return since.plus(age).isBefore(clock.instant());
      }
    }
  }
}
