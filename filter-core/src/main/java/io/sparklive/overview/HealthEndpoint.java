// SPDX-License-Identifier: Apache-2.0
package io.sparklive.overview;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.ApplicationState;
import io.sparklive.application.Conflict;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.SourceStatus;
import io.sparklive.pages.Pages;
import io.sparklive.routing.DriverBases;
import io.sparklive.spi.HistoryCatalog;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@code /-/health}: the state of each discovery source, the number of applications in each
 * state, and the conflicts. The status is 503 while a source is down.
 */
public final class HealthEndpoint {
  private static final Logger LOG = LoggerFactory.getLogger(HealthEndpoint.class);
  private static final String HISTORY = "its complete history";

  private final ApplicationRegistry registry;
  private final Supplier<List<DriverBases.Conflict>> baseConflicts;
  private final HistoryCatalog catalog;
  private final Supplier<List<SourceStatus>> sources;
  private final Pages pages;

  /**
   * @param baseConflicts the current conflicts about base paths of drivers
   * @param sources the current status of each source; it must not block
   */
  public HealthEndpoint(
      ApplicationRegistry registry,
      Supplier<List<DriverBases.Conflict>> baseConflicts,
      HistoryCatalog catalog,
      Supplier<List<SourceStatus>> sources,
      Pages pages) {
    this.registry = registry;
    this.baseConflicts = baseConflicts;
    this.catalog = catalog;
    this.sources = sources;
    this.pages = pages;
  }

  /** Responds with JSON that names no user. */
  public void serve(HttpServletRequest request, HttpServletResponse response) throws IOException {
    List<SourceStatus> statuses = sources.get();
    boolean down = statuses.stream().anyMatch(s -> s.state() == SourceStatus.State.DOWN);
    JsonObject health = new JsonObject();
    health.addProperty("status", down ? "down" : "up");
    health.add("sources", sources(statuses));
    health.add("applications", applications());
    health.add("conflicts", conflicts());
    pages.writeJson(
        request,
        response,
        down ? HttpServletResponse.SC_SERVICE_UNAVAILABLE : HttpServletResponse.SC_OK,
        new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(health) + "\n");
  }

  private static JsonArray sources(List<SourceStatus> statuses) {
    JsonArray sources = new JsonArray();
    for (SourceStatus status : statuses) {
      JsonObject source = new JsonObject();
      source.addProperty("source", status.kind());
      source.addProperty("scope", status.scope());
      source.addProperty("state", lowerCase(status.state()));
      source.addProperty("since", status.since().toString());
      status.lastEvent().ifPresent(at -> source.addProperty("lastEvent", at.toString()));
      source.addProperty("applications", status.applications());
      status.error().ifPresent(error -> source.addProperty("error", error));
      sources.add(source);
    }
    return sources;
  }

  private JsonObject applications() {
    List<LiveApplication> all = registry.all();
    JsonObject applications = new JsonObject();
    Arrays.stream(ApplicationState.values())
        .forEach(
            state ->
                applications.addProperty(
                    lowerCase(state), all.stream().filter(a -> a.state() == state).count()));
    return applications;
  }

  private JsonArray conflicts() {
    JsonArray conflicts = new JsonArray();
    for (Conflict conflict : registry.conflicts()) {
      conflicts.add(
          conflict(
              conflict.id().value(), conflict.owner().toString(), conflict.contender().toString()));
    }
    for (LiveApplication application : registry.all()) {
      if (application.state().isRunning() && isComplete(application)) {
        conflicts.add(conflict(application.id().value(), HISTORY, application.source().toString()));
      }
    }
    baseConflicts.get().forEach(conflict -> conflicts.add(baseConflict(conflict)));
    return conflicts;
  }

  private boolean isComplete(LiveApplication application) {
    try {
      return catalog.isComplete(application.id());
    } catch (RuntimeException | LinkageError e) {
      LOG.debug("Catalog does not respond; HandoffPoller reports it as a warning", e);
      return false;
    }
  }

  private static JsonObject conflict(String id, String kept, String ignored) {
    JsonObject entry = new JsonObject();
    entry.addProperty("id", id);
    entry.addProperty("kept", kept);
    entry.addProperty("ignored", ignored);
    return entry;
  }

  private static JsonObject baseConflict(DriverBases.Conflict conflict) {
    JsonObject entry = new JsonObject();
    entry.addProperty("proxyBase", conflict.base());
    conflict.served().ifPresent(id -> entry.addProperty("kept", id.value()));
    JsonArray ignored = new JsonArray();
    conflict.ignored().forEach(id -> ignored.add(id.value()));
    entry.add("ignored", ignored);
    return entry;
  }

  private static String lowerCase(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
