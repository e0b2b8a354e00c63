// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import io.sparklive.application.JobProgress;
import io.sparklive.application.Progress;
import io.sparklive.application.Progress.EndedJob;
import io.sparklive.application.TaskCounts;
import io.sparklive.driver.PollRequests.Found;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * Searches for the last job that has ended, by requests for single jobs. A request for all jobs
 * would be simpler, but its response grows with the age of the application: 385 kB after 450 jobs.
 *
 * <p>Spark numbers jobs from 0 on, and keeps the last 1,000 of them ({@code
 * spark.ui.retainedJobs}).
 */
final class LastJobSearch {
  // A job is about 700 bytes, but its description may be a whole query.
  private static final int MAX_JOB_BYTES = 64 * 1024;
  // Enough for the thousand jobs that a driver keeps. The next poll continues a longer search.
  private static final int MAX_REQUESTS = 24;

  private final PollRequests requests;
  private final ProgressPoll.Limits limits;
  private final Optional<Progress> before;

  /**
   * @param before the last report of the driver
   */
  LastJobSearch(PollRequests requests, ProgressPoll.Limits limits, Optional<Progress> before) {
    this.requests = requests;
    this.limits = limits;
    this.before = before;
  }

  /**
   * The result of a search.
   *
   * @param job the job, if the driver reported it during this search
   * @param ended the job that ended last, also from an earlier search; empty if there is none
   */
  record Result(Optional<Job> job, Optional<EndedJob> ended) {}

  /** Gets one job. */
  CompletableFuture<Found<Job>> get(int id) {
    return requests.get("/jobs/" + id, MAX_JOB_BYTES, limits.runningJobs(), JobsJson::readOne);
  }

  /**
   * Searches while jobs run.
   *
   * @param running the running jobs, at least one
   */
  CompletableFuture<Result> whileRunning(List<Job> running) {
    Set<Integer> ids = running.stream().map(Job::id).collect(Collectors.toSet());
    int candidate = ids.stream().max(Integer::compare).orElseThrow();
    while (ids.contains(candidate)) {
      candidate--;
    }
    Optional<EndedJob> known = before.flatMap(Progress::lastEnded);
    int last = Math.max(candidate, newestOfBefore(ids));
    if (last < 0 || known.map(EndedJob::id).equals(Optional.of(last))) {
      return CompletableFuture.completedFuture(new Result(Optional.empty(), known));
    }
    return get(last)
        .thenApply(
            found -> {
              if (found.value().isPresent()) {
                return result(found.value().get());
              }
              return new Result(Optional.empty(), found.exists() ? known : unknown(last));
            });
  }

  /** The newest job of the last report, if it does not run any more. */
  private int newestOfBefore(Set<Integer> running) {
    return before
        .flatMap(Progress::jobs)
        .map(JobProgress::job)
        .filter(id -> !running.contains(id))
        .orElse(-1);
  }

  /**
   * Searches while no job runs.
   *
   * @param hasTasks whether the executors have started tasks
   */
  CompletableFuture<Result> whileIdle(boolean hasTasks) {
    int start = before.flatMap(Progress::jobs).map(JobProgress::job).orElse(0);
    return get(start)
        .thenCompose(
            found -> found.exists() || start > 0 || !hasTasks ? first(found, start) : lastOfAll());
  }

  /**
   * The driver may have dropped its first jobs, if the filter polls an old application for the
   * first time. Only then it requests all jobs, at most a thousand, once.
   */
  private CompletableFuture<Result> lastOfAll() {
    return requests
        .get("/jobs", limits.maxListBytes(), limits.lists(), JobsJson::read)
        .thenApply(
            found ->
                found
                    .value()
                    .flatMap(jobs -> jobs.stream().max(Comparator.comparing(Job::id)))
                    .map(this::result)
                    .orElse(new Result(Optional.empty(), Optional.empty())));
  }

  private CompletableFuture<Result> first(Found<Job> found, int start) {
    if (found.value().isPresent()) {
      return next(found.value().get(), 1, true, MAX_REQUESTS);
    }
    boolean isFirst = before.flatMap(Progress::jobs).isEmpty();
    Result none =
        isFirst && !found.exists()
            ? new Result(Optional.empty(), Optional.empty())
            : new Result(Optional.empty(), unknown(start));
    return CompletableFuture.completedFuture(none);
  }

  /**
   * Searches on from a job that exists, in steps that double until a job does not exist, and then
   * halve.
   *
   * @param step the distance to the next job to request
   * @param isGrowing whether each job so far existed
   */
  private CompletableFuture<Result> next(Job last, int step, boolean isGrowing, int left) {
    if (left == 0 || step == 0) {
      return CompletableFuture.completedFuture(result(last));
    }
    return get(last.id() + step)
        .thenCompose(
            found -> {
              boolean grows = isGrowing && found.value().isPresent();
              return next(found.value().orElse(last), grows ? step * 2 : step / 2, grows, left - 1);
            });
  }

  private static Optional<EndedJob> unknown(int id) {
    return Optional.of(new EndedJob(id, JobProgress.Status.UNKNOWN));
  }

  /** A job may start during the search: then it is not the last one that ended. */
  private Result result(Job job) {
    return new Result(
        Optional.of(job),
        job.isRunning()
            ? before.flatMap(Progress::lastEnded)
            : Optional.of(new EndedJob(job.id(), job.status())));
  }

  /** The last job for a report: of this search, or of an earlier one. */
  Optional<JobProgress> progress(Result result) {
    if (result.job().isPresent() || result.ended().isEmpty()) {
      return result.job().map(Job::progress);
    }
    EndedJob ended = result.ended().get();
    JobProgress unknown =
        before
            .flatMap(Progress::jobs)
            .map(job -> unknown(ended.id(), job.description(), job.tasks()))
            .orElse(unknown(ended.id(), "", TaskCounts.NONE));
    return Optional.of(unknown);
  }

  private static JobProgress unknown(int id, String description, TaskCounts tasks) {
    return new JobProgress(0, id, JobProgress.Status.UNKNOWN, description, tasks);
  }
}
