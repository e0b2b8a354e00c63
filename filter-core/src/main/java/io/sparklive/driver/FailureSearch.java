// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import io.sparklive.application.JobProgress;
import io.sparklive.application.Progress;
import io.sparklive.application.Progress.Failure;
import io.sparklive.concurrent.AsyncLimiter;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Searches for the reason why a job or a stage failed, among the stages of the job: the newest
 * first, as a failed stage ends its job. A request for all failed stages would grow with the age of
 * the application.
 */
final class FailureSearch {
  // Most of it is a stack trace, and the counters of the stage.
  private static final int MAX_STAGE_BYTES = 256 * 1024;
  private static final int MAX_STAGES = 3;

  private final PollRequests requests;
  private final AsyncLimiter limiter;
  private final Optional<Progress> before;

  /**
   * @param before the last report of the driver
   */
  FailureSearch(PollRequests requests, AsyncLimiter limiter, Optional<Progress> before) {
    this.requests = requests;
    this.limiter = limiter;
    this.before = before;
  }

  /**
   * Searches for the reason, if it is new: each failure is requested once.
   *
   * @param running the running jobs
   * @param last the result of the search for the last ended job
   * @return empty if nothing fails, or if the driver did not report the reason
   */
  CompletableFuture<Optional<Failure>> run(List<Job> running, LastJobSearch.Result last) {
    Optional<Failure> known = before.flatMap(Progress::failure);
    boolean hasLastFailed =
        last.ended().filter(ended -> ended.status() == JobProgress.Status.FAILED).isPresent();
    if (hasLastFailed) {
      boolean isKnown = known.map(Failure::job).equals(last.ended().map(Progress.EndedJob::id));
      return isKnown || last.job().isEmpty()
          ? CompletableFuture.completedFuture(known.filter(failure -> isKnown))
          : search(last.job().get());
    }
    Optional<Job> failing =
        running.stream()
            .filter(job -> job.stages().failed() > 0)
            .max(Comparator.comparing(Job::id));
    if (failing.isEmpty()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    int failedBefore = before.flatMap(Progress::jobs).map(job -> job.stages().failed()).orElse(0);
    boolean isKnown =
        known.map(Failure::job).equals(Optional.of(failing.get().id()))
            && failedBefore == failing.get().stages().failed();
    return isKnown ? CompletableFuture.completedFuture(known) : search(failing.get());
  }

  private CompletableFuture<Optional<Failure>> search(Job job) {
    Iterator<Integer> stages =
        job.stageIds().stream().sorted(Comparator.reverseOrder()).limit(MAX_STAGES).iterator();
    return search(job, stages);
  }

  private CompletableFuture<Optional<Failure>> search(Job job, Iterator<Integer> stages) {
    if (!stages.hasNext()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    return requests
        .get(
            "/stages/" + stages.next() + "?details=false",
            MAX_STAGE_BYTES,
            limiter,
            StagesJson::read)
        .thenCompose(
            found -> {
              Optional<StagesJson.Failed> failed = found.value().flatMap(value -> value);
              return failed.isPresent()
                  ? CompletableFuture.completedFuture(failed.map(stage -> failure(job, stage)))
                  : search(job, stages);
            });
  }

  private static Failure failure(Job job, StagesJson.Failed stage) {
    return new Failure(job.id(), stage.stage(), stage.attempt(), stage.reason());
  }
}
