// SPDX-License-Identifier: Apache-2.0
package io.sparklive.overview;

import com.google.gson.stream.JsonWriter;
import io.sparklive.application.ApplicationState;
import io.sparklive.application.Diagnosis;
import io.sparklive.application.DriverEnd;
import io.sparklive.application.EndedApplication;
import io.sparklive.application.Estimate;
import io.sparklive.application.ExecutorFailures;
import io.sparklive.application.JobProgress;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.Progress;
import io.sparklive.application.TaskCounts;
import io.sparklive.routing.Links;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Writes the JSON entries of the overview. The guide to the overview documents each name; no name
 * changes its meaning.
 *
 * @param json the destination
 * @param links links as the browser sees them
 * @param hasLogs whether the filter shows the logs of pods
 * @param ownEntries whether the entry in the list is the History Server's own, with the original
 *     name and user
 * @param now the current time of the clock that the progress uses
 * @param wallClock the current time
 */
record OverviewJson(
    JsonWriter json,
    Links links,
    boolean hasLogs,
    Predicate<LiveApplication> ownEntries,
    Instant now,
    Instant wallClock) {

  /**
   * Writes an application that the caller may view.
   *
   * @param diagnosis the diagnosis of this application
   */
  void write(LiveApplication application, Diagnosis diagnosis) throws IOException {
    json.beginObject();
    writeFacts(application, lowerCase(application.state()));
    json.name("viewable").value(true);
    writeDiagnosis(diagnosis);
    if (application.pending().isPresent()) {
      json.name("pendingReason").value(application.pending().get().kind().label());
    }
    if (application.end().isPresent()) {
      writeEnd(application.end().get());
    }
    if (application.executorFailures().last().isPresent()) {
      writeExecutorFailures(application.executorFailures());
    }
    if (application.settings().isPresent() && hasHadUi(application.state())) {
      json.name("eventLog").value(application.settings().get().logsEvents());
    }
    if (application.namespace().isPresent()) {
      json.name("namespace").value(application.namespace().get());
    }
    writeLogs(application);
    if (application.progress().isPresent() && application.state() != ApplicationState.PENDING) {
      json.name("progress");
      writeProgress(application.progress().get());
    }
    json.endObject();
  }

  /**
   * Writes an application that has ended.
   *
   * @param isViewable whether the caller may view it; if not, only what Spark's own list shows to
   *     any user is written
   */
  void writeEnded(EndedApplication ended, boolean isViewable) throws IOException {
    LiveApplication application = ended.application();
    json.beginObject();
    writeFacts(application, lowerCase(ApplicationState.ENDED));
    json.name("viewable").value(isViewable);
    if (isViewable) {
      if (application.namespace().isPresent()) {
        json.name("namespace").value(application.namespace().get());
      }
      writeLogs(application);
      json.name("result").value(ended.result().label());
      if (application.end().isPresent()) {
        writeEnd(application.end().get());
      }
      Optional<String> reason = ended.failure();
      if (reason.isPresent()) {
        json.name("reason").value(reason.get());
      }
    }
    json.name("history").value(lowerCase(ended.history()));
    json.endObject();
  }

  /**
   * Writes an application that the caller may not view: only what Spark's own list shows to any
   * user, or will show if the driver still waits.
   */
  void writeAsListed(LiveApplication application) throws IOException {
    json.beginObject();
    writeFacts(
        application, application.state().isRunning() ? "running" : lowerCase(application.state()));
    json.name("viewable").value(false);
    json.endObject();
  }

  private static boolean hasHadUi(ApplicationState state) {
    return state.hasUi() || state == ApplicationState.ENDED;
  }

  private void writeFacts(LiveApplication application, String state) throws IOException {
    boolean own = ownEntries.test(application);
    json.name("id").value(application.id().value());
    json.name("name").value(own ? application.info().name() : application.info().listedName());
    json.name("user").value(own ? application.info().user() : application.info().listedUser());
    json.name("started").value(application.info().started().toEpochMilli());
    json.name("sparkVersion").value(application.info().sparkVersion());
    if (application.info().attemptId().isPresent()) {
      json.name("attemptId").value(application.info().attemptId().get());
    }
    json.name("state").value(state);
    if (application.ended().isPresent()) {
      json.name("ended").value(application.ended().get().toEpochMilli());
    }
    json.name("link").value(links.liveUi(application.id()) + "/");
  }

  private void writeLogs(LiveApplication application) throws IOException {
    if (hasLogs && application.namespace().isPresent()) {
      json.name("logs").value(links.logs(application.id()));
    }
  }

  private void writeEnd(DriverEnd end) throws IOException {
    if (end.exitCode().isPresent()) {
      json.name("exitCode").value(end.exitCode().getAsInt());
    }
    json.name("exitReason").value(end.reason());
    json.name("endText").value(end.text());
  }

  private void writeExecutorFailures(ExecutorFailures failures) throws IOException {
    json.name("executorFailures").beginObject();
    json.name("count").value(failures.count());
    json.name("reasons").beginArray();
    for (Map.Entry<String, Integer> reason : new TreeMap<>(failures.byReason()).entrySet()) {
      json.beginObject();
      json.name("exitReason").value(reason.getKey());
      json.name("count").value(reason.getValue());
      json.endObject();
    }
    json.endArray();
    json.name("last").beginObject();
    ExecutorFailures.Failure last = failures.last().orElseThrow();
    json.name("pod").value(last.pod());
    json.name("ended").value(last.at().toEpochMilli());
    if (last.exitCode().isPresent()) {
      json.name("exitCode").value(last.exitCode().getAsInt());
    }
    json.name("exitReason").value(last.reason());
    json.name("endText").value(last.text());
    json.endObject();
    json.endObject();
  }

  private void writeDiagnosis(Diagnosis diagnosis) throws IOException {
    json.name("verdict").value(diagnosis.verdict().label());
    if (diagnosis.since().isPresent()) {
      json.name("verdictSince").value(toWallClock(diagnosis));
    }
    if (!diagnosis.reason().isEmpty()) {
      json.name("reason").value(diagnosis.reason());
    }
    if (!diagnosis.page().isEmpty()) {
      json.name("reasonLink").value(diagnosis.page());
    }
  }

  private long toWallClock(Diagnosis diagnosis) {
    Instant since = diagnosis.since().orElseThrow();
    return diagnosis.verdict().hasWallClockTime()
        ? since.toEpochMilli()
        : wallClock.minus(Duration.between(since, now)).toEpochMilli();
  }

  private void writeProgress(Progress progress) throws IOException {
    json.beginObject();
    json.name("ageMillis").value(Math.max(0, Duration.between(progress.asOf(), now).toMillis()));
    if (progress.executors().isPresent()) {
      json.name("executors").value(progress.executors().get().count());
      json.name("cores").value(progress.executors().get().cores());
      json.name("coresBusy").value(progress.executors().get().busyCores());
    }
    if (progress.activity().gcShare().isPresent()) {
      double percent = Math.rint(100 * progress.activity().gcShare().getAsDouble());
      json.name("gcShare").value(percent / 100);
    }
    if (progress.executors().isPresent() && progress.activity().idleSince().isPresent()) {
      json.name("idleCoreMillis").value(progress.activity().idleCoreMillis());
    }
    json.name("runningJobs").value(progress.jobs().map(JobProgress::running).orElse(0));
    if (progress.jobs().isPresent()) {
      writeJob(progress.jobs().get());
    }
    if (progress.queries().sql().isPresent()) {
      writeQuery(progress.queries().sql().get());
    }
    if (progress.queries().stream().isPresent()) {
      writeStream(progress.queries().stream().get(), progress.queries().streams().size() - 1);
    }
    Optional<TaskCounts> tasks =
        progress
            .queries()
            .sql()
            .map(Progress.SqlQuery::tasks)
            .or(() -> progress.jobs().map(JobProgress::tasks));
    if (tasks.isPresent()) {
      writeTasks(tasks.get());
    }
    Optional<Estimate> estimate = Estimate.of(progress);
    if (estimate.isPresent()) {
      writeEstimate(estimate.get());
    }
    json.endObject();
  }

  private void writeJob(JobProgress job) throws IOException {
    json.name("job").beginObject();
    json.name("id").value(job.job());
    json.name("status").value(lowerCase(job.status()));
    json.name("description").value(job.description());
    if (job.started().isPresent()) {
      json.name("started").value(job.started().get().toEpochMilli());
    }
    if (job.ended().isPresent()) {
      json.name("ended").value(job.ended().get().toEpochMilli());
    }
    JobProgress.StageCounts stages = job.stages();
    if (stages.total() > 0 && job.running() > 0) {
      json.name("stage").value(Math.min(stages.done() + 1, stages.total()));
      json.name("stages").value(stages.total());
    }
    json.name("link").value("jobs/job/?id=" + job.job());
    json.endObject();
  }

  private void writeQuery(Progress.SqlQuery query) throws IOException {
    json.name("query").beginObject();
    json.name("id").value(query.id());
    json.name("description").value(query.description());
    if (query.started().isPresent()) {
      json.name("started").value(query.started().get().toEpochMilli());
    }
    json.name("jobs").value(query.jobs());
    json.name("link").value("SQL/execution/?id=" + query.id());
    json.endObject();
  }

  private void writeStream(Progress.StreamingQuery stream, int more) throws IOException {
    json.name("stream").beginObject();
    json.name("name").value(stream.name());
    json.name("batch").value(stream.batch());
    if (stream.batchMillis() > 0) {
      json.name("batchMillis").value(stream.batchMillis());
    }
    json.name("growing").value(stream.isGrowing());
    if (more > 0) {
      json.name("more").value(more);
    }
    json.endObject();
  }

  private void writeTasks(TaskCounts tasks) throws IOException {
    json.name("tasks").beginObject();
    json.name("total").value(tasks.total());
    json.name("done").value(tasks.done());
    json.name("active").value(tasks.active());
    json.name("failed").value(tasks.failed());
    json.name("killed").value(tasks.killed());
    json.name("skipped").value(tasks.skipped());
    json.endObject();
  }

  private void writeEstimate(Estimate estimate) throws IOException {
    json.name("estimate").beginObject();
    if (estimate.rest().isPresent()) {
      json.name("restMillis").value(estimate.rest().get().toMillis());
    } else {
      json.name("unknown").value(true);
    }
    json.endObject();
  }

  private static String lowerCase(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
