// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import io.sparklive.application.Progress.EndedJobs;
import io.sparklive.application.Progress.Queries;
import io.sparklive.application.Progress.SqlQuery;
import io.sparklive.application.TaskCounts;
import io.sparklive.concurrent.AsyncLimiter;
import io.sparklive.driver.PollRequests.Found;
import io.sparklive.driver.SqlJson.Execution;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/**
 * Polls the SQL query that runs. A query runs several jobs, and between two of them none runs.
 *
 * <p>From 4.0 on, a tag of each job names its query. Before, only the list of queries says which
 * query a job belongs to. That list grows, so the poll requests it page by page, from the first
 * query on that may still run.
 */
final class SqlPoll {
  private static final String OPTIONS = "?details=false&planDescription=false";
  private static final int PAGE = 20;
  private static final int MAX_PAGES = 5;
  // 400 bytes each, but a description may be a whole query.
  private static final int MAX_PAGE_BYTES = 256 * 1024;
  // Ended jobs of a query are counted one by one, each of them once.
  private static final int MAX_NEW_JOBS = 4;
  private static final int MAX_COUNTED_JOBS = 64;
  private static final int NO_SQL = -1;

  private final PollRequests requests;
  private final AsyncLimiter limiter;
  private final LastJobSearch jobs;
  private final Queries before;
  private final boolean hasTags;

  /**
   * @param jobs gets single jobs
   * @param before the queries of the last report
   * @param sparkVersion the version of the driver
   */
  SqlPoll(
      PollRequests requests,
      AsyncLimiter limiter,
      LastJobSearch jobs,
      Queries before,
      String sparkVersion) {
    this.requests = requests;
    this.limiter = limiter;
    this.jobs = jobs;
    this.before = before;
    this.hasTags = !sparkVersion.startsWith("3.");
  }

  /**
   * The result of a poll.
   *
   * @param query the query that runs
   * @param job the job whose query was searched for
   * @param description the description of the query of that job, running or ended
   * @param offset see {@link Queries#sqlOffset}
   */
  record Result(
      Optional<SqlQuery> query, Optional<Job> job, Optional<String> description, int offset) {
    /** The description of the query of a job, if it is the job whose query was searched for. */
    Optional<String> descriptionOf(int id) {
      return job.filter(searched -> searched.id() == id).flatMap(searched -> description);
    }
  }

  /**
   * Polls the query of a job.
   *
   * @param newest the newest job that may belong to a query, running or just ended; empty if no job
   *     has run since the last report
   * @param running the running jobs
   */
  CompletableFuture<Result> run(Optional<Job> newest, List<Job> running) {
    Optional<Long> last = before.sql().map(SqlQuery::id);
    if (before.sqlOffset() == NO_SQL || (newest.isEmpty() && last.isEmpty())) {
      return completed(Optional.empty(), before.sqlOffset());
    }
    return hasTags ? byTag(newest, running, last) : byList(newest, running, last);
  }

  private CompletableFuture<Result> byTag(
      Optional<Job> newest, List<Job> running, Optional<Long> last) {
    OptionalLong tagged = newest.map(Job::execution).orElse(OptionalLong.empty());
    if (tagged.isEmpty() && last.isEmpty()) {
      return completed(Optional.empty(), before.sqlOffset());
    }
    long id = tagged.isPresent() ? tagged.getAsLong() : last.get();
    List<Job> own =
        running.stream().filter(job -> job.execution().equals(OptionalLong.of(id))).toList();
    return requests
        .get("/sql/" + id + OPTIONS, MAX_PAGE_BYTES, limiter, SqlJson::readOne)
        .thenCompose(
            found -> {
              Optional<Job> job = newest.filter(tag -> tagged.isPresent());
              return result(found, job, own, before.sqlOffset());
            });
  }

  /**
   * @param job the job of the query that was searched for, if it is one
   * @param own the running jobs of the query
   */
  private CompletableFuture<Result> result(
      Found<Execution> found, Optional<Job> job, List<Job> own, int offset) {
    if (found.value().isEmpty()) {
      return completed(found.exists() ? before.sql() : Optional.empty(), offset);
    }
    Execution execution = found.value().get();
    Optional<String> description =
        Optional.of(execution.description()).filter(text -> !text.isBlank());
    if (!execution.isRunning()) {
      return CompletableFuture.completedFuture(
          new Result(Optional.empty(), job, description, offset));
    }
    return query(execution, own)
        .thenApply(query -> new Result(Optional.of(query), job, description, offset));
  }

  private static CompletableFuture<Result> completed(Optional<SqlQuery> query, int offset) {
    return CompletableFuture.completedFuture(
        new Result(query, Optional.empty(), Optional.empty(), offset));
  }

  private CompletableFuture<Result> byList(
      Optional<Job> newest, List<Job> running, Optional<Long> last) {
    return page(before.sqlOffset(), MAX_PAGES)
        .thenCompose(
            page -> {
              if (page.isMissing()) {
                return completed(Optional.empty(), NO_SQL);
              }
              Optional<Execution> execution = choose(page.executions(), newest, last);
              if (execution.isEmpty()) {
                return completed(Optional.empty(), page.offset());
              }
              List<Job> own =
                  running.stream()
                      .filter(job -> execution.get().runningJobs().contains(job.id()))
                      .toList();
              Optional<Job> job = newest.filter(own(execution.get()));
              return result(new Found<>(execution, true), job, own, page.offset());
            });
  }

  private static Predicate<Job> own(Execution execution) {
    return job ->
        execution.runningJobs().contains(job.id()) || execution.endedJobs().contains(job.id());
  }

  /** The query of the newest job, or the one of the last report, or the newest that runs. */
  private static Optional<Execution> choose(
      List<Execution> executions, Optional<Job> newest, Optional<Long> last) {
    return executions.stream()
        .filter(execution -> newest.filter(own(execution)).isPresent())
        .findFirst()
        .or(
            () ->
                executions.stream()
                    .filter(Execution::isRunning)
                    .filter(execution -> StreamDescription.parse(execution.description()).isEmpty())
                    .max(
                        Comparator.comparing(
                                (Execution execution) -> last.equals(Optional.of(execution.id())))
                            .thenComparing(Execution::id)));
  }

  /**
   * A part of the list of queries.
   *
   * @param offset the offset for the next poll
   * @param isMissing whether the driver has no such list
   */
  private record Page(List<Execution> executions, int offset, boolean isMissing) {}

  private CompletableFuture<Page> page(int offset, int left) {
    return requests
        .get(
            "/sql" + OPTIONS + "&offset=" + offset + "&length=" + PAGE,
            MAX_PAGE_BYTES,
            limiter,
            SqlJson::read)
        .thenCompose(
            found -> {
              if (found.value().isEmpty()) {
                return CompletableFuture.completedFuture(
                    new Page(List.of(), offset, !found.exists()));
              }
              List<Execution> executions = found.value().get();
              boolean areAllEnded = executions.stream().noneMatch(Execution::isRunning);
              if (executions.size() == PAGE && areAllEnded && left > 1) {
                return page(offset + PAGE, left - 1);
              }
              return CompletableFuture.completedFuture(
                  new Page(executions, nextOffset(executions, offset), false));
            });
  }

  /** The driver drops its oldest queries, so an offset may be too large later. */
  private static int nextOffset(List<Execution> executions, int offset) {
    if (executions.isEmpty()) {
      return offset / 2;
    }
    boolean areAllEnded = executions.stream().noneMatch(Execution::isRunning);
    return executions.size() == PAGE && areAllEnded ? offset + PAGE : offset;
  }

  private CompletableFuture<SqlQuery> query(Execution execution, List<Job> running) {
    EndedJobs counted =
        before
            .sql()
            .filter(query -> query.id() == execution.id())
            .map(SqlQuery::ended)
            .orElse(EndedJobs.NONE);
    List<Integer> added =
        execution.endedJobs().stream()
            .filter(id -> !counted.ids().contains(id))
            .limit(Math.min(MAX_NEW_JOBS, MAX_COUNTED_JOBS - counted.ids().size()))
            .toList();
    CompletableFuture<EndedJobs> all = CompletableFuture.completedFuture(counted);
    for (int id : added) {
      all = all.thenCompose(jobsSoFar -> count(jobsSoFar, id));
    }
    return all.thenApply(
        ended -> {
          TaskCounts tasks =
              running.stream().map(Job::tasks).reduce(ended.tasks(), TaskCounts::plus);
          Set<Integer> ids = new HashSet<>(execution.endedJobs());
          ids.addAll(execution.runningJobs());
          running.forEach(job -> ids.add(job.id()));
          return new SqlQuery(
              execution.id(),
              execution.description(),
              execution.started(),
              ids.size(),
              tasks,
              ended);
        });
  }

  private CompletableFuture<EndedJobs> count(EndedJobs counted, int id) {
    return jobs.get(id)
        .thenApply(
            found ->
                found
                    .value()
                    .filter(job -> !job.isRunning())
                    .map(
                        job -> {
                          Set<Integer> ids = new HashSet<>(counted.ids());
                          ids.add(id);
                          return new EndedJobs(ids, counted.tasks().plus(job.tasks()));
                        })
                    .orElse(counted));
  }
}
