// SPDX-License-Identifier: Apache-2.0
package io.sparklive.overview;

import com.google.gson.stream.JsonWriter;
import io.sparklive.application.ApplicationState;
import io.sparklive.application.DriverSettings;
import io.sparklive.application.JobProgress;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.Progress;
import io.sparklive.application.TaskCounts;
import io.sparklive.routing.Links;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * Writes the JSON entries of the overview. The guide to the overview documents each name; no name
 * changes its meaning.
 *
 * @param json the destination
 * @param links links as the browser sees them
 * @param ownEntries whether the entry in the list is the History Server's own, with the original
 *     name and user
 * @param now the current time of the clock that the progress uses
 */
record OverviewJson(
    JsonWriter json, Links links, Predicate<LiveApplication> ownEntries, Instant now) {

  /** Writes an application that the caller may view. */
  void write(LiveApplication application) throws IOException {
    json.beginObject();
    writeFacts(application, lowerCase(application.state()));
    json.name("viewable").value(true);
    if (application.state().hasUi()
        && application.settings().map(DriverSettings::logsEvents).orElse(false)) {
      json.name("eventLog").value(true);
    }
    if (application.namespace().isPresent()) {
      json.name("namespace").value(application.namespace().get());
    }
    if (application.progress().isPresent()) {
      json.name("progress");
      writeProgress(application.progress().get());
    }
    json.endObject();
  }

  /**
   * Writes an application that the caller may not view: only what Spark's own list shows to any
   * user.
   */
  void writeAsListed(LiveApplication application) throws IOException {
    json.beginObject();
    writeFacts(
        application,
        application.state().isRunning() ? "running" : lowerCase(ApplicationState.ENDED));
    json.name("viewable").value(false);
    json.endObject();
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

  private void writeProgress(Progress progress) throws IOException {
    json.beginObject();
    json.name("ageMillis").value(Math.max(0, Duration.between(progress.asOf(), now).toMillis()));
    if (progress.executors().isPresent()) {
      json.name("executors").value(progress.executors().get().count());
      json.name("cores").value(progress.executors().get().cores());
    }
    json.name("runningJobs").value(progress.jobs().map(JobProgress::running).orElse(0));
    if (progress.jobs().isPresent()) {
      writeJobs(progress.jobs().get());
    }
    json.endObject();
  }

  private void writeJobs(JobProgress jobs) throws IOException {
    json.name("job").beginObject();
    json.name("id").value(jobs.job());
    json.name("status").value(lowerCase(jobs.status()));
    json.name("description").value(jobs.description());
    json.endObject();
    TaskCounts tasks = jobs.tasks();
    json.name("tasks").beginObject();
    json.name("total").value(tasks.total());
    json.name("done").value(tasks.done());
    json.name("active").value(tasks.active());
    json.name("failed").value(tasks.failed());
    json.name("killed").value(tasks.killed());
    json.name("skipped").value(tasks.skipped());
    json.endObject();
  }

  private static String lowerCase(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
