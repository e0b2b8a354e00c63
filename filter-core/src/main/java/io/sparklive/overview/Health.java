package io.sparklive.overview;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.ApplicationState;
import io.sparklive.application.Conflict;
import io.sparklive.pages.Pages;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;

/** {@code /-/health}: how many applications there are, and which claims were refused. */
public final class Health {
  private final ApplicationRegistry registry;
  private final Pages pages;

  public Health(ApplicationRegistry registry, Pages pages) {
    this.registry = registry;
    this.pages = pages;
  }

  /** Answers with JSON. It names no user. */
  public void serve(HttpServletResponse response) throws IOException {
    JsonObject applications = new JsonObject();
    Arrays.stream(ApplicationState.values())
        .forEach(
            state -> applications.addProperty(state.name().toLowerCase(Locale.ROOT), count(state)));
    JsonArray conflicts = new JsonArray();
    for (Conflict conflict : registry.conflicts()) {
      JsonObject entry = new JsonObject();
      entry.addProperty("id", conflict.id().value());
      entry.addProperty("listed", conflict.holder().toString());
      entry.addProperty("refused", conflict.rival().toString());
      conflicts.add(entry);
    }
    JsonObject health = new JsonObject();
    health.addProperty("status", "up");
    health.add("applications", applications);
    health.add("conflicts", conflicts);
    pages.json(
        response,
        HttpServletResponse.SC_OK,
        new GsonBuilder().setPrettyPrinting().create().toJson(health) + "\n");
  }

  private long count(ApplicationState state) {
    return registry.all().stream().filter(application -> application.state() == state).count();
  }
}
