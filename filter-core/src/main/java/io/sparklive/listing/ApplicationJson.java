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

  private static final String NEVER_WRITTEN = DATE.format(NEVER);
  private static volatile Dated lastDated = new Dated(NEVER, NEVER_WRITTEN);

  private record Dated(Instant instant, String text) {}

  private ApplicationJson() {}

  /**
   * The application as one JSON object, without a line break at its end.
   *
   * @param now until when one that runs has run
   */
  public static String of(LiveApplication application, Instant now) {
    StringBuilder json = new StringBuilder(768);
    json.append("{\n  \"id\" : ").append(quoted(application.id().value()));
    json.append(",\n  \"name\" : ").append(quoted(application.facts().name()));
    json.append(",\n  \"attempts\" : [ ");
    appendAttempt(json, application, now, "  ");
    return json.append(" ]\n}").toString();
  }

  /**
   * Its attempt as one JSON object, without a line break at its end.
   *
   * @param now until when one that runs has run
   */
  public static String ofAttempt(LiveApplication application, Instant now) {
    StringBuilder json = new StringBuilder(768);
    appendAttempt(json, application, now, "");
    return json.toString();
  }

  private static void appendAttempt(
      StringBuilder json, LiveApplication application, Instant now, String indent) {
    ApplicationFacts facts = application.facts();
    String next = "\n  " + indent;
    Instant end = application.ended().orElse(NEVER);
    Instant updated = application.ended().orElse(now);
    json.append("{");
    facts
        .attemptId()
        .ifPresent(
            id -> json.append(next).append("\"attemptId\" : ").append(quoted(id)).append(','));
    json.append(next).append("\"startTime\" : \"").append(DATE.format(facts.started()));
    json.append("\",").append(next).append("\"endTime\" : \"").append(date(end));
    json.append("\",").append(next).append("\"lastUpdated\" : \"").append(date(updated));
    json.append("\",").append(next).append("\"duration\" : ");
    json.append(Math.max(0, Duration.between(facts.started(), updated).toMillis()));
    json.append(',').append(next).append("\"sparkUser\" : ").append(quoted(facts.user()));
    json.append(',').append(next).append("\"completed\" : ");
    json.append(!application.state().isRunning());
    json.append(',').append(next).append("\"appSparkVersion\" : ");
    json.append(quoted(facts.sparkVersion()));
    json.append(',').append(next).append("\"startTimeEpoch\" : ");
    json.append(facts.started().toEpochMilli());
    json.append(',').append(next).append("\"endTimeEpoch\" : ").append(end.toEpochMilli());
    json.append(',').append(next).append("\"lastUpdatedEpoch\" : ").append(updated.toEpochMilli());
    json.append('\n').append(indent).append('}');
  }

  /** All entries of one list were updated at the same moment. */
  private static String date(Instant instant) {
    if (instant.equals(NEVER)) {
      return NEVER_WRITTEN;
    }
    Dated last = lastDated;
    if (!last.instant().equals(instant)) {
      last = new Dated(instant, DATE.format(instant));
      lastDated = last;
    }
    return last.text();
  }

  /** Most need no escape, and a list has thousands of them. */
  private static String quoted(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~' || c == '"' || c == '\\') {
        return STRINGS.toJson(text);
      }
    }
    return '"' + text + '"';
  }
}
