// SPDX-License-Identifier: Apache-2.0
package io.sparklive.listing;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.sparklive.application.ApplicationInfo;
import io.sparklive.application.LiveApplication;
import io.sparklive.spi.EntryFields;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes an application as JSON, as Spark's REST API does ({@code ApplicationInfo}, pretty-printed
 * by Jackson: two spaces, {@code " : "}), with the fields of this History Server's own entries.
 */
public final class ApplicationJson {
  private static final Gson STRINGS = new GsonBuilder().disableHtmlEscaping().create();

  // While an application runs, Spark writes -1 as its end: a millisecond before the epoch.
  private static final Instant NO_END = Instant.ofEpochMilli(-1);
  private static final String NO_END_DATE = date(NO_END);

  private final StringBuilder json = new StringBuilder(768);
  private final EntryFields fields;
  private final Instant now;
  private final String nowDate;

  private ApplicationJson(EntryFields fields, Instant now) {
    this.fields = fields;
    this.now = now;
    this.nowDate = date(now);
  }

  /**
   * The application as one JSON object, without a line break at its end.
   *
   * @param fields the fields of the History Server's own entries beyond those of every version
   * @param now the end of the duration of a running application
   */
  public static String of(LiveApplication application, EntryFields fields, Instant now) {
    return new ApplicationJson(fields, now).append(application).json.toString();
  }

  /**
   * The attempt of the application as one JSON object, without a line break at its end.
   *
   * @param fields the fields of the History Server's own entries beyond those of every version
   * @param now the end of the duration of a running application
   */
  public static String ofAttempt(LiveApplication application, EntryFields fields, Instant now) {
    return new ApplicationJson(fields, now).appendAttempt(application, "").json.toString();
  }

  /** The result of {@link #of} for each application, in UTF-8; faster for many applications. */
  static List<byte[]> ofEach(List<LiveApplication> applications, EntryFields fields, Instant now) {
    ApplicationJson all = new ApplicationJson(fields, now);
    List<byte[]> entries = new ArrayList<>(applications.size());
    for (LiveApplication application : applications) {
      all.json.setLength(0);
      entries.add(all.append(application).json.toString().getBytes(StandardCharsets.UTF_8));
    }
    return entries;
  }

  private ApplicationJson append(LiveApplication application) {
    json.append("{\n  \"id\" : ");
    appendQuoted(application.id().value());
    json.append(",\n  \"name\" : ");
    appendQuoted(application.info().listedName());
    appendEmpty(fields.ofApplication(), "\n  ");
    json.append(",\n  \"attempts\" : [ ");
    appendAttempt(application, "  ");
    json.append(" ]\n}");
    return this;
  }

  private ApplicationJson appendAttempt(LiveApplication application, String indent) {
    ApplicationInfo info = application.info();
    String next = "\n  " + indent;
    Instant end = application.ended().orElse(NO_END);
    Instant updated = application.ended().orElse(now);
    json.append('{');
    if (info.attemptId().isPresent()) {
      json.append(next).append("\"attemptId\" : ");
      appendQuoted(info.attemptId().get());
      json.append(',');
    }
    json.append(next).append("\"startTime\" : \"").append(date(info.started()));
    json.append("\",").append(next).append("\"endTime\" : \"").append(cachedDate(end));
    json.append("\",").append(next).append("\"lastUpdated\" : \"").append(cachedDate(updated));
    json.append("\",").append(next).append("\"duration\" : ");
    json.append(Math.max(0, Duration.between(info.started(), updated).toMillis()));
    json.append(',').append(next).append("\"sparkUser\" : ");
    appendQuoted(info.listedUser());
    json.append(',').append(next).append("\"completed\" : ");
    json.append(!application.state().isRunning());
    json.append(',').append(next).append("\"appSparkVersion\" : ");
    appendQuoted(info.sparkVersion());
    appendEmpty(fields.ofAttempt(), next);
    json.append(',').append(next).append("\"startTimeEpoch\" : ");
    json.append(info.started().toEpochMilli());
    json.append(',').append(next).append("\"endTimeEpoch\" : ").append(end.toEpochMilli());
    json.append(',').append(next).append("\"lastUpdatedEpoch\" : ").append(updated.toEpochMilli());
    json.append('\n').append(indent).append('}');
    return this;
  }

  /** Writes fields that drivers do not report, with empty values. */
  private void appendEmpty(List<String> empty, String next) {
    for (String field : empty) {
      json.append(',').append(next).append(field);
    }
  }

  /** The date of the instant: all running applications share these two. */
  private String cachedDate(Instant instant) {
    return instant.equals(now) ? nowDate : instant.equals(NO_END) ? NO_END_DATE : date(instant);
  }

  /** Such as {@code 2026-01-31T18:05:00.000GMT}. No formatter: a list has thousands of dates. */
  private static String date(Instant instant) {
    LocalDateTime date = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
    StringBuilder text = new StringBuilder(32).append(date.toLocalDate());
    appendDigits(text.append('T'), 2, date.getHour());
    appendDigits(text.append(':'), 2, date.getMinute());
    appendDigits(text.append(':'), 2, date.getSecond());
    appendDigits(text.append('.'), 3, date.getNano() / 1_000_000);
    return text.append("GMT").toString();
  }

  private static void appendDigits(StringBuilder text, int digits, int number) {
    if (digits > 1) {
      appendDigits(text, digits - 1, number / 10);
    }
    text.append((char) ('0' + number % 10));
  }

  /** Most texts need no escape, and a list has thousands of texts. */
  private void appendQuoted(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~' || c == '"' || c == '\\') {
        json.append(STRINGS.toJson(text));
        return;
      }
    }
    json.append('"').append(text).append('"');
  }
}
