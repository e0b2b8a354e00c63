// SPDX-License-Identifier: Apache-2.0
package io.sparklive.listing;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sparklive.application.ApplicationInfo;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.SampleApplications;
import io.sparklive.spi.EntryFields;
import java.text.SimpleDateFormat;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApplicationJsonTest {
  private static final Instant STARTED = Instant.ofEpochMilli(1795250634879L);
  private static final Instant NOW = Instant.ofEpochMilli(1795250640000L);

  private static LiveApplication live(String name, Optional<String> attempt) {
    return SampleApplications.live(
        "local-1795250635650", new ApplicationInfo(name, attempt, STARTED, "root", "3.5.6"));
  }

  private static JsonObject attempt(LiveApplication application) {
    return JsonParser.parseString(ApplicationJson.of(application, EntryFields.NONE, NOW))
        .getAsJsonObject()
        .getAsJsonArray("attempts")
        .get(0)
        .getAsJsonObject();
  }

  /** From History Server 3.5.6, except for lastUpdated, which is that of a file. */
  @Test
  void writesEndedApplicationAsHistoryServerDoes() {
    LiveApplication ended =
        SampleApplications.ended("local-1795250635650", Instant.ofEpochMilli(1795250636657L));
    LiveApplication done =
        new LiveApplication(
            ended.id(),
            ended.state(),
            live("done-3.5.6", Optional.empty()).info(),
            ended.address(),
            ended.namespace(),
            ended.source(),
            ended.ended());

    assertThat(ApplicationJson.of(done, EntryFields.NONE, NOW))
        .isEqualTo(
            """
            {
              "id" : "local-1795250635650",
              "name" : "done-3.5.6",
              "attempts" : [ {
                "startTime" : "2026-11-21T08:43:54.879GMT",
                "endTime" : "2026-11-21T08:43:56.657GMT",
                "lastUpdated" : "2026-11-21T08:43:56.657GMT",
                "duration" : 1778,
                "sparkUser" : "root",
                "completed" : true,
                "appSparkVersion" : "3.5.6",
                "startTimeEpoch" : 1795250634879,
                "endTimeEpoch" : 1795250636657,
                "lastUpdatedEpoch" : 1795250636657
              } ]
            }\
            """);
  }

  @Test
  void writesRunningApplicationAsDriverDoes() {
    assertThat(ApplicationJson.of(live("run", Optional.empty()), EntryFields.NONE, NOW))
        .isEqualTo(
            """
            {
              "id" : "local-1795250635650",
              "name" : "run",
              "attempts" : [ {
                "startTime" : "2026-11-21T08:43:54.879GMT",
                "endTime" : "1969-12-31T23:59:59.999GMT",
                "lastUpdated" : "2026-11-21T08:44:00.000GMT",
                "duration" : 5121,
                "sparkUser" : "root",
                "completed" : false,
                "appSparkVersion" : "3.5.6",
                "startTimeEpoch" : 1795250634879,
                "endTimeEpoch" : -1,
                "lastUpdatedEpoch" : 1795250640000
              } ]
            }\
            """);
  }

  /** The positions are those of History Server 4.2.0. */
  @Test
  void writesFieldsOfHistoryServerEntries() {
    EntryFields fields =
        new EntryFields(
            List.of("\"queue\" : \"\"", "\"labels\" : { }"),
            List.of("\"logSourceName\" : \"\"", "\"tags\" : [ ]", "\"retries\" : 0"));

    assertThat(ApplicationJson.of(live("run", Optional.empty()), fields, NOW))
        .isEqualTo(
            """
            {
              "id" : "local-1795250635650",
              "name" : "run",
              "queue" : "",
              "labels" : { },
              "attempts" : [ {
                "startTime" : "2026-11-21T08:43:54.879GMT",
                "endTime" : "1969-12-31T23:59:59.999GMT",
                "lastUpdated" : "2026-11-21T08:44:00.000GMT",
                "duration" : 5121,
                "sparkUser" : "root",
                "completed" : false,
                "appSparkVersion" : "3.5.6",
                "logSourceName" : "",
                "tags" : [ ],
                "retries" : 0,
                "startTimeEpoch" : 1795250634879,
                "endTimeEpoch" : -1,
                "lastUpdatedEpoch" : 1795250640000
              } ]
            }\
            """);
    assertThat(ApplicationJson.ofAttempt(live("run", Optional.empty()), fields, NOW))
        .contains("\n  \"logSourceName\" : \"\",\n  \"tags\" : [ ],\n  \"retries\" : 0,\n")
        .doesNotContain("queue", "labels");
  }

  @Test
  void writesNoTagFromUserText() {
    LiveApplication application =
        SampleApplications.live(
            "app-1", new ApplicationInfo("<b>Night", Optional.empty(), STARTED, "<i>ada", "3.5.6"));

    assertThat(ApplicationJson.of(application, EntryFields.NONE, NOW))
        .contains("\"name\" : \"‹b>Night\"", "\"sparkUser\" : \"‹i>ada\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2028-02-29T23:59:59.999Z",
        "2027-01-02T03:04:05.006Z",
        "2026-12-31T10:20:30.050Z",
        "9999-12-31T23:59:59.999999999Z"
      })
  void writesDatesAsSparkDoes(Instant ended) {
    // As in JacksonMessageWriter.scala.
    SimpleDateFormat spark = new SimpleDateFormat("yyyy-MM-dd'T'HH:mm:ss.SSS'GMT'", Locale.US);
    spark.setTimeZone(TimeZone.getTimeZone("GMT"));

    assertThat(attempt(SampleApplications.ended("app-1", ended)).get("endTime").getAsString())
        .isEqualTo(spark.format(Date.from(ended)));
  }

  @Test
  void writesAttemptIdFirst() {
    assertThat(ApplicationJson.of(live("run", Optional.of("2")), EntryFields.NONE, NOW))
        .contains(
            """
              "attempts" : [ {
                "attemptId" : "2",
                "startTime" : "2026-11-21T08:43:54.879GMT",
            """
                .indent(0));
  }

  @Test
  void writesStartingApplicationAsRunning() {
    assertThat(attempt(SampleApplications.starting("app-1")).get("completed").getAsBoolean())
        .isFalse();
  }

  @Test
  void escapesUserText() {
    String name = "a \"quoted\" \\ name, 1 < 2 & 'x', Größe 東京 🚀 } ] {";
    String json = ApplicationJson.of(live(name, Optional.empty()), EntryFields.NONE, NOW);

    assertThat(JsonParser.parseString(json).getAsJsonObject().get("name").getAsString())
        .isEqualTo(name);
    assertThat(json)
        .contains("\"name\" : \"a \\\"quoted\\\" \\\\ name, 1 < 2 & 'x', Größe 東京 🚀 } ] {\",");
  }

  @Test
  void writesNoNegativeDurationIfClocksDiffer() {
    JsonObject attempt =
        attempt(
            SampleApplications.live(
                "app-1", SampleApplications.info("app-1", NOW.plusSeconds(60))));

    assertThat(attempt.get("duration").getAsLong()).isZero();
  }

  @Test
  void writesTimesOutOfRange() {
    JsonObject attempt =
        attempt(
            SampleApplications.live(
                "app-1", SampleApplications.info("app-1", Instant.ofEpochMilli(Long.MAX_VALUE))));

    assertThat(attempt.get("startTimeEpoch").getAsLong()).isEqualTo(Long.MAX_VALUE);
    assertThat(attempt.get("duration").getAsLong()).isZero();
  }

  @Test
  void writesAttemptAloneAsDriverDoes() {
    assertThat(ApplicationJson.ofAttempt(live("run", Optional.of("2")), EntryFields.NONE, NOW))
        .isEqualTo(
            """
            {
              "attemptId" : "2",
              "startTime" : "2026-11-21T08:43:54.879GMT",
              "endTime" : "1969-12-31T23:59:59.999GMT",
              "lastUpdated" : "2026-11-21T08:44:00.000GMT",
              "duration" : 5121,
              "sparkUser" : "root",
              "completed" : false,
              "appSparkVersion" : "3.5.6",
              "startTimeEpoch" : 1795250634879,
              "endTimeEpoch" : -1,
              "lastUpdatedEpoch" : 1795250640000
            }\
            """);
  }

  @Test
  void writesAttemptAloneAsWithinApplication() {
    LiveApplication application = live("run", Optional.of("2"));

    assertThat(
            JsonParser.parseString(ApplicationJson.ofAttempt(application, EntryFields.NONE, NOW)))
        .isEqualTo(attempt(application));
    LiveApplication ended = SampleApplications.ended("app-1", NOW);
    assertThat(
            JsonParser.parseString(
                ApplicationJson.ofAttempt(ended, EntryFields.NONE, NOW.plusSeconds(9))))
        .isEqualTo(attempt(ended));
  }
}
