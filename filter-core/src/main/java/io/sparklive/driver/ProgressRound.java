package io.sparklive.driver;

import static io.sparklive.application.Work.Status.FAILED;
import static io.sparklive.application.Work.Status.SUCCEEDED;
import static io.sparklive.application.Work.Status.UNKNOWN;

import io.sparklive.application.LiveApplication;
import io.sparklive.application.Progress;
import io.sparklive.application.Tasks;
import io.sparklive.application.Work;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * One round of questions to a driver: which jobs run, which executors there are, and, where no job
 * runs but some did since the last round, how the last one ended.
 *
 * <p>Thread-safe.
 */
final class ProgressRound {
  // A job is about 700 bytes, more with many stages; hundreds may run at once.
  private static final int LONGEST_RUNNING = 128 * 1024;
  private static final int RUNNING_AT_ONCE = 256;
  // An executor is about 2 kB; of all jobs a driver remembers a thousand.
  private static final int LONGEST = 4 * 1024 * 1024;
  private static final int LONG_AT_ONCE = 8;

  private static final Set<Work.Status> ENDED = Set.of(SUCCEEDED, FAILED);

  private final DriverApi drivers;
  private final InstantSource clock;
  private final Turns turns = new Turns(RUNNING_AT_ONCE);
  private final Turns longTurns = new Turns(LONG_AT_ONCE);

  ProgressRound(DriverApi drivers, InstantSource clock) {
    this.drivers = drivers;
    this.clock = clock;
  }

  /**
   * Asks the driver.
   *
   * @param application one that has an address
   * @return how far it is; empty where its driver does not tell which jobs run
   */
  CompletableFuture<Optional<Progress>> with(LiveApplication application) {
    return ask(application, "/jobs?status=running", LONGEST_RUNNING, turns, JobsJson::read)
        .thenCompose(
            running ->
                running.isEmpty()
                    ? CompletableFuture.completedFuture(Optional.empty())
                    : executors(application)
                        .thenCompose(
                            executors ->
                                work(application, running.get(), executors)
                                    .thenApply(
                                        work ->
                                            Optional.of(
                                                new Progress(clock.instant(), executors, work)))));
  }

  private CompletableFuture<Optional<Progress.Executors>> executors(LiveApplication application) {
    return ask(application, "/executors", LONGEST, longTurns, ExecutorsJson::read);
  }

  private CompletableFuture<Optional<Work>> work(
      LiveApplication application, Optional<Work> running, Optional<Progress.Executors> executors) {
    if (running.isPresent()) {
      return CompletableFuture.completedFuture(running);
    }
    if (isAsItWas(application, executors)) {
      return CompletableFuture.completedFuture(application.progress().flatMap(Progress::work));
    }
    return ask(application, "/jobs", LONGEST, longTurns, JobsJson::read)
        .thenApply(all -> all.orElseGet(() -> Optional.of(notTold(application))));
  }

  /** What was known before, of which nobody knows how it ended. */
  private static Work notTold(LiveApplication application) {
    return application
        .progress()
        .flatMap(Progress::work)
        .map(work -> new Work(0, work.job(), UNKNOWN, work.description(), work.tasks()))
        .orElse(new Work(0, 0, UNKNOWN, "", Tasks.NONE));
  }

  /** Whether no task has run since the last round, nor a job been under way then. */
  private static boolean isAsItWas(
      LiveApplication application, Optional<Progress.Executors> executors) {
    return application
        .progress()
        .filter(before -> before.work().map(Work::status).stream().allMatch(ENDED::contains))
        .map(before -> executors.isPresent() && before.executors().equals(executors))
        .orElse(false);
  }

  private <T> CompletableFuture<Optional<T>> ask(
      LiveApplication application, String below, int longest, Turns inTurn, Reading<T> reading) {
    return inTurn
        .take(
            () ->
                drivers.tell(application.id(), application.address().orElseThrow(), below, longest))
        .thenApply(json -> json.flatMap(bytes -> read(bytes, reading)));
  }

  private static <T> Optional<T> read(byte[] json, Reading<T> reading) {
    try {
      return Optional.of(reading.read(json));
    } catch (IOException | IllegalStateException | NumberFormatException e) {
      // Not the shape of a driver's answer, in any of the ways that Gson tells.
      return Optional.empty();
    }
  }

  @FunctionalInterface
  private interface Reading<T> {
    T read(byte[] json) throws IOException;
  }
}
