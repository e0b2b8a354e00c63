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
import java.util.stream.Collectors;
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
public final class ClientDrivers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ClientDrivers.class);
  private static final int SEARCHERS = 4;
  private static final int STRIKES = 3;
  private static final int PORTS_AT_ONCE = 10;
  // A driver has its UI some seconds after its first executor, or it has none that we can reach.
  private static final Duration SEARCH_AGAIN = Duration.ofSeconds(1);
  private static final Duration SEARCH_AGAIN_LATER = Duration.ofSeconds(30);
  private static final Duration EARLY = Duration.ofSeconds(15);
  private static final Duration DOUBT = Duration.ofSeconds(1);
  private static final int MOST_NAMED = 5;

  private final DriverApi api;
  private final ApplicationRegistry registry;
  private final DriverHosts driverHosts;
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
   */
  public record Pace(Duration refresh, Duration patience) {}

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
    Whereabouts whereabouts() throws IOException;
  }

  public ClientDrivers(
      DriverApi api,
      ApplicationRegistry registry,
      DriverHosts driverHosts,
      Pace pace,
      ScheduledExecutorService scheduler,
      InstantSource clock) {
    this.api = api;
    this.registry = registry;
    this.driverHosts = driverHosts;
    this.pace = pace;
    this.scheduler = scheduler;
    this.clock = clock;
    this.began = clock.instant();
    this.searchers = searchers();
  }

  /**
   * Looks for the driver, and goes on while the claim is backed up.
   *
   * @return whether it was found at the first attempt
   */
  public CompletableFuture<Boolean> look(Claim claim) {
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
        "drivers in " + driverHosts.networks(),
        SourceStatus.State.UP,
        began,
        lastFound,
        found,
        troubles.isEmpty() ? Optional.empty() : Optional.of(summary(troubles)));
  }

  /** Asks nobody any more. */
  @Override
  public void close() {
    closed = true;
    searchers.shutdownNow();
  }

  private static String summary(List<String> troubles) {
    String named = troubles.stream().sorted().limit(MOST_NAMED).collect(Collectors.joining("; "));
    int more = troubles.size() - MOST_NAMED;
    return more > 0 ? named + "; and " + more + " more" : named;
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
    private final CompletableFuture<Boolean> firstSearch = new CompletableFuture<>();
    private Optional<DriverAddress> address = Optional.empty();
    private Optional<String> trouble = Optional.empty();
    private Optional<Instant> silentSince = Optional.empty();
    private Instant firstSeen = Instant.MAX;
    private final Instant searchedSince = clock.instant();
    private Optional<ScheduledFuture<?>> next = Optional.empty();
    private int strikes;

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
        searchers.execute(
            () -> {
              if (claim.isMoot()) {
                end();
                return;
              }
              try {
                Whereabouts whereabouts = claim.whereabouts();
                DriverHosts.Candidates candidates = driverHosts.candidates(whereabouts);
                searchAt(candidates.addresses(), 0, candidates.toString());
              } catch (IOException e) {
                notFound(e.getMessage());
              } catch (RuntimeException e) {
                LOG.warn("The driver of {} cannot be looked for", claim.id(), e);
                notFound(e.toString());
              }
            });
      } catch (RejectedExecutionException e) {
        firstSearch.complete(false);
      }
    }

    private void searchAt(List<DriverAddress> addresses, int from, String where) {
      if (from >= addresses.size()) {
        notFound("no answer as " + claim.id() + " from " + where);
        return;
      }
      int to = Math.min(from + PORTS_AT_ONCE, addresses.size());
      List<DriverAddress> some = addresses.subList(from, to);
      List<CompletableFuture<DriverReply>> replies = some.stream().map(api::whatRunsAt).toList();
      CompletableFuture<Void> unused =
          CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new))
              .thenRun(
                  () -> {
                    for (int i = 0; i < some.size(); i++) {
                      if (replies.get(i).join() instanceof DriverReply.Runs runs
                          && runs.id().equals(claim.id())) {
                        found(some.get(i), runs.facts());
                        return;
                      }
                    }
                    searchAt(addresses, to, where);
                  });
    }

    private synchronized void found(DriverAddress at, ApplicationFacts facts) {
      if (closed) {
        return;
      }
      address = Optional.of(at);
      trouble = Optional.empty();
      firstSeen = clock.instant();
      lastFound = Optional.of(firstSeen);
      see(facts);
      firstSearch.complete(true);
      later(this::ask, pace.refresh());
    }

    private synchronized void notFound(String why) {
      boolean goesOn = claim.isBackedUp() && !claim.isMoot();
      if (goesOn && clock.instant().isBefore(searchedSince.plus(EARLY))) {
        later(this::search, SEARCH_AGAIN);
      } else if (goesOn) {
        if (trouble.isEmpty()) {
          LOG.info(
              "Application {}, {}: its driver is not found: {}", claim.id(), claim.claimant(), why);
        }
        trouble =
            Optional.of("application %s, %s: %s".formatted(claim.id(), claim.claimant(), why));
        later(this::search, SEARCH_AGAIN_LATER);
      } else {
        sessions.remove(witness);
      }
      firstSearch.complete(false);
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
        boolean doubtful = strikes > 0 && DOUBT.compareTo(pace.refresh()) < 0;
        later(this::ask, doubtful ? DOUBT : pace.refresh());
      }
    }

    private void hearRuns(DriverReply.Runs runs) {
      strikes = 0;
      silentSince = Optional.empty();
      if (runs.id().equals(claim.id())) {
        see(runs.facts());
        later(this::ask, pace.refresh());
        return;
      }
      // It may have moved to another port: whoever shows that it runs will say so again.
      end();
      if (claim.isBackedUp()) {
        CompletableFuture<Boolean> unused = look(claim);
      }
    }

    private boolean isGone(DriverReply reply) {
      Instant now = clock.instant();
      if (reply instanceof DriverReply.Silent) {
        strikes = 0;
        silentSince = Optional.of(silentSince.orElse(now));
        return !claim.isBackedUp() && silentSince.get().plus(pace.patience()).isBefore(now);
      }
      silentSince = Optional.empty();
      strikes = Math.min(strikes + 1, STRIKES);
      return strikes == STRIKES && !claim.isBackedUp();
    }

    private synchronized void end() {
      sessions.remove(witness);
      firstSearch.complete(false);
      if (address.isPresent()) {
        address = Optional.empty();
        registry.apply(new Sighting.Gone(witness, clock.instant()));
      }
    }

    private void see(ApplicationFacts facts) {
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
