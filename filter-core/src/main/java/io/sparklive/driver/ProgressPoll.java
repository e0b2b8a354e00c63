// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import static io.sparklive.application.JobProgress.Status.FAILED;
import static io.sparklive.application.JobProgress.Status.SUCCEEDED;

import io.sparklive.application.Activity;
import io.sparklive.application.JobProgress;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.Progress;
import io.sparklive.application.Progress.Executors;
import io.sparklive.concurrent.AsyncLimiter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Polls the progress of one driver once: its running jobs and its executors, and, if these have
 * changed, the last job that ended, the SQL query that runs, and the reason of a failure. No
 * response grows with the age of the application.
 */
final class ProgressPoll {
  // A job is about 700 bytes and its description, which may be a whole query; hundreds may run.
  private static final int MAX_RUNNING_JOBS_BYTES = 256 * 1024;

  private final Limits limits;
  private final InstantSource clock;
  private final PollRequests requests;
  private final LastJobSearch lastJob;
  private final SqlPoll sql;
  private final FailureSearch failures;
  private final Optional<Progress> before;
  // Requests follow each other, on different threads.
  private volatile Instant asOf = Instant.EPOCH;

  /**
   * Limits shared by many polls. Drivers that are slow, or have very long lists, have limits of
   * their own, so that they do not delay other drivers.
   *
   * @param runningJobs for requests with short responses
   * @param lists for requests with long responses: the executors
   * @param maxListBytes how many bytes these responses may have. An executor is about 2 kB
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
    this.limits = limits;
    this.clock = clock;
    this.requests = new PollRequests(drivers, clock, application);
    this.before = application.progress();
    this.lastJob = new LastJobSearch(requests, limits, before);
    this.sql =
        new SqlPoll(
            requests,
            limits.runningJobs(),
            lastJob,
            queriesOf(before),
            application.info().sparkVersion());
    this.failures = new FailureSearch(requests, limits.runningJobs(), before);
  }

  /** Polls the driver. To be called once. */
  CompletableFuture<Result> run() {
    return requests
        .get("/jobs?status=running", MAX_RUNNING_JOBS_BYTES, limits.runningJobs(), JobsJson::read)
        .thenCompose(
            running -> {
              asOf = clock.instant();
              return running.value().isEmpty()
                  ? CompletableFuture.completedFuture(Optional.<Progress>empty())
                  : executors(running.value().get()).thenApply(Optional::of);
            })
        .thenApply(
            progress ->
                new Result(
                    progress,
                    requests.isComplete() && progress.isPresent(),
                    requests.longestResponse()));
  }

  private CompletableFuture<Progress> executors(List<Job> jobs) {
    List<Job> running = jobs.stream().filter(Job::isRunning).toList();
    return requests
        .get("/executors", limits.maxListBytes(), limits.lists(), ExecutorsJson::read)
        .thenCompose(executors -> lastJob(running, executors.value()));
  }

  private CompletableFuture<Progress> lastJob(List<Job> running, Optional<Executors> executors) {
    if (running.isEmpty() && executors.filter(this::isUnchanged).isPresent()) {
      Optional<Progress.EndedJob> ended = before.flatMap(Progress::lastEnded);
      return report(running, executors, new LastJobSearch.Result(Optional.empty(), ended), true);
    }
    boolean hasTasks = executors.filter(all -> all.tasks() > 0).isPresent();
    return (running.isEmpty() ? lastJob.whileIdle(hasTasks) : lastJob.whileRunning(running))
        .thenCompose(last -> report(running, executors, last, false));
  }

  /**
   * @param last the last job that ended
   * @param isUnchanged whether no job has run since the last report
   */
  private CompletableFuture<Progress> report(
      List<Job> running,
      Optional<Executors> executors,
      LastJobSearch.Result last,
      boolean isUnchanged) {
    Optional<Job> newest = running.stream().max(Comparator.comparing(Job::id)).or(last::job);
    Optional<JobProgress> jobs =
        isUnchanged
            ? before.flatMap(Progress::jobs)
            : Job.combine(running).or(() -> lastJob.progress(last));
    Optional<StreamDescription> batch =
        newest.flatMap(job -> StreamDescription.parse(job.description()));
    List<StreamDescription> batches = batches(running);
    if (batches.isEmpty()) {
      batches = batches(last.job().stream().toList());
    }
    List<Progress.StreamingQuery> streams =
        StreamingQueries.after(queriesOf(before).streams(), batches, asOf);
    Optional<Job> ofQuery = ofQuery(running).or(() -> newest.filter(job -> batch.isEmpty()));
    CompletableFuture<Optional<Progress.Failure>> failure = failures.run(running, last);
    return sql.run(ofQuery, running)
        .thenCombine(
            failure,
            (query, reason) ->
                new Report(
                        executors.or(this::previousExecutors),
                        jobs.map(job -> describe(job, batch, query)),
                        last,
                        streams,
                        query,
                        reason)
                    .progress());
  }

  /** The newest job that may belong to a query. Jobs of streams and others may run beside it. */
  private static Optional<Job> ofQuery(List<Job> running) {
    return running.stream()
        .filter(job -> !isOfStream(job))
        .max(Comparator.comparing((Job job) -> job.execution().isPresent()).thenComparing(Job::id));
  }

  private static boolean isOfStream(Job job) {
    return StreamDescription.parse(job.description()).isPresent();
  }

  private static List<StreamDescription> batches(List<Job> jobs) {
    return jobs.stream()
        .flatMap(job -> StreamDescription.parse(job.description()).stream())
        .toList();
  }

  /** An adaptive query describes its jobs by a place in Spark's own code. */
  private static JobProgress describe(
      JobProgress job, Optional<StreamDescription> batch, SqlPoll.Result query) {
    return batch
        .map(StreamDescription::text)
        .or(() -> query.descriptionOf(job.job()))
        .map(job::withDescription)
        .orElse(job);
  }

  /** The parts of a report. */
  private final class Report {
    private final Optional<Executors> executors;
    private final Optional<JobProgress> jobs;
    private final LastJobSearch.Result last;
    private final List<Progress.StreamingQuery> streams;
    private final SqlPoll.Result query;
    private final Optional<Progress.Failure> failure;

    Report(
        Optional<Executors> executors,
        Optional<JobProgress> jobs,
        LastJobSearch.Result last,
        List<Progress.StreamingQuery> streams,
        SqlPoll.Result query,
        Optional<Progress.Failure> failure) {
      this.executors = executors;
      this.jobs = jobs;
      this.last = last;
      this.streams = streams;
      this.query = query;
      this.failure = failure;
    }

    Progress progress() {
      Progress.Queries queries = new Progress.Queries(query.query(), streams, query.offset());
      return new Progress(
          asOf,
          executors,
          jobs,
          last.ended(),
          failure,
          queries,
          Activity.of(before, asOf, executors, jobs, last.ended(), queries));
    }
  }

  private static Progress.Queries queriesOf(Optional<Progress> report) {
    return report.map(Progress::queries).orElse(Progress.Queries.NONE);
  }

  private Optional<Executors> previousExecutors() {
    return before.flatMap(Progress::executors);
  }

  /** Whether no task runs, and none has run since the last poll. */
  private boolean isUnchanged(Executors executors) {
    return before
        .filter(earlier -> earlier.jobs().stream().allMatch(ProgressPoll::isOver))
        .flatMap(Progress::executors)
        .filter(earlier -> earlier.tasks() == executors.tasks())
        .filter(earlier -> earlier.count() == executors.count())
        .isPresent();
  }

  /** Tasks of a killed job may still run for a while. */
  private static boolean isOver(JobProgress job) {
    return (job.status() == SUCCEEDED || job.status() == FAILED) && job.tasks().active() == 0;
  }
}
