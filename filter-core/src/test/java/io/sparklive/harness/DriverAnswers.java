package io.sparklive.harness;

/** What every stand-in driver says of itself. */
final class DriverAnswers {
  static final String LIST = "/api/v1/applications";

  private DriverAnswers() {}

  /** The list of itself alone, as Spark writes it. */
  static String list(String id) {
    return """
    [ {
      "id" : "%s",
      "name" : "Night shift",
      "attempts" : [ {
        "startTime" : "2026-11-21T08:44:18.606GMT",
        "endTime" : "1969-12-31T23:59:59.999GMT",
        "lastUpdated" : "2026-11-21T08:44:18.606GMT",
        "duration" : 12345,
        "sparkUser" : "ada",
        "completed" : false,
        "appSparkVersion" : "4.2.0",
        "startTimeEpoch" : 1795250658606,
        "endTimeEpoch" : -1,
        "lastUpdatedEpoch" : 1795250658606
      } ]
    } ]"""
        .formatted(id);
  }
}
