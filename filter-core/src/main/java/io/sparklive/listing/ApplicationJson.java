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
import java.util.regex.Pattern;

/**
 * An application as Spark's REST API writes it ({@code ApplicationInfo}, pretty-printed by Jackson:
 * two spaces, {@code " : "}).
 */
public final class ApplicationJson {
  private static final Gson STRINGS = new GsonBuilder().disableHtmlEscaping().create();
  private static final Pattern PLAIN = Pattern.compile("[\\w .,:;/+()@=#!?-]*");
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
    StringBuilder json = new StringBuilder(512);
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
    StringBuilder json = new StringBuilder(512);
    appendAttempt(json, application, now, "");
    return json.toString();
  }

  private static void appendAttempt(
      StringBuilder json, LiveApplication application, Instant now, String indent) {
    ApplicationFacts facts = application.facts();
    String next = ",\n  " + indent;
    boolean completed = !application.state().isRunning();
    Instant end = application.ended().orElse(NEVER);
    Instant updated = application.ended().orElse(now);
    json.append("{");
    facts
        .attemptId()
        .ifPresent(
            id -> json.append("\n  " + indent + "\"attemptId\" : " + quoted(id)).append(','));
    json.append("\n  " + indent + "\"startTime\" : \"").append(DATE.format(facts.started()));
    json.append("\"" + next + "\"endTime\" : \"").append(DATE.format(end));
    json.append("\"" + next + "\"lastUpdated\" : \"").append(DATE.format(updated));
    json.append("\"" + next + "\"duration\" : ")
        .append(Math.max(0, Duration.between(facts.started(), updated).toMillis()));
    json.append(next + "\"sparkUser\" : ").append(quoted(facts.user()));
    json.append(next + "\"completed\" : ").append(completed);
    json.append(next + "\"appSparkVersion\" : ").append(quoted(facts.sparkVersion()));
    json.append(next + "\"startTimeEpoch\" : ").append(facts.started().toEpochMilli());
    json.append(next + "\"endTimeEpoch\" : ").append(end.toEpochMilli());
    json.append(next + "\"lastUpdatedEpoch\" : ").append(updated.toEpochMilli());
    json.append("\n" + indent + "}");
  }

  /** Most need no escape, and a list has thousands of them. */
  private static String quoted(String text) {
    return PLAIN.matcher(text).matches() ? '"' + text + '"' : STRINGS.toJson(text);
  }
}
