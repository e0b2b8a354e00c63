// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The progress of an application that its driver has reported.
 *
 * @param asOf when the driver reported it
 * @param executors the executors; empty if the driver did not report them
 * @param jobs the progress of the jobs; empty before the first job
 * @param lastEnded the last job that has ended, as far as the reports tell
 * @param failure the cause of the failure of that job, or of a stage of a running job
 * @param queries the queries that run
 * @param activity the differences to earlier reports
 */
public record Progress(
    Instant asOf,
    Optional<Executors> executors,
    Optional<JobProgress> jobs,
    Optional<EndedJob> lastEnded,
    Optional<Failure> failure,
    Queries queries,
    Activity activity) {
  public Progress {
    requireNonNull(asOf, "asOf");
  }

  /** The first report of a driver, of which no job has failed and no query runs. */
  public Progress(Instant asOf, Optional<Executors> executors, Optional<JobProgress> jobs) {
    this(
        asOf,
        executors,
        jobs,
        EndedJob.of(jobs),
        Optional.empty(),
        Queries.NONE,
        Activity.of(Optional.empty(), asOf, executors, jobs, EndedJob.of(jobs), Queries.NONE));
  }

  /** Whether a job or a SQL query runs. */
  public boolean isWorking() {
    return queries.sql().isPresent() || jobs.map(JobProgress::running).orElse(0) > 0;
  }

  /**
   * A job that has ended.
   *
   * @param status {@code UNKNOWN} if the driver did not report it
   */
  public record EndedJob(int id, JobProgress.Status status) {
    /** The last job, if no job runs. */
    static Optional<EndedJob> of(Optional<JobProgress> jobs) {
      return jobs.filter(job -> job.running() == 0)
          .map(job -> new EndedJob(job.job(), job.status()));
    }

    /** Whether the driver has reported how the job ended. */
    public boolean isKnown() {
      return status == JobProgress.Status.SUCCEEDED || status == JobProgress.Status.FAILED;
    }
  }

  /**
   * Why a job, or a stage of a running job, has failed.
   *
   * @param job the id of the job
   * @param stage the id of the failed stage
   * @param attempt the attempt of the stage
   * @param reason the first line of the reason, as the driver reports it
   */
  public record Failure(int job, int stage, int attempt, String reason) {
    public Failure {
      reason = UserText.of(reason);
    }
  }

  /**
   * The executors of the application; in local mode the driver is one of them.
   *
   * @param count the number of executors
   * @param cores the number of their cores
   * @param tasks the number of tasks that they have started: if it has changed, jobs have run since
   * @param busyCores the number of cores that run tasks, if each task uses one
   * @param taskMillis the time that tasks have taken
   * @param gcMillis the time that garbage collection has taken
   */
  public record Executors(
      int count, int cores, long tasks, int busyCores, long taskMillis, long gcMillis) {
    /** Executors of which no task runs. */
    public Executors(int count, int cores, long tasks) {
      this(count, cores, tasks, 0, 0, 0);
    }
  }

  /**
   * The queries that run.
   *
   * @param sql the SQL query, also between two of its jobs
   * @param streams the Structured Streaming queries, also between two of their batches, in the
   *     order in which they were first reported
   * @param sqlOffset the number of SQL queries, the oldest first, that have ended for certain; -1
   *     if the driver has no SQL
   */
  public record Queries(Optional<SqlQuery> sql, List<StreamingQuery> streams, int sqlOffset) {
    public static final Queries NONE = new Queries(Optional.empty(), List.of(), 0);

    // A query that has stopped is not reported. It does not hide one that runs for longer.
    private static final Duration PAUSE = Duration.ofMinutes(2);

    public Queries {
      streams = List.copyOf(streams);
    }

    /**
     * The streaming query that stands for all: the first that has had a batch in the two minutes
     * before the newest report of one, so that it stays the same from report to report.
     */
    public Optional<StreamingQuery> stream() {
      return streams.stream()
          .map(StreamingQuery::seen)
          .max(Comparator.naturalOrder())
          .map(newest -> newest.minus(PAUSE))
          .flatMap(
              since ->
                  streams.stream().filter(stream -> !stream.seen().isBefore(since)).findFirst());
    }
  }

  /**
   * A SQL query that runs ({@code ExecutionData} in {@code api.scala} of Spark SQL).
   *
   * @param id the execution id
   * @param description the query's text or description, as Spark shows it
   * @param started when it started, if the driver reported it
   * @param jobs the number of its jobs so far
   * @param tasks the tasks of its jobs so far
   * @param ended those of its jobs that have ended
   */
  public record SqlQuery(
      long id,
      String description,
      Optional<Instant> started,
      int jobs,
      TaskCounts tasks,
      EndedJobs ended) {
    public SqlQuery {
      description = UserText.of(description);
    }
  }

  /**
   * Jobs that have ended, with the sum of their tasks.
   *
   * @param ids the ids of these jobs
   */
  public record EndedJobs(Set<Integer> ids, TaskCounts tasks) {
    public static final EndedJobs NONE = new EndedJobs(Set.of(), TaskCounts.NONE);

    public EndedJobs {
      ids = Set.copyOf(ids);
    }
  }

  /**
   * A Structured Streaming query, as the description of its jobs names it ({@code
   * StreamExecution.scala}).
   *
   * @param id its id, a UUID
   * @param name the name that the user chose; may be empty
   * @param batch the newest batch
   * @param batchMillis the time from one batch to the next; 0 if unknown
   * @param growths how many times in a row that time has grown
   * @param anchor when {@code anchorBatch} was first reported
   * @param anchorBatch the batch from which the time is measured
   * @param seen when a job of the query was last reported
   */
  public record StreamingQuery(
      String id,
      String name,
      long batch,
      long batchMillis,
      int growths,
      Instant anchor,
      long anchorBatch,
      Instant seen) {
    // Polls see a batch up to an interval late: over this time, that is a tenth.
    private static final Duration WINDOW = Duration.ofSeconds(20);
    private static final double GROWTH = 1.2;
    private static final int MIN_GROWTHS = 3;

    public StreamingQuery {
      name = UserText.of(name);
    }

    /** A query after its first report. */
    public static StreamingQuery first(String id, String name, long batch, Instant asOf) {
      return new StreamingQuery(id, name, batch, 0, 0, asOf, batch, asOf);
    }

    /** The same query after a report of this batch. */
    public StreamingQuery after(long newest, Instant asOf) {
      long millis = Duration.between(anchor, asOf).toMillis();
      if (newest < anchorBatch) {
        return first(id, name, newest, asOf);
      }
      if (newest == batch || millis < WINDOW.toMillis()) {
        return new StreamingQuery(
            id, name, newest, batchMillis, growths, anchor, anchorBatch, asOf);
      }
      long current = millis / (newest - anchorBatch);
      boolean hasGrown = batchMillis > 0 && current > GROWTH * batchMillis;
      return new StreamingQuery(
          id, name, newest, current, hasGrown ? growths + 1 : 0, asOf, newest, asOf);
    }

    /** Whether the time from one batch to the next has grown several times in a row. */
    public boolean isGrowing() {
      return growths >= MIN_GROWTHS;
    }
  }
}
