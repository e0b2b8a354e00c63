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
import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationInfo;
import io.sparklive.application.ApplicationState;
import io.sparklive.application.DriverSettings;
import io.sparklive.application.JobProgress;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.Progress;
import io.sparklive.application.TaskCounts;
import io.sparklive.routing.Links;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
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
            application -> hasOwnEntry,
            STARTED.plusSeconds(10)));
    return text.toString();
  }

  @Test
  void writesNameAsInHistoryServerEntry() throws IOException {
    LiveApplication application =
        application(ApplicationState.LIVE, Optional.empty(), Optional.empty());

    assertThat(text(json -> json.write(application), true)).contains("\"Night <b>shift\"");
    assertThat(text(json -> json.writeAsListed(application), true)).contains("\"Night <b>shift\"");
  }

  @ParameterizedTest
  @CsvSource({
    "LIVE, true, true",
    "AUTH_REQUIRED, true, true",
    "LIVE, false, false",
    "STARTING, true, false",
    "ENDED, true, false"
  })
  void writesEventLogOfApplicationWithLiveUi(
      ApplicationState state, boolean logsEvents, boolean isNamed) throws IOException {
    LiveApplication untold = application(state, Optional.empty(), Optional.empty());
    LiveApplication told =
        new LiveApplication(
            untold.id(),
            state,
            untold.info(),
            untold.address(),
            untold.namespace(),
            untold.source(),
            Optional.of(new DriverSettings(logsEvents, AccessLists.EMPTY)),
            untold.progress(),
            Optional.empty(),
            untold.ended());

    assertThat(text(json -> json.write(told)).contains("\"eventLog\":true")).isEqualTo(isNamed);
    assertThat(text(json -> json.write(untold))).doesNotContain("eventLog");
    assertThat(text(json -> json.writeAsListed(told))).doesNotContain("eventLog");
  }

  @Test
  void writesAllFieldsForPermittedUser() throws IOException {
    LiveApplication application =
        application(ApplicationState.LIVE, Optional.of(PROGRESS), Optional.of("1"));

    assertThat(text(json -> json.write(application)))
        .isEqualTo(
            """
            {"id":"app-1","name":"Night ‹b>shift","user":"ada","started":1795250634879,\
            "sparkVersion":"4.2.0","attemptId":"1","state":"live","link":"/hs/sparkui/app-1/",\
            "viewable":true,"namespace":"etl","progress":{"ageMillis":3000,"executors":4,\
            "cores":16,"runningJobs":2,"job":{"id":7,"status":"running","description":"Join <b>"},\
            "tasks":{"total":100,"done":40,"active":8,"failed":1,"killed":2,"skipped":10}}}""");
  }

  @ParameterizedTest
  @CsvSource({
    "STARTING, running",
    "LIVE, running",
    "AUTH_REQUIRED, running",
    "NO_UI, running",
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

    assertThat(
            text(
                json ->
                    json.write(
                        application(ApplicationState.LIVE, Optional.of(little), Optional.empty()))))
        .endsWith("\"progress\":{\"ageMillis\":0,\"runningJobs\":0}}");
    assertThat(
            text(
                json ->
                    json.write(
                        application(
                            ApplicationState.STARTING, Optional.empty(), Optional.empty()))))
        .doesNotContain("progress");
  }

  /** The guide's example and its table contain all names that are written, and no other names. */
  @Test
  void writesExactlyFieldsInGuide() throws IOException {
    Set<String> written = new TreeSet<>();
    written.addAll(
        names(
            text(
                json ->
                    json.write(
                        application(
                            ApplicationState.ENDED, Optional.of(PROGRESS), Optional.of("1"))))));
    String guide = Files.readString(GUIDE);
    String example = guide.substring(guide.indexOf("```text\n{") + 7);
    Set<String> named =
        names(
            JsonParser.parseString(example.substring(0, example.indexOf("```")))
                .getAsJsonObject()
                .getAsJsonArray("applications")
                .get(0)
                .toString());
    named.add("attemptId");
    named.add("ended");

    assertThat(named).isEqualTo(written);
    assertThat(written.stream().filter(name -> !name.matches("progress[.](job|tasks)[.].*")))
        .allMatch(name -> guide.contains("`" + name + "`"));
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
