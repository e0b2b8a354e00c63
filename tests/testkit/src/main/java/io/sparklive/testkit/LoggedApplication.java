// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import com.google.gson.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * One attempt of an application as its event log describes it, for {@link EventLogs#write}. Several
 * attempts are several of these with one id.
 *
 * @param id the application's id
 * @param attempt the attempt's id, for applications that have attempts
 * @param name the application's name
 * @param user the user that ran it
 * @param sparkVersion the Spark version that it ran on
 * @param start its start, to the millisecond
 * @param end its end; empty while it runs, or if its driver was killed
 * @param properties its Spark properties, such as ACL settings
 */
public record LoggedApplication(
    String id,
    Optional<String> attempt,
    String name,
    String user,
    String sparkVersion,
    Instant start,
    Optional<Instant> end,
    Map<String, String> properties) {

  /** Copies the properties. */
  public LoggedApplication {
    properties = Map.copyOf(properties);
  }

  /** An incomplete application without attempts, with its id as its name. */
  public static LoggedApplication startedAt(Instant start, String id) {
    return new LoggedApplication(
        id, Optional.empty(), id, "ada", "4.0.2", start, Optional.empty(), Map.of());
  }

  /** The same with an end: a completed application. */
  public LoggedApplication endedAt(Instant time) {
    return new LoggedApplication(
        id, attempt, name, user, sparkVersion, start, Optional.of(time), properties);
  }

  /** The same as that attempt. */
  public LoggedApplication attempt(String attemptId) {
    return new LoggedApplication(
        id, Optional.of(attemptId), name, user, sparkVersion, start, end, properties);
  }

  /** The same with another name. */
  public LoggedApplication named(String other) {
    return new LoggedApplication(id, attempt, other, user, sparkVersion, start, end, properties);
  }

  /** The same run by that user. */
  public LoggedApplication by(String other) {
    return new LoggedApplication(id, attempt, name, other, sparkVersion, start, end, properties);
  }

  /** The same run on that version of Spark. */
  public LoggedApplication on(String otherVersion) {
    return new LoggedApplication(id, attempt, name, user, otherVersion, start, end, properties);
  }

  /** The same with one more Spark property. */
  public LoggedApplication property(String key, String value) {
    Map<String, String> more = new TreeMap<>(properties);
    more.put(key, value);
    return new LoggedApplication(id, attempt, name, user, sparkVersion, start, end, more);
  }

  /** The name of its event log's file, as Spark's {@code SingleEventLogFileWriter} names it. */
  String fileName() {
    return id + attempt.map(one -> "_" + one).orElse("");
  }

  /** The lines of its event log, as Spark's {@code JsonProtocol} writes them. */
  List<String> lines() {
    return Stream.of(
            Optional.of(logStart()), Optional.of(environment()), Optional.of(started()), ended())
        .flatMap(Optional::stream)
        .map(JsonObject::toString)
        .toList();
  }

  private JsonObject logStart() {
    JsonObject event = event("LogStart");
    event.addProperty("Spark Version", sparkVersion);
    return event;
  }

  private JsonObject environment() {
    JsonObject event = event("EnvironmentUpdate");
    for (String group :
        List.of(
            "JVM Information",
            "Hadoop Properties",
            "System Properties",
            "Metrics Properties",
            "Classpath Entries")) {
      event.add(group, new JsonObject());
    }
    JsonObject sparkProperties = new JsonObject();
    properties.forEach(sparkProperties::addProperty);
    event.add("Spark Properties", sparkProperties);
    return event;
  }

  private JsonObject started() {
    JsonObject event = event("ApplicationStart");
    event.addProperty("App Name", name);
    event.addProperty("App ID", id);
    event.addProperty("Timestamp", start.toEpochMilli());
    event.addProperty("User", user);
    attempt.ifPresent(one -> event.addProperty("App Attempt ID", one));
    return event;
  }

  private Optional<JsonObject> ended() {
    return end.map(
        time -> {
          JsonObject event = event("ApplicationEnd");
          event.addProperty("Timestamp", time.toEpochMilli());
          return event;
        });
  }

  private static JsonObject event(String name) {
    JsonObject event = new JsonObject();
    event.addProperty("Event", "SparkListener" + name);
    return event;
  }
}
