// SPDX-License-Identifier: Apache-2.0
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
import org.jspecify.annotations.Nullable;

/**
 * Polls the progress of one driver once: its running jobs, its executors, and, if no job runs but
 * some ran since the last poll, the result of the last job.
 */
final class ProgressPoll {
  // A job is about 700 bytes and its description, which may be a whole query; hundreds may run.
  private static final int MAX_RUNNING_JOBS_BYTES = 256 * 1024;
  private static final Set<JobProgress.Status> ENDED = Set.of(SUCCEEDED, FAILED);

  private final DriverApi drivers;
  private final Limits limits;
  private final InstantSource clock;
  private final LiveApplication application;
  // Requests follow each other, on different threads.
  private volatile Instant asOf = Instant.EPOCH;
  private volatile Duration longestResponse = Duration.ZERO;
  private volatile boolean complete = true;

  /**
   * Limits shared by many polls. Drivers that are slow, or have very long lists, have limits of
   * their own, so that they do not delay other drivers.
   *
   * @param runningJobs for requests whose responses are short: which jobs run
   * @param lists for requests whose responses may be long
   * @param maxListBytes how many bytes these responses may have. An executor is about 2 kB, and a
   *     driver keeps a thousand ended jobs
   */
  record Limits(AsyncLimiter runningJobs, AsyncLimiter lists, int maxListBytes) {
    private static final int MEGABYTE = 1024 * 1024;

    /** The limits of drivers that respond promptly: hundreds of them in one polling interval. */
    static Limits prompt() {
      return new Limits(new AsyncLimiter(128), new AsyncLimiter(32), 2 * MEGABYTE);
    }

    /** The limits of all other drivers. */
    static Limits slow() {
      return new Limits(new AsyncLimiter(64), new AsyncLimiter(8), 8 * MEGABYTE);
    }
  }

  /**
   * Result of a poll.
   *
   * @param progress the reported progress; empty if the driver did not report its running jobs
   * @param complete whether the driver responded to every request
   * @param longestResponse the longest time that the driver took for one response
   */
  record Result(Optional<Progress> progress, boolean complete, Duration longestResponse) {
    /** The driver reported nothing. */
    static final Result NOTHING = new Result(Optional.empty(), false, Duration.ZERO);
  }

  /**
   * @param limits limits to keep to, shared with other polls
   * @param application an application that has an address
   */
  ProgressPoll(DriverApi drivers, Limits limits, InstantSource clock, LiveApplication application) {
    this.drivers = drivers;
    this.limits = limits;
    this.clock = clock;
    this.application = application;
  }

  /** Polls the driver. To be called once. */
  CompletableFuture<Result> run() {
    return get("/jobs?status=running", MAX_RUNNING_JOBS_BYTES, limits.runningJobs(), JobsJson::read)
        .thenCompose(
            running -> {
              asOf = clock.instant();
              return running.isEmpty()
                  ? CompletableFuture.completedFuture(Optional.<Progress>empty())
                  : progress(running.get().orElse(null)).thenApply(Optional::of);
            })
        .thenApply(
            progress -> new Result(progress, complete && progress.isPresent(), longestResponse));
  }

  private CompletableFuture<Progress> progress(@Nullable JobProgress running) {
    return get("/executors", limits.maxListBytes(), limits.lists(), ExecutorsJson::read)
        .thenCompose(
            executors -> {
              complete &= executors.isPresent();
              return jobs(running, executors.orElse(null))
                  .thenApply(
                      jobs -> new Progress(asOf, executors.or(this::previousExecutors), jobs));
            });
  }

  private CompletableFuture<Optional<JobProgress>> jobs(
      @Nullable JobProgress running, Progress.@Nullable Executors executors) {
    if (running != null) {
      return CompletableFuture.completedFuture(Optional.of(running));
    }
    if (executors != null && isUnchanged(executors)) {
      return CompletableFuture.completedFuture(application.progress().flatMap(Progress::jobs));
    }
    return get("/jobs", limits.maxListBytes(), limits.lists(), JobsJson::read)
        .thenApply(
            all -> {
              complete &= all.isPresent();
              return all.orElseGet(() -> Optional.of(previousJobWithUnknownEnd()));
            });
  }

  private Optional<Progress.Executors> previousExecutors() {
    return application.progress().flatMap(Progress::executors);
  }

  private JobProgress previousJobWithUnknownEnd() {
    return application
        .progress()
        .flatMap(Progress::jobs)
        .map(job -> new JobProgress(0, job.job(), UNKNOWN, job.description(), job.tasks()))
        .orElse(new JobProgress(0, 0, UNKNOWN, "", TaskCounts.NONE));
  }

  /** Whether no task runs, and none has run since the last poll. */
  private boolean isUnchanged(Progress.Executors executors) {
    return application
        .progress()
        .filter(before -> before.jobs().stream().allMatch(ProgressPoll::isOver))
        .map(before -> before.executors().equals(Optional.of(executors)))
        .orElse(false);
  }

  /** Tasks of a killed job may still run for a while. */
  private static boolean isOver(JobProgress job) {
    return ENDED.contains(job.status()) && job.tasks().active() == 0;
  }

  private <T> CompletableFuture<Optional<T>> get(
      String path, int maxBytes, AsyncLimiter limiter, Parser<T> parser) {
    return limiter
        .submit(() -> getTimed(path, maxBytes), DriverRequests.PROMPT)
        .thenApply(json -> json.flatMap(bytes -> parse(bytes, parser)));
  }

  private CompletableFuture<Optional<byte[]>> getTimed(String path, int maxBytes) {
    Instant start = clock.instant();
    return drivers
        .get(application.id(), application.address().orElseThrow(), path, maxBytes)
        .whenComplete(
            (json, failure) -> {
              Duration time = Duration.between(start, clock.instant());
              longestResponse = longestResponse.compareTo(time) < 0 ? time : longestResponse;
            });
  }

  private static <T> Optional<T> parse(byte[] json, Parser<T> parser) {
    try {
      return Optional.of(parser.parse(json));
    } catch (IOException | IllegalStateException | NumberFormatException e) {
      // Not the JSON of a driver: Gson throws several exceptions.
      return Optional.empty();
    }
  }

  @FunctionalInterface
  private interface Parser<T> {
    T parse(byte[] json) throws IOException;
  }
}
