package io.sparklive.driver;

import static io.sparklive.application.JobProgress.Status.FAILED;
import static io.sparklive.application.JobProgress.Status.SUCCEEDED;
import static io.sparklive.application.JobProgress.Status.UNKNOWN;

import io.sparklive.application.JobProgress;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.Progress;
import io.sparklive.application.TaskCounts;
import io.sparklive.concurrent.AsyncLimiter;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * One round of questions to one driver: which jobs run, which executors there are, and, where no
 * job runs but some did since the last round, how the last one ended.
 */
final class ProgressPoll {
  // A job is about 700 bytes and its description, which may be a whole query; hundreds may run.
  private static final int LONGEST_RUNNING = 256 * 1024;
  private static final Set<JobProgress.Status> ENDED = Set.of(SUCCEEDED, FAILED);

  private final DriverApi drivers;
  private final PollBulkhead lane;
  private final InstantSource clock;
  private final LiveApplication application;
  // Questions follow each other, on different threads.
  private volatile Instant asOf = Instant.EPOCH;
  private volatile Duration longest = Duration.ZERO;
  private volatile boolean whole = true;

  /**
   * How it went.
   *
   * @param progress what the driver told; empty where it did not tell which jobs run
   * @param whole whether it told everything that it was asked for
   * @param longest how long it thought over one question
   */
  record Told(Optional<Progress> progress, boolean whole, Duration longest) {
    /** It told nothing. */
    static final Told NOTHING = new Told(Optional.empty(), false, Duration.ZERO);
  }

  /**
   * @param lane where it waits for its turn
   * @param application one that has an address
   */
  ProgressPoll(
      DriverApi drivers, PollBulkhead lane, InstantSource clock, LiveApplication application) {
    this.drivers = drivers;
    this.lane = lane;
    this.clock = clock;
    this.application = application;
  }

  /** Asks the driver, once. */
  CompletableFuture<Told> ask() {
    return ask("/jobs?status=running", LONGEST_RUNNING, lane.running(), JobsJson::read)
        .thenCompose(
            running -> {
              asOf = clock.instant();
              return running.isEmpty()
                  ? CompletableFuture.completedFuture(Optional.<Progress>empty())
                  : rest(running.get()).thenApply(Optional::of);
            })
        .thenApply(progress -> new Told(progress, whole && progress.isPresent(), longest));
  }

  private CompletableFuture<Progress> rest(Optional<JobProgress> running) {
    return ask("/executors", lane.longest(), lane.longer(), ExecutorsJson::read)
        .thenCompose(
            executors -> {
              whole &= executors.isPresent();
              return work(running, executors)
                  .thenApply(work -> new Progress(asOf, executors.or(this::executorsBefore), work));
            });
  }

  private CompletableFuture<Optional<JobProgress>> work(
      Optional<JobProgress> running, Optional<Progress.Executors> executors) {
    if (running.isPresent()) {
      return CompletableFuture.completedFuture(running);
    }
    if (isAsItWas(executors)) {
      return CompletableFuture.completedFuture(application.progress().flatMap(Progress::jobs));
    }
    return ask("/jobs", lane.longest(), lane.longer(), JobsJson::read)
        .thenApply(
            all -> {
              whole &= all.isPresent();
              return all.orElseGet(() -> Optional.of(notTold()));
            });
  }

  private Optional<Progress.Executors> executorsBefore() {
    return application.progress().flatMap(Progress::executors);
  }

  /** What was known before, of which nobody knows how it ended. */
  private JobProgress notTold() {
    return application
        .progress()
        .flatMap(Progress::jobs)
        .map(work -> new JobProgress(0, work.job(), UNKNOWN, work.description(), work.tasks()))
        .orElse(new JobProgress(0, 0, UNKNOWN, "", TaskCounts.NONE));
  }

  /** Whether no task has run since the last round, nor then. */
  private boolean isAsItWas(Optional<Progress.Executors> executors) {
    return application
        .progress()
        .filter(before -> before.jobs().stream().allMatch(ProgressPoll::isOver))
        .map(before -> executors.isPresent() && before.executors().equals(executors))
        .orElse(false);
  }

  /** Tasks of a job that was killed may go on for a while. */
  private static boolean isOver(JobProgress work) {
    return ENDED.contains(work.status()) && work.tasks().active() == 0;
  }

  private <T> CompletableFuture<Optional<T>> ask(
      String below, int most, AsyncLimiter inTurn, Reading<T> reading) {
    return inTurn
        .submit(() -> asked(below, most), DriverRequests.PROMPT)
        .thenApply(json -> json.flatMap(bytes -> read(bytes, reading)));
  }

  private CompletableFuture<Optional<byte[]>> asked(String below, int most) {
    Instant begun = clock.instant();
    return drivers
        .tell(application.id(), application.address().orElseThrow(), below, most)
        .whenComplete(
            (json, failure) -> {
              Duration took = Duration.between(begun, clock.instant());
              longest = longest.compareTo(took) < 0 ? took : longest;
            });
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
