package io.sparklive.listing;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.sparklive.application.ApplicationFacts;
import io.sparklive.application.LiveApplication;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * An application as Spark's REST API writes it ({@code ApplicationInfo}, pretty-printed by Jackson:
 * two spaces, {@code " : "}).
 */
public final class ApplicationJson {
  private static final Gson STRINGS = new GsonBuilder().disableHtmlEscaping().create();
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  // Where an application still runs, Spark's end is -1, and so a millisecond before the epoch.
  private static final Instant NEVER = Instant.ofEpochMilli(-1);

  private ApplicationJson() {}

  /**
   * The application as one JSON object, without a line break at its end.
   *
   * @param now until when one that runs has run
   */
  public static String of(LiveApplication application, Instant now) {
    ApplicationFacts facts = application.facts();
    boolean completed = !application.state().isRunning();
    Instant end = application.ended().orElse(NEVER);
    Instant updated = application.ended().orElse(now);
    StringBuilder json = new StringBuilder(512);
    json.append("{\n  \"id\" : ").append(STRINGS.toJson(application.id().value()));
    json.append(",\n  \"name\" : ").append(STRINGS.toJson(facts.name()));
    json.append(",\n  \"attempts\" : [ {");
    facts
        .attemptId()
        .ifPresent(
            id -> json.append("\n    \"attemptId\" : ").append(STRINGS.toJson(id)).append(','));
    json.append("\n    \"startTime\" : \"").append(DATE.format(facts.started()));
    json.append("\",\n    \"endTime\" : \"").append(DATE.format(end));
    json.append("\",\n    \"lastUpdated\" : \"").append(DATE.format(updated));
    json.append("\",\n    \"duration\" : ")
        .append(Math.max(0, Duration.between(facts.started(), updated).toMillis()));
    json.append(",\n    \"sparkUser\" : ").append(STRINGS.toJson(facts.user()));
    json.append(",\n    \"completed\" : ").append(completed);
    json.append(",\n    \"appSparkVersion\" : ").append(STRINGS.toJson(facts.sparkVersion()));
    json.append(",\n    \"startTimeEpoch\" : ").append(facts.started().toEpochMilli());
    json.append(",\n    \"endTimeEpoch\" : ").append(end.toEpochMilli());
    json.append(",\n    \"lastUpdatedEpoch\" : ").append(updated.toEpochMilli());
    return json.append("\n  } ]\n}").toString();
  }
}
