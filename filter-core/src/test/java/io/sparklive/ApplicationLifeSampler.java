// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sparklive.harness.EmbeddedHistoryServer;
import io.sparklive.harness.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks every 100 ms at the link of one application, at the overview and at Spark's list, and
 * records each change.
 */
final class ApplicationLifeSampler implements AutoCloseable {
  private static final int INTERVAL_MILLIS = 100;
  private static final String[] USER = {"X-Test-User", "ada"};
  private static final Pattern STATUS_PAGE =
      Pattern.compile("<h4>(?<title>[^<]*)</h4>\\s*<p>(?<text>[^<]*)</p>");

  private final EmbeddedHistoryServer server;
  private final String id;
  private final Map<String, List<String>> seen = new ConcurrentHashMap<>();
  private final ScheduledExecutorService sampler = Executors.newSingleThreadScheduledExecutor();

  ApplicationLifeSampler(EmbeddedHistoryServer server, String id) {
    this.server = server;
    this.id = id;
    var unused =
        sampler.scheduleWithFixedDelay(this::sample, 0, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    sampler.shutdownNow();
  }

  /** Waits until the link, the overview and the list were seen after the link had this text. */
  void awaitLink(String text) {
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () ->
                assertThat(last("link"))
                    .as(() -> server.get("/sparkui/-/health").text())
                    .contains(text));
    int before = seen("samples").size();
    await().atMost(Duration.ofMinutes(1)).until(() -> seen("samples").size() > before + 1);
  }

  /** That each sight matches a pattern, and that none comes back after a later one. */
  void assertOrder(String place, List<String> patterns) {
    int position = 0;
    for (String sight : seen(place)) {
      int next = position;
      while (next < patterns.size() && !sight.matches("(?s).*" + patterns.get(next) + ".*")) {
        next++;
      }
      assertThat(next)
          .as("%s at the %s, of %s", sight, place, seen(place))
          .isLessThan(patterns.size());
      position = next;
    }
    assertThat(last(place)).matches("(?s).*" + patterns.get(patterns.size() - 1) + ".*");
  }

  /** That no sight has this text. */
  void assertNever(String text) {
    assertThat(seen.values())
        .allSatisfy(sights -> assertThat(sights.toString()).doesNotContain(text));
  }

  private String last(String place) {
    List<String> sights = seen(place);
    return sights.isEmpty() ? "" : sights.get(sights.size() - 1);
  }

  private List<String> seen(String place) {
    List<String> sights = seen.computeIfAbsent(place, any -> new ArrayList<>());
    synchronized (sights) {
      return List.copyOf(sights);
    }
  }

  private void sample() {
    try {
      record("link", link());
      record("overview", overview());
      record("list", list());
    } catch (RuntimeException | Error e) {
      record("link", "failed: " + e);
    }
    record("samples", Long.toString(System.nanoTime()));
  }

  private void record(String place, String sight) {
    List<String> sights = seen.computeIfAbsent(place, any -> new ArrayList<>());
    synchronized (sights) {
      if (sights.isEmpty() || !sights.get(sights.size() - 1).equals(sight)) {
        sights.add(sight);
      }
    }
  }

  /** The title and the text of the status page, or that there is the live UI. */
  private String link() {
    Reply response = server.get("/sparkui/" + id + "/jobs/", USER);
    if (response.status() == 200) {
      return "live";
    }
    Matcher page = STATUS_PAGE.matcher(response.text());
    return page.find()
        ? page.group("title") + ". " + page.group("text").replace("&quot;", "\"")
        : response.status() + " without a status page";
  }

  private String overview() {
    JsonObject json =
        JsonParser.parseString(
                server.get("/sparkui/-/applications?recentlyEnded=true", USER).text())
            .getAsJsonObject();
    for (JsonElement entry : json.getAsJsonArray("applications")) {
      JsonObject application = entry.getAsJsonObject();
      if (application.get("id").getAsString().equals(id)) {
        return application.get("state").getAsString()
            + text(application, "pendingReason")
            + text(application, "exitReason");
      }
    }
    for (JsonElement entry : json.getAsJsonArray("recentlyEnded")) {
      JsonObject application = entry.getAsJsonObject();
      if (application.get("id").getAsString().equals(id)) {
        return "recently ended" + text(application, "exitReason") + text(application, "result");
      }
    }
    return "absent";
  }

  private static String text(JsonObject json, String name) {
    return json.has(name) ? " " + json.get(name).getAsString() : "";
  }

  private String list() {
    List<String> states =
        JsonParser.parseString(server.get("/api/v1/applications", USER).text())
            .getAsJsonArray()
            .asList()
            .stream()
            .map(JsonElement::getAsJsonObject)
            .filter(entry -> entry.get("id").getAsString().equals(id))
            .map(entry -> entry.getAsJsonArray("attempts").get(0).getAsJsonObject())
            .map(attempt -> attempt.get("completed").getAsBoolean() ? "completed" : "running")
            .toList();
    return states.isEmpty() ? "absent" : String.join(" and ", states);
  }
}
