// SPDX-License-Identifier: Apache-2.0
package io.sparklive.overview;

import static io.sparklive.application.SampleApplications.STARTED;
import static io.sparklive.application.SampleApplications.found;
import static io.sparklive.application.SampleApplications.foundStarting;
import static io.sparklive.application.SampleApplications.lost;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sparklive.access.Caller;
import io.sparklive.access.RequestAuthorizer;
import io.sparklive.access.ViewPermissionCache;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationInfo;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.DiscoveryEvent;
import io.sparklive.application.DriverAddress;
import io.sparklive.application.JobProgress;
import io.sparklive.application.Progress;
import io.sparklive.application.SourceRef;
import io.sparklive.application.TaskCounts;
import io.sparklive.driver.ProgressPoller;
import io.sparklive.harness.StandInAccess;
import io.sparklive.harness.StandInCatalog;
import io.sparklive.pages.Pages;
import io.sparklive.pages.RecordedResponse;
import io.sparklive.pages.SparkTheme;
import io.sparklive.routing.Links;
import io.sparklive.spi.CatalogStatus;
import io.sparklive.spi.Permission;
import io.sparklive.spi.SecurityHeaders;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OverviewEndpointTest {
  private static final SourceRef HERE = new SourceRef("static", "here");
  private static final Caller ADA = new Caller(Optional.of("ada"), Optional.empty());
  private static final int SHARED_MILLIS = 200;
  private static final Links LINKS = new Links("", "/sparkui");

  private final ApplicationRegistry registry = new ApplicationRegistry();
  private final StandInCatalog catalog = new StandInCatalog();
  private final StandInAccess access = new StandInAccess();
  private final List<Set<ApplicationId>> views = new ArrayList<>();
  private final ProgressPoller poller = mock(ProgressPoller.class);
  private Instant now = STARTED.plusSeconds(60);
  private Instant lastRequest = Instant.MIN;
  private final Map<String, String> parameters = new HashMap<>();
  private final OverviewEndpoint overview =
      new OverviewEndpoint(
          registry,
          catalog,
          new ViewPermissionCache(
              new RequestAuthorizer(access, new RequestAuthorizer.Rules(false, true, false)),
              Runnable::run,
              () -> now),
          poller,
          () -> now,
          () -> now,
          Duration.ofHours(1),
          false,
          new Pages(() -> new SparkTheme("4.2.0"), SecurityHeaders.USUAL));

  @BeforeEach
  void recordViews() {
    when(poller.untilNextPoll()).thenReturn(Duration.ofSeconds(2));
    doAnswer(call -> views.add(Set.copyOf(call.<Collection<ApplicationId>>getArgument(0))))
        .when(poller)
        .markViewed(any());
  }

  private Set<ApplicationId> lastView() {
    return views.get(views.size() - 1);
  }

  private JsonObject json() throws IOException {
    return json(LINKS);
  }

  /** The response at a later time than the last one, so that they are not shared. */
  private JsonObject json(Links links) throws IOException {
    now = now.equals(lastRequest) ? now.plusMillis(SHARED_MILLIS) : now;
    lastRequest = now;
    RecordedResponse response = respond(links, "identity");
    assertThat(response.getStatus()).isEqualTo(200);
    assertThat(response.header("Content-Type")).contains("application/json;charset=utf-8");
    assertThat(response.header("Cache-Control")).contains("no-store");
    assertThat(response.contentLength()).hasValue(response.bytes().length);
    return JsonParser.parseString(response.text()).getAsJsonObject();
  }

  private RecordedResponse respond(Links links, String encoding) throws IOException {
    HttpServletRequest request = mock(HttpServletRequest.class);
    when(request.getScheme()).thenReturn("http");
    when(request.getHeaders("Accept-Encoding"))
        .thenReturn(Collections.enumeration(List.of(encoding)));
    parameters.forEach((name, value) -> when(request.getParameter(name)).thenReturn(value));
    RecordedResponse response = new RecordedResponse();
    overview.serveJson(request, response, ADA, links);
    return response;
  }

  private List<JsonObject> applications() throws IOException {
    return json().getAsJsonArray("applications").asList().stream()
        .map(JsonElement::getAsJsonObject)
        .toList();
  }

  private List<String> ids() throws IOException {
    return applications().stream().map(application -> application.get("id").getAsString()).toList();
  }

  private JsonObject only() throws IOException {
    List<JsonObject> all = applications();
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  private void reportProgress(Progress progress) {
    registry.apply(
        new DiscoveryEvent.ProgressReported(HERE, new ApplicationId("app-1"), STARTED, progress));
  }

  private static DiscoveryEvent.DriverFound startedAt(String id, Instant started) {
    return new DiscoveryEvent.DriverFound(
        new SourceRef("static", id),
        new ApplicationId(id),
        true,
        new ApplicationInfo(id, Optional.empty(), started, "ada", "4.2.0"),
        Optional.of(new DriverAddress(id, 4040)),
        Optional.empty());
  }

  @Test
  void writesTimeAndRefreshInterval() throws IOException {
    for (int second = 0; second <= 2; second++) {
      when(poller.untilNextPoll()).thenReturn(Duration.ofSeconds(second));
      JsonObject json = json();

      assertThat(json.keySet()).containsExactly("asOf", "refreshMillis", "totals", "applications");
      assertThat(json.get("asOf").getAsLong()).isEqualTo(now.toEpochMilli());
      assertThat(json.get("refreshMillis").getAsLong())
          .isBetween(second * 1000L + 250, second * 1000L + 500);
      assertThat(json.getAsJsonArray("applications")).isEmpty();
    }
  }

  @Test
  void writesAllKnownFields() throws IOException {
    registry.apply(
        new DiscoveryEvent.DriverFound(
            HERE,
            new ApplicationId("app-1"),
            true,
            new ApplicationInfo("Umsätze & \"mehr\"", Optional.of("3"), STARTED, "ada", "4.0.2"),
            Optional.of(new DriverAddress("here", 4040)),
            Optional.of("etl")));
    reportProgress(
        new Progress(
            now.minusMillis(120),
            Optional.of(new Progress.Executors(4, 16, 99)),
            Optional.of(
                new JobProgress(
                    2,
                    7,
                    JobProgress.Status.RUNNING,
                    "a <b> \u2028",
                    new TaskCounts(100, 40, 8, 1, 2, 10)))));

    assertThat(only())
        .isEqualTo(
            JsonParser.parseString(
                """
                {
                  "id": "app-1", "name": "Umsätze & \\"mehr\\"", "user": "ada",
                  "started": 1795250634879, "sparkVersion": "4.0.2", "attemptId": "3",
                  "state": "live", "viewable": true, "link": "/sparkui/app-1/",
                  "namespace": "etl", "verdict": "running",
                  "progress": {
                    "ageMillis": 120, "executors": 4, "cores": 16, "coresBusy": 0,
                    "runningJobs": 2,
                    "job": { "id": 7, "status": "running", "description": "a <b>  ",
                        "link": "jobs/job/?id=7" },
                    "tasks": { "total": 100, "done": 40, "active": 8, "failed": 1, "killed": 2,
                        "skipped": 10 }
                  }
                }\
                """));
  }

  @Test
  void omitsUnknownFields() throws IOException {
    registry.apply(found("here", "app-1"));

    assertThat(only().keySet())
        .containsExactlyInAnyOrder(
            "id",
            "name",
            "user",
            "started",
            "sparkVersion",
            "state",
            "viewable",
            "verdict",
            "link");
  }

  @Test
  void omitsTasksBeforeFirstJob() throws IOException {
    registry.apply(found("here", "app-1"));
    reportProgress(
        new Progress(now, Optional.of(new Progress.Executors(1, 2, 0)), Optional.empty()));

    assertThat(only().getAsJsonObject("progress"))
        .isEqualTo(
            JsonParser.parseString(
                """
                { "ageMillis": 0, "executors": 1, "cores": 2, "coresBusy": 0, "idleCoreMillis": 0,
                  "runningJobs": 0 }\
                """));
  }

  @Test
  void omitsUnreportedExecutors() throws IOException {
    registry.apply(found("here", "app-1"));
    reportProgress(new Progress(now, Optional.empty(), Optional.empty()));

    assertThat(only().getAsJsonObject("progress").keySet())
        .containsExactly("ageMillis", "runningJobs");
  }

  @ParameterizedTest
  @EnumSource(JobProgress.Status.class)
  void writesNameOfEveryJobStatus(JobProgress.Status status) throws IOException {
    registry.apply(found("here", "app-1"));
    reportProgress(
        new Progress(
            now,
            Optional.empty(),
            Optional.of(new JobProgress(0, 7, status, "", TaskCounts.NONE))));

    String name =
        only().getAsJsonObject("progress").getAsJsonObject("job").get("status").getAsString();
    assertThat(name).isIn("running", "succeeded", "failed", "unknown");
    assertThat(name).isEqualToIgnoringCase(status.name());
  }

  @Test
  void writesNoNegativeAge() throws IOException {
    registry.apply(found("here", "app-1"));
    reportProgress(new Progress(now.plusMillis(5), Optional.empty(), Optional.empty()));

    assertThat(only().getAsJsonObject("progress").get("ageMillis").getAsLong()).isZero();
  }

  @Test
  void writesNameOfEveryState() throws IOException {
    SourceRef guarded = new SourceRef("static", "guarded");
    registry.apply(foundStarting("starting", "app-1"));
    registry.apply(foundStarting("without", "app-2"));
    registry.apply(new DiscoveryEvent.NoUi(new SourceRef("static", "without")));
    registry.apply(foundStarting("guarded", "app-3"));
    registry.apply(new DiscoveryEvent.AuthRequired(guarded, new DriverAddress("guarded", 4040)));
    registry.apply(found("live", "app-4"));
    registry.apply(found("ended", "app-5"));
    registry.apply(lost("ended", STARTED.plusSeconds(9)));

    assertThat(applications())
        .extracting(application -> application.get("state").getAsString())
        .containsExactly("starting", "no_ui", "auth_required", "live", "ended");
    assertThat(applications()).filteredOn(application -> application.has("ended")).hasSize(1);
    assertThat(applications().get(4).get("ended").getAsLong())
        .isEqualTo(STARTED.plusSeconds(9).toEpochMilli());
    assertThat(applications()).allMatch(application -> application.has("link"));
  }

  @Test
  void sortsByNewestStartThenById() throws IOException {
    registry.apply(startedAt("app-b", STARTED));
    registry.apply(startedAt("app-a", STARTED));
    registry.apply(startedAt("app-c", STARTED.plusSeconds(5)));
    registry.apply(startedAt("app-0", STARTED.minusSeconds(5)));

    assertThat(ids()).containsExactly("app-c", "app-a", "app-b", "app-0");
  }

  @Test
  void keepsLastProgressOfEndedApplication() throws IOException {
    registry.apply(found("here", "app-1"));
    reportProgress(new Progress(now.minusSeconds(9), Optional.empty(), Optional.empty()));
    registry.apply(lost("here", now));

    assertThat(only().getAsJsonObject("progress").get("ageMillis").getAsLong()).isEqualTo(9_000);
  }

  @Test
  void excludesCompletedApplicationsEvenIfDriverIsLive() throws IOException {
    registry.apply(found("here", "app-1"));
    registry.apply(found("there", "app-2"));
    registry.apply(found("elsewhere", "app-3"));
    catalog.setStatus("app-1", CatalogStatus.COMPLETE);
    catalog.setStatus("app-2", CatalogStatus.INCOMPLETE);

    assertThat(ids()).containsExactly("app-2", "app-3");
    assertThat(lastView())
        .containsExactlyInAnyOrder(new ApplicationId("app-2"), new ApplicationId("app-3"));
  }

  @Test
  void queriesCatalogOncePerSecond() throws IOException {
    registry.apply(found("here", "app-1"));
    catalog.failAfter(1);
    for (int i = 0; i < 4; i++) {
      assertThat(ids()).containsExactly("app-1");
      now = now.plusMillis(240);
    }

    now = now.plusMillis(40);

    assertThat(ids()).as("the second request fails").isEmpty();
  }

  @Test
  void listsNoApplicationIfCatalogFails() throws IOException {
    registry.apply(found("here", "app-1"));
    catalog.failAfter(0);
    assertThat(ids()).isEmpty();
    catalog.failAfter(Integer.MAX_VALUE);

    now = now.plusSeconds(1);

    assertThat(ids()).containsExactly("app-1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/spark/history"})
  void writesLinksUnderExternalPrefix(String prefix) throws IOException {
    registry.apply(found("here", "app-1"));

    JsonObject application =
        json(new Links(prefix, "/live/ui")).getAsJsonArray("applications").get(0).getAsJsonObject();

    assertThat(application.get("link").getAsString()).isEqualTo(prefix + "/live/ui/app-1/");
  }

  @Test
  void hidesRestrictedDetailsWithoutPollingDriver() throws IOException {
    access.controlled();
    registry.apply(
        new DiscoveryEvent.DriverFound(
            HERE,
            new ApplicationId("app-1"),
            true,
            new ApplicationInfo("Night shift", Optional.of("1"), STARTED, "eve", "4.2.0"),
            Optional.of(new DriverAddress("here", 4040)),
            Optional.of("etl")));
    reportProgress(new Progress(now, Optional.empty(), Optional.empty()));
    registry.apply(foundStarting("there", "app-2"));
    registry.apply(found("elsewhere", "app-3"));
    registry.apply(lost("elsewhere", now));

    for (int view = 0; view < 3; view++) {
      assertThat(applications().get(0))
          .isEqualTo(
              JsonParser.parseString(
                  """
                  {
                    "id": "app-1", "name": "Night shift", "user": "eve",
                    "started": 1795250634879, "sparkVersion": "4.2.0", "attemptId": "1",
                    "state": "running", "viewable": false, "link": "/sparkui/app-1/"
                  }\
                  """));
      assertThat(applications())
          .extracting(application -> application.get("state").getAsString())
          .containsExactly("running", "running", "ended");
    }
    assertThat(views).allMatch(Set::isEmpty);
  }

  @Test
  void countsAllApplicationsInTotals() throws IOException {
    access.controlled();
    registry.apply(found("here", "app-1"));
    reportProgress(
        new Progress(
            now,
            Optional.of(new Progress.Executors(4, 16, 99, 9, 0, 0)),
            Optional.of(new JobProgress(0, 7, JobProgress.Status.FAILED, "", TaskCounts.NONE))));
    registry.apply(foundStarting("there", "app-2"));
    registry.apply(found("elsewhere", "app-3"));
    registry.apply(lost("elsewhere", now));

    JsonObject totals = json().getAsJsonObject("totals");

    assertThat(totals.get("applications").getAsInt()).isEqualTo(2);
    assertThat(totals.get("cores").getAsInt()).isEqualTo(16);
    assertThat(totals.get("coresBusy").getAsInt()).isEqualTo(9);
    JsonObject verdicts = totals.getAsJsonObject("verdicts");
    assertThat(verdicts.get("failing").getAsInt()).isOne();
    assertThat(verdicts.get("starting").getAsInt()).isOne();
    assertThat(verdicts.get("running").getAsInt()).isZero();
    assertThat(verdicts.has("ended")).isFalse();
    assertThat(totals.getAsJsonObject("ended"))
        .isEqualTo(JsonParser.parseString("{\"withinMillis\":3600000,\"count\":1,\"failed\":0}"));
  }

  @Test
  void writesRecentlyEndedApplicationsOnRequest() throws IOException {
    now = STARTED.plusSeconds(4000);
    registry.apply(found("here", "app-1"));
    registry.apply(lost("here", now.minusSeconds(3599)));
    registry.apply(found("there", "app-2"));
    registry.apply(lost("there", now.minusSeconds(60)));
    registry.apply(found("elsewhere", "app-3"));
    registry.apply(lost("elsewhere", now.minusSeconds(3601)));
    registry.apply(found("again", "app-4"));
    catalog.setStatus("app-1", CatalogStatus.COMPLETE);
    assertThat(json().has("recentlyEnded")).isFalse();
    parameters.put("recentlyEnded", "true");
    now = now.plusMillis(1);

    assertThat(json().getAsJsonArray("recentlyEnded").asList())
        .extracting(
            ended -> ended.getAsJsonObject().get("id").getAsString(),
            ended -> ended.getAsJsonObject().get("history").getAsString(),
            ended -> ended.getAsJsonObject().get("result").getAsString())
        .containsExactly(
            tuple("app-2", "incomplete", "unknown"), tuple("app-1", "complete", "unknown"));
  }

  @Test
  void hidesResultOfRestrictedApplication() throws IOException {
    access.controlled();
    registry.apply(found("here", "app-1"));
    registry.apply(lost("here", now));
    parameters.put("recentlyEnded", "true");

    assertThat(json().getAsJsonArray("recentlyEnded").get(0).getAsJsonObject().keySet())
        .doesNotContain("result", "reason", "namespace");
  }

  @ParameterizedTest
  @CsvSource({
    "<b>Night</b>, ada, ‹b>Night‹/b>, ada",
    "Night, <img src=x>, Night, ‹img src=x>",
    "<!-- a < b, <?x, ‹!-- a < b, ‹?x"
  })
  void writesNameAndUserAsInListEntry(String name, String user, String addedName, String addedUser)
      throws IOException {
    registry.apply(
        new DiscoveryEvent.DriverFound(
            HERE,
            new ApplicationId("app-1"),
            true,
            new ApplicationInfo(name, Optional.empty(), STARTED, user, "4.2.0"),
            Optional.of(new DriverAddress("here", 4040)),
            Optional.empty()));
    assertThat(only().get("name").getAsString()).isEqualTo(addedName);
    assertThat(only().get("user").getAsString()).isEqualTo(addedUser);

    catalog.setStatus("app-1", CatalogStatus.INCOMPLETE);
    now = now.plusSeconds(1);
    assertThat(only().get("name").getAsString()).isEqualTo(name);
    assertThat(only().get("user").getAsString()).isEqualTo(user);
  }

  @Test
  void showsDetailsOncePermissionIsChecked() throws IOException {
    access.controlled().grant(Permission.VIEW, "ada");
    registry.apply(found("here", "app-1"));

    assertThat(only().get("viewable").getAsBoolean()).isFalse();

    assertThat(only().get("viewable").getAsBoolean()).isTrue();
    assertThat(lastView()).containsExactly(new ApplicationId("app-1"));
  }

  @Test
  void sharesResponseAmongConcurrentRequests() throws IOException {
    registry.apply(found("here", "app-1"));
    byte[] first = respond(LINKS, "gzip").bytes();
    int viewCount = views.size();

    now = now.plusMillis(SHARED_MILLIS - 1);
    assertThat(respond(LINKS, "gzip").bytes()).isEqualTo(first);
    assertThat(views).hasSize(viewCount);
    assertThat(respond(new Links("/hs", "/sparkui"), "identity").text())
        .contains("/hs/sparkui/app-1/");

    now = now.plusMillis(SHARED_MILLIS);
    respond(LINKS, "gzip");
    assertThat(views).hasSizeGreaterThan(viewCount);
  }

  @Test
  void sharesNoResponseIfAccessIsControlled() throws IOException {
    registry.apply(found("here", "app-1"));
    access.controlled();
    assertThat(respond(LINKS, "identity").text()).contains("\"viewable\":false");
    access.grant(Permission.VIEW, "ada");
    now = now.plusSeconds(60);
    respond(LINKS, "identity");

    assertThat(respond(LINKS, "identity").text()).contains("\"viewable\":true");
  }

  @ParameterizedTest
  @CsvSource({
    "gzip, true",
    "'deflate, gzip;q=0.5', true",
    "gzip;q=0, false",
    "identity, false",
    "br, false"
  })
  void compressesResponseIfClientAcceptsGzip(String accepted, boolean compressed)
      throws IOException {
    registry.apply(found("here", "app-1"));

    RecordedResponse response = respond(LINKS, accepted);

    assertThat(response.header("Vary")).contains("Accept-Encoding");
    assertThat(response.header("Content-Encoding").isPresent()).isEqualTo(compressed);
    byte[] body = response.bytes();
    assertThat(response.contentLength()).hasValue(body.length);
    String text =
        compressed
            ? new String(new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes(), UTF_8)
            : response.text();
    assertThat(text).startsWith("{\"asOf\":").endsWith("]}\n");
  }
}
