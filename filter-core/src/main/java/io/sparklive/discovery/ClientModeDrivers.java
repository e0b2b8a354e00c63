package io.sparklive.discovery;

import io.sparklive.application.ApplicationFacts;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.DriverAddress;
import io.sparklive.application.Sighting;
import io.sparklive.application.SourceStatus;
import io.sparklive.application.Witness;
import io.sparklive.driver.DriverApi;
import io.sparklive.driver.DriverReply;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drivers in client mode, such as notebooks: nobody knows their addresses, but somebody knows that
 * they run, and has a notion of where. Each is looked for at the ports such a driver may have,
 * until one answers with the right application, and asked again and again from then on.
 *
 * <p>One has ended when another application answers at its address, or when its address refuses or
 * is silent and nothing else shows that it runs.
 *
 * <p>Thread-safe.
 */
public final class ClientModeDrivers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClientModeDrivers.class);
  private static final int SEARCHERS = 4;
  private static final Duration DOUBT = Duration.ofSeconds(1);

  private final DriverApi api;
  private final DriverPortScan portScan;
  private final ApplicationRegistry registry;
  private final DriverAddressResolver addressResolver;
  private final Pace pace;
  private final ScheduledExecutorService scheduler;
  private final InstantSource clock;
  private final ExecutorService searchers;
  private final Map<Witness, Session> sessions = new ConcurrentHashMap<>();
  private final Instant began;
  private volatile Optional<Instant> lastFound = Optional.empty();
  private volatile boolean closed;

  /**
   * How often is asked.
   *
   * @param refresh how long after its answer a driver is asked again
   * @param patience how long a driver may be silent that nothing else shows to run
   * @param early how long a search in vain is made again at once: a driver has its UI some seconds
   *     after its first executor, or has none that can be reached
   * @param retry how long after a search in vain the next one begins, at first
   * @param laterRetry the same, once {@code early} is over
   */
  public record Pace(
      Duration refresh, Duration patience, Duration early, Duration retry, Duration laterRetry) {
    /** Searches again after a second at first, then every ten seconds. */
    public Pace(Duration refresh, Duration patience, Duration early) {
      this(refresh, patience, early, Duration.ofSeconds(1), Duration.ofSeconds(10));
    }
  }

  /**
   * A search in vain.
   *
   * @param why for people; it may name hosts and addresses
   * @param exclusion the setting that keeps the driver from being found where it is said to be, for
   *     people; it names no host and no address
   */
  public record NotFound(String why, Optional<String> exclusion) {
    NotFound(String why) {
      this(why, Optional.empty());
    }
  }

  /** Somebody says that an application runs in client mode. */
  public interface Claim {
    /** The application. */
    ApplicationId id();

    /** Who says so, for people: unique together with the id. */
    String claimant();

    /** The Kubernetes namespace it runs in, where there is one. */
    Optional<String> namespace();

    /** Whether there is, at this moment, something besides its driver that shows that it runs. */
    boolean isBackedUp();

    /** Whether the application is known in a better way by now, so that nobody need look for it. */
    boolean isMoot();

    /**
     * Where its driver is said to be. It may take long.
     *
     * @throws IOException if that cannot be told now, with a message for people
     */
    CandidateHosts whereabouts() throws IOException;
  }

  public ClientModeDrivers(
      DriverApi api,
      ApplicationRegistry registry,
      DriverAddressResolver addressResolver,
      Pace pace,
      ScheduledExecutorService scheduler,
      InstantSource clock) {
    this.api = api;
    this.portScan = new DriverPortScan(api);
    this.registry = registry;
    this.addressResolver = addressResolver;
    this.pace = pace;
    this.scheduler = scheduler;
    this.clock = clock;
    this.began = clock.instant();
    this.searchers = searchers();
  }

  /**
   * Looks for the driver, and goes on while the claim is backed up.
   *
   * @return why it was not found at the first attempt; empty if it was
   */
  public CompletableFuture<Optional<NotFound>> look(Claim claim) {
    Session session = new Session(claim);
    Session known = sessions.putIfAbsent(session.witness, session);
    if (known != null) {
      return known.firstSearch;
    }
    session.search();
    return session.firstSearch;
  }

  /** Asks the drivers of this application now: what backed them up is gone. */
  public void doubt(ApplicationId id) {
    sessions.values().stream()
        .filter(session -> session.claim.id().equals(id))
        .forEach(Session::askNow);
  }

  /** How this fares: an application that is not found is named in the error. */
  public SourceStatus status() {
    List<String> troubles = new ArrayList<>();
    int found = 0;
    for (Session session : sessions.values()) {
      found += session.isFound() ? 1 : 0;
      session.trouble().ifPresent(troubles::add);
    }
    return new SourceStatus(
        "client mode",
        "drivers in " + addressResolver.networks(),
        SourceStatus.State.UP,
        began,
        lastFound,
        found,
        SourceStatus.errorOf(troubles));
  }

  /** Asks nobody any more. */
  @Override
  public void close() {
    closed = true;
    searchers.shutdownNow();
  }

  private static ExecutorService searchers() {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            SEARCHERS,
            SEARCHERS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "spark-live-history-search");
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
    return threads;
  }

  /** One claim, from the first search until its driver is gone. */
  private final class Session {
    private final Claim claim;
    private final Witness witness;
    private final CompletableFuture<Optional<NotFound>> firstSearch = new CompletableFuture<>();
    private Optional<DriverAddress> address = Optional.empty();
    private Optional<String> trouble = Optional.empty();
    private Instant firstSeen = Instant.MAX;
    private Instant startedByItsClock = Instant.MIN;
    private final Instant searchedSince = clock.instant();
    private Optional<ScheduledFuture<?>> next = Optional.empty();
    private final FailureDetector doubts = new FailureDetector(pace.patience());

    Session(Claim claim) {
      this.claim = claim;
      this.witness = new Witness("client mode", claim.claimant() + " " + claim.id());
    }

    synchronized boolean isFound() {
      return address.isPresent();
    }

    synchronized Optional<String> trouble() {
      return trouble;
    }

    void search() {
      try {
        searchers.execute(this::searchNow);
      } catch (RejectedExecutionException e) {
        firstSearch.complete(Optional.of(new NotFound("the History Server stops")));
      }
    }

    private void searchNow() {
      if (claim.isMoot()) {
        end();
        return;
      }
      try {
        DriverAddressResolver.Candidates candidates =
            addressResolver.candidates(claim.whereabouts());
        CompletableFuture<Void> unused =
            portScan
                .find(claim.id(), candidates.addresses())
                .thenAccept(
                    found ->
                        found.ifPresentOrElse(
                            this::found,
                            () ->
                                notFound(
                                    new NotFound(
                                        "no answer as " + claim.id() + " from " + candidates,
                                        candidates.exclusion()))))
                .exceptionally(
                    failure -> {
                      failed(failure);
                      return null;
                    });
      } catch (IOException e) {
        notFound(new NotFound(e.getMessage()));
      } catch (RuntimeException e) {
        failed(e);
      }
    }

    private void failed(Throwable failure) {
      LOG.warn("The driver of {} cannot be looked for", claim.id(), failure);
      notFound(new NotFound(failure.toString()));
    }

    private synchronized void found(DriverPortScan.Found driver) {
      if (closed) {
        return;
      }
      address = Optional.of(driver.address());
      trouble = Optional.empty();
      firstSeen = clock.instant();
      lastFound = Optional.of(firstSeen);
      see(driver.facts());
      later(this::ask, pace.refresh());
      firstSearch.complete(Optional.empty());
    }

    private synchronized void notFound(NotFound result) {
      String why = result.why();
      boolean goesOn = claim.isBackedUp() && !claim.isMoot();
      if (goesOn && clock.instant().isBefore(searchedSince.plus(pace.early()))) {
        later(this::search, pace.retry());
        firstSearch.complete(Optional.of(result));
      } else if (goesOn) {
        if (trouble.isEmpty()) {
          LOG.info(
              "Application {}, {}: its driver is not found: {}", claim.id(), claim.claimant(), why);
        }
        trouble =
            Optional.of("application %s, %s: %s".formatted(claim.id(), claim.claimant(), why));
        later(this::search, pace.laterRetry());
        firstSearch.complete(Optional.of(result));
      } else {
        retire(result);
      }
    }

    /** Whoever backs the claim up in this very moment has found the session still there. */
    private void retire(NotFound result) {
      sessions.remove(witness);
      firstSearch.complete(Optional.of(result));
      if (!closed && claim.isBackedUp() && !claim.isMoot()) {
        CompletableFuture<Optional<NotFound>> unused = look(claim);
      }
    }

    private synchronized void askNow() {
      if (next.isPresent() && next.get().cancel(false)) {
        later(isFound() ? this::ask : this::search, Duration.ZERO);
      }
    }

    private void ask() {
      DriverAddress at;
      synchronized (this) {
        if (closed || address.isEmpty()) {
          return;
        }
        at = address.get();
      }
      CompletableFuture<Void> unused = api.whatRunsAt(at).thenAccept(this::hear);
    }

    private synchronized void hear(DriverReply reply) {
      if (closed) {
        return;
      }
      if (claim.isMoot()) {
        end();
        return;
      }
      if (reply instanceof DriverReply.Runs runs) {
        hearRuns(runs);
      } else if (isGone(reply)) {
        end();
      } else {
        boolean doubtful = doubts.areFresh() && DOUBT.compareTo(pace.refresh()) < 0;
        later(this::ask, doubtful ? DOUBT : pace.refresh());
      }
    }

    private void hearRuns(DriverReply.Runs runs) {
      doubts.areOver();
      if (runs.id().equals(claim.id())) {
        see(runs.facts());
        later(this::ask, pace.refresh());
        return;
      }
      // It may have moved to another port: whoever shows that it runs has it looked for again.
      end();
    }

    private boolean isGone(DriverReply reply) {
      boolean settled =
          reply instanceof DriverReply.Silent
              ? doubts.lastTooLong(clock.instant())
              : doubts.areConfirmed();
      return settled && !claim.isBackedUp();
    }

    private synchronized void end() {
      if (address.isPresent()) {
        address = Optional.empty();
        registry.apply(new Sighting.Gone(witness, clock.instant()));
      }
      retire(new NotFound("its driver is known by its pod, or gone"));
    }

    private void see(ApplicationFacts facts) {
      if (!facts.started().equals(startedByItsClock)) {
        // An id that was chosen may come again.
        startedByItsClock = facts.started();
        firstSeen = clock.instant();
      }
      registry.apply(
          new Sighting.Seen(
              witness, claim.id(), true, facts.startedBy(firstSeen), address, claim.namespace()));
    }

    private synchronized void later(Runnable task, Duration delay) {
      try {
        next = Optional.of(scheduler.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS));
      } catch (RejectedExecutionException e) {
        closed = true;
      }
    }
  }
}
