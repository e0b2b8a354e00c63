// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.driver;

import com.google.gson.JsonPrimitive;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * An application that runs, as the REST API of its driver describes it. Immutable.
 *
 * @param id its id, which need not be valid
 * @param name its name
 * @param user its user
 * @param sparkVersion the version of Spark it runs on
 * @param started its start time
 */
public record RunningApplication(
    String id, String name, String user, String sparkVersion, Instant started) {
  /** The path of the list of applications. */
  public static final String LIST = "/api/v1/applications";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** An application with this id; everything else is the same for all of them. */
  public static RunningApplication of(String id) {
    return new RunningApplication(
        id, "Night shift", "ada", "4.2.0", Instant.ofEpochMilli(1_770_000_000_000L));
  }

  /** The same application with another name. */
  public RunningApplication withName(String newName) {
    return new RunningApplication(id, newName, user, sparkVersion, started);
  }

  /** The same application of another user. */
  public RunningApplication withUser(String newUser) {
    return new RunningApplication(id, name, newUser, sparkVersion, started);
  }

  /** The same application on another version of Spark. */
  public RunningApplication withSparkVersion(String newVersion) {
    return new RunningApplication(id, name, user, newVersion, started);
  }

  /** The same application with another start time. */
  public RunningApplication withStarted(Instant newStart) {
    return new RunningApplication(id, name, user, sparkVersion, newStart);
  }

  /** The path of its REST resources, without a slash at the end. */
  public String path() {
    return LIST + "/" + id;
  }

  /** The list of applications of its driver: its own entry alone. */
  public String list() {
    return "[ " + entry() + " ]";
  }

  /** Its entry as Spark writes it. */
  public String entry() {
    return """
        {
          "id" : %s,
          "name" : %s,
          "attempts" : [ {
            "startTime" : "%5$s",
            "endTime" : "1969-12-31T23:59:59.999GMT",
            "lastUpdated" : "%5$s",
            "duration" : 5121,
            "sparkUser" : %3$s,
            "completed" : false,
            "appSparkVersion" : %4$s,
            "startTimeEpoch" : %6$d,
            "endTimeEpoch" : -1,
            "lastUpdatedEpoch" : %6$d
          } ]
        }"""
        .formatted(
            json(id),
            json(name),
            json(user),
            json(sparkVersion),
            TIME.format(started),
            started.toEpochMilli());
  }

  /** Its environment: it writes an event log, and sets no access control lists. */
  public String environment() {
    return """
        { "sparkProperties" : [
          [ "spark.app.id", %s ], [ "spark.eventLog.enabled", "true" ] ] }"""
        .formatted(json(id));
  }

  private static String json(String text) {
    return new JsonPrimitive(text).toString();
  }
}
