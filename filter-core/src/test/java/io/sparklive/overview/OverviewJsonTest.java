// SPDX-License-Identifier: Apache-2.0
package io.sparklive.overview;

import static io.sparklive.application.SampleApplications.SOURCE;
import static io.sparklive.application.SampleApplications.STARTED;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.stream.JsonWriter;
import io.sparklive.application.AccessLists;
import io.sparklive.application.Activity;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationInfo;
import io.sparklive.application.ApplicationState;
import io.sparklive.application.Diagnosis;
import io.sparklive.application.DriverEnd;
import io.sparklive.application.DriverSettings;
import io.sparklive.application.EndedApplication;
import io.sparklive.application.ExecutorFailures;
import io.sparklive.application.JobProgress;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.PendingReason;
import io.sparklive.application.Progress;
import io.sparklive.application.TaskCounts;
import io.sparklive.routing.Links;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OverviewJsonTest {
  private static final Path GUIDE = Path.of("..", "docs", "overview.md");
  private static final Progress PROGRESS =
      new Progress(
          STARTED.plusSeconds(7),
          Optional.of(new Progress.Executors(4, 16, 150)),
          Optional.of(
              new JobProgress(
                  2,
                  7,
                  JobProgress.Status.RUNNING,
                  "Join <b>",
                  new TaskCounts(100, 40, 8, 1, 2, 10))));

  private static final Progress.Executors EXECUTORS =
      new Progress.Executors(4, 16, 150, 8, 10_000, 2_000);

  /** A report in which no field is absent that an application without a running job can have. */
  private static final Progress FULL =
      new Progress(
          STARTED.plusSeconds(7),
          Optional.of(EXECUTORS),
          Optional.of(
              new JobProgress(
                  0,
                  7,
                  JobProgress.Status.FAILED,
                  "Join",
                  new TaskCounts(100, 40, 0, 1, 2, 10),
                  Optional.of(STARTED),
                  Optional.of(STARTED.plusSeconds(5)),
                  new JobProgress.StageCounts(3, 1, 1))),
          Optional.of(new Progress.EndedJob(7, JobProgress.Status.FAILED)),
          Optional.of(new Progress.Failure(7, 3, 0, "boom")),
          new Progress.Queries(
              Optional.empty(),
              List.of(
                  new Progress.StreamingQuery("a", "orders", 41, 1800, 0, STARTED, 40, STARTED),
                  Progress.StreamingQuery.first("b", "clicks", 7, STARTED)),
              0),
          new Activity(
              STARTED,
              Optional.of(STARTED.plusSeconds(5)),
              Optional.empty(),
              Optional.empty(),
              Optional.of(STARTED.plusSeconds(5)),
              32_000,
              Optional.empty(),
              Optional.of(new Activity.GarbageCollection(STARTED, 1, 1, 0.2))));

  /** A report in which no field is absent that an application with a running job can have. */
  private static final Progress WAITING = waiting(20);

  /** The same, but few tasks were done in the last part of the job. */
  private static final Progress UNEVEN = waiting(39);

  private static final DriverEnd OUT_OF_MEMORY =
      new DriverEnd(true, OptionalInt.of(137), "OOMKilled", "Killed: out of memory");
  private static final LiveApplication PULLING =
      application(
          ApplicationState.PENDING,
          Optional.of(new PendingReason(PendingReason.Kind.IMAGE, "Image x cannot be pulled")),
          OUT_OF_MEMORY);
  private static final LiveApplication KILLED =
      application(ApplicationState.ENDED, Optional.empty(), OUT_OF_MEMORY);

  private static Progress waiting(int middleDone) {
    return new Progress(
        STARTED.plusSeconds(7),
        Optional.of(EXECUTORS),
        Optional.of(
            new JobProgress(
                1,
                7,
                JobProgress.Status.RUNNING,
                "Join",
                new TaskCounts(100, 40, 0, 0, 0, 0),
                Optional.of(STARTED),
                Optional.empty(),
                new JobProgress.StageCounts(3, 1, 0))),
        Optional.empty(),
        Optional.empty(),
        new Progress.Queries(
            Optional.of(
                new Progress.SqlQuery(
                    12,
                    "SELECT",
                    Optional.of(STARTED),
                    3,
                    new TaskCounts(100, 40, 0, 0, 0, 0),
                    Progress.EndedJobs.NONE)),
            List.of(),
            0),
        new Activity(
            STARTED,
            Optional.empty(),
            Optional.of(STARTED.minusSeconds(50)),
            Optional.empty(),
            Optional.empty(),
            0,
            Optional.of(
                new Activity.Pace(
                    7, STARTED, 0, STARTED.plusSeconds(4), middleDone, STARTED.plusSeconds(5), 30)),
            Optional.empty()));
  }

  private static LiveApplication application(
      ApplicationState state, Optional<Progress> progress, Optional<String> attempt) {
    return new LiveApplication(
        new ApplicationId("app-1"),
        state,
        new ApplicationInfo("Night <b>shift", attempt, STARTED, "ada", "4.2.0"),
        Optional.empty(),
        Optional.of("etl"),
        SOURCE,
        Optional.empty(),
        progress,
        Optional.empty(),
        Optional.of(STARTED.plusSeconds(9)).filter(at -> state == ApplicationState.ENDED));
  }

  private static Diagnosis diagnose(LiveApplication application) {
    return Diagnosis.of(application, STARTED.plusSeconds(10));
  }

  private interface Written {
    void by(OverviewJson json) throws IOException;
  }

  private static String text(Written written) throws IOException {
    return text(written, false);
  }

  private static String text(Written written, boolean hasOwnEntry) throws IOException {
    StringWriter text = new StringWriter();
    written.by(
        new OverviewJson(
            new JsonWriter(text),
            new Links("/hs", "/sparkui"),
            true,
            application -> hasOwnEntry,
            STARTED.plusSeconds(10),
            STARTED.plusSeconds(3610)));
    return text.toString();
  }

  @Test
  void writesNameAsInHistoryServerEntry() throws IOException {
    LiveApplication application =
        application(ApplicationState.LIVE, Optional.empty(), Optional.empty());

    assertThat(text(json -> json.write(application, diagnose(application)), true))
        .contains("\"Night <b>shift\"");
    assertThat(text(json -> json.writeAsListed(application), true)).contains("\"Night <b>shift\"");
  }

  @ParameterizedTest
  @CsvSource({
    "LIVE, true, true",
    "AUTH_REQUIRED, true, true",
    "LIVE, false, true",
    "STARTING, true, false",
    "ENDED, true, true",
    "ENDED, false, true"
  })
  void writesWhetherApplicationHasEventLog(
      ApplicationState state, boolean logsEvents, boolean isWritten) throws IOException {
    LiveApplication unreported = application(state, Optional.empty(), Optional.empty());
    LiveApplication reported =
        new LiveApplication(
            unreported.id(),
            state,
            unreported.info(),
            unreported.address(),
            unreported.namespace(),
            unreported.source(),
            Optional.of(new DriverSettings(logsEvents, AccessLists.EMPTY)),
            unreported.progress(),
            Optional.empty(),
            unreported.ended());

    assertThat(
            text(json -> json.write(reported, diagnose(reported)))
                .contains("\"eventLog\":" + logsEvents))
        .isEqualTo(isWritten);
    assertThat(text(json -> json.write(unreported, diagnose(unreported))))
        .doesNotContain("eventLog");
    assertThat(text(json -> json.writeAsListed(reported))).doesNotContain("eventLog");
  }

  @Test
  void writesAllFieldsForPermittedUser() throws IOException {
    LiveApplication application =
        application(ApplicationState.LIVE, Optional.of(PROGRESS), Optional.of("1"));

    assertThat(text(json -> json.write(application, diagnose(application))))
        .isEqualTo(
            """
            {"id":"app-1","name":"Night ‹b>shift","user":"ada","started":1795250634879,\
            "sparkVersion":"4.2.0","attemptId":"1","state":"live","link":"/hs/sparkui/app-1/",\
            "viewable":true,"verdict":"running","namespace":"etl",\
            "logs":"/hs/sparkui/-/logs/app-1","progress":{"ageMillis":3000,\
            "executors":4,"cores":16,"coresBusy":0,"runningJobs":2,"job":{"id":7,\
            "status":"running","description":"Join <b>","link":"jobs/job/?id=7"},\
            "tasks":{"total":100,"done":40,"active":8,"failed":1,"killed":2,"skipped":10}}}\
            """);
  }

  @ParameterizedTest
  @CsvSource({
    "STARTING, running",
    "LIVE, running",
    "AUTH_REQUIRED, running",
    "NO_UI, running",
    "PENDING, pending",
    "ENDED, ended"
  })
  void writesOnlyListedFieldsForOtherUsers(ApplicationState state, String told) throws IOException {
    LiveApplication application = application(state, Optional.of(PROGRESS), Optional.empty());

    JsonObject json =
        JsonParser.parseString(text(written -> written.writeAsListed(application)))
            .getAsJsonObject();
    assertThat(json.get("state").getAsString()).isEqualTo(told);
    assertThat(json.get("viewable").getAsBoolean()).isFalse();
    json.remove("ended");
    assertThat(json.keySet())
        .containsExactly(
            "id", "name", "user", "started", "sparkVersion", "state", "link", "viewable");
  }

  @Test
  void omitsFieldsThatDriverHasNotReported() throws IOException {
    Progress little = new Progress(STARTED.plusSeconds(10), Optional.empty(), Optional.empty());

    LiveApplication live =
        application(ApplicationState.LIVE, Optional.of(little), Optional.empty());
    LiveApplication starting =
        application(ApplicationState.STARTING, Optional.empty(), Optional.empty());
    assertThat(text(json -> json.write(live, diagnose(live))))
        .endsWith("\"progress\":{\"ageMillis\":0,\"runningJobs\":0}}");
    assertThat(text(json -> json.write(starting, diagnose(starting)))).doesNotContain("progress");
  }

  /** The guide's example and its tables contain all names that are written, and no other names. */
  @Test
  void writesExactlyFieldsInGuide() throws IOException {
    LiveApplication ended =
        application(ApplicationState.ENDED, Optional.of(FULL), Optional.of("1"));
    LiveApplication waiting =
        application(ApplicationState.LIVE, Optional.of(WAITING), Optional.of("1"));
    Set<String> written = new TreeSet<>();
    written.addAll(names(text(json -> json.write(PULLING, diagnose(PULLING)))));
    written.addAll(names(text(json -> json.write(KILLED, diagnose(KILLED)))));
    written.addAll(names(text(json -> json.write(ended, diagnose(ended)))));
    written.addAll(names(text(json -> json.write(waiting, diagnose(waiting)))));
    LiveApplication uneven =
        application(ApplicationState.LIVE, Optional.of(UNEVEN), Optional.of("1"));
    written.addAll(names(text(json -> json.write(uneven, diagnose(uneven)))));
    String guide = Files.readString(GUIDE);
    String example = guide.substring(guide.indexOf("```text\n{") + 7);
    Set<String> named =
        names(
            JsonParser.parseString(example.substring(0, example.indexOf("```")))
                .getAsJsonObject()
                .getAsJsonArray("applications")
                .get(0)
                .toString());
    named.addAll(
        Set.of(
            "attemptId",
            "ended",
            "pendingReason",
            "exitCode",
            "exitReason",
            "endText",
            "executorFailures",
            "executorFailures.count",
            "executorFailures.reasons",
            "executorFailures.last",
            "executorFailures.last.pod",
            "executorFailures.last.ended",
            "executorFailures.last.exitCode",
            "executorFailures.last.exitReason",
            "executorFailures.last.endText",
            "progress.idleCoreMillis",
            "progress.job.ended",
            "progress.stream",
            "progress.stream.name",
            "progress.stream.batch",
            "progress.stream.batchMillis",
            "progress.stream.growing",
            "progress.stream.more",
            "progress.estimate.unknown"));

    assertThat(named).isEqualTo(written);
    assertThat(
            written.stream()
                .filter(name -> !name.matches("progress[.](job|query|stream|tasks|estimate)[.].*"))
                .filter(name -> !name.startsWith("executorFailures.last.")))
        .allMatch(name -> guide.contains("`" + name + "`"));
  }

  private static LiveApplication application(
      ApplicationState state, Optional<PendingReason> pending, DriverEnd end) {
    boolean hasEnded = state == ApplicationState.ENDED;
    return new LiveApplication(
        new ApplicationId("app-1"),
        state,
        new ApplicationInfo("Night", Optional.empty(), STARTED, "ada", "4.2.0"),
        Optional.empty(),
        Optional.of("etl"),
        SOURCE,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(STARTED.plusSeconds(9)).filter(any -> hasEnded),
        pending,
        Optional.of(end).filter(any -> hasEnded),
        new ExecutorFailures(
            Map.of("OOMKilled", 2),
            Optional.of(ExecutorFailures.Failure.of("exec-2", STARTED, end))));
  }

  @Test
  void writesWhyDriverWaits() throws IOException {
    assertThat(text(json -> json.write(PULLING, diagnose(PULLING))))
        .isEqualTo(
            """
            {"id":"app-1","name":"Night","user":"ada","started":1795250634879,\
            "sparkVersion":"4.2.0","state":"pending","link":"/hs/sparkui/app-1/",\
            "viewable":true,"verdict":"pending","verdictSince":1795250634879,\
            "reason":"Image x cannot be pulled","pendingReason":"image","executorFailures":{\
            "count":2,"reasons":[{"exitReason":"OOMKilled","count":2}],"last":{"pod":"exec-2",\
            "ended":1795250634879,"exitCode":137,"exitReason":"OOMKilled",\
            "endText":"Killed: out of memory"}},"namespace":"etl",\
            "logs":"/hs/sparkui/-/logs/app-1"}\
            """);
    assertThat(names(text(json -> json.writeAsListed(PULLING))))
        .doesNotContain("reason", "pendingReason", "verdict", "namespace");
  }

  @Test
  void writesHowDriverEnded() throws IOException {
    String end =
        "\"exitCode\":137,\"exitReason\":\"OOMKilled\",\"endText\":\"Killed: out of memory\"";
    EndedApplication ended = new EndedApplication(KILLED, EndedApplication.History.NONE);

    assertThat(text(json -> json.write(KILLED, diagnose(KILLED)))).contains(end);
    assertThat(text(json -> json.writeEnded(ended, true))).contains("\"result\":\"failed\"," + end);
    assertThat(names(text(json -> json.writeAsListed(KILLED))))
        .doesNotContain("exitCode", "exitReason", "endText", "executorFailures");
    assertThat(names(text(json -> json.writeEnded(ended, false))))
        .doesNotContain("exitCode", "exitReason", "endText");
  }

  @Test
  void writesEndedApplications() throws IOException {
    LiveApplication ended =
        application(ApplicationState.ENDED, Optional.of(FULL), Optional.of("1"));
    EndedApplication application = new EndedApplication(ended, EndedApplication.History.INCOMPLETE);

    assertThat(text(json -> json.writeEnded(application, true)))
        .isEqualTo(
            """
            {"id":"app-1","name":"Night ‹b>shift","user":"ada","started":1795250634879,\
            "sparkVersion":"4.2.0","attemptId":"1","state":"ended","ended":1795250643879,\
            "link":"/hs/sparkui/app-1/","viewable":true,"namespace":"etl",\
            "logs":"/hs/sparkui/-/logs/app-1","result":"failed",\
            "reason":"boom","history":"incomplete"}\
            """);
    assertThat(names(text(json -> json.writeEnded(application, false))))
        .doesNotContain("namespace", "logs", "result", "reason")
        .contains("ended", "history");
  }

  private static Set<String> names(String json) {
    Set<String> names = new TreeSet<>();
    collect("", JsonParser.parseString(json).getAsJsonObject(), names);
    return names;
  }

  private static void collect(String prefix, JsonObject json, Set<String> names) {
    for (Map.Entry<String, JsonElement> entry : json.entrySet()) {
      names.add(prefix + entry.getKey());
      if (entry.getValue().isJsonObject()) {
        collect(prefix + entry.getKey() + ".", entry.getValue().getAsJsonObject(), names);
      }
    }
  }
}
