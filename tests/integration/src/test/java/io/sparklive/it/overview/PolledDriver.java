// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.overview;

import io.sparklive.testkit.driver.DriverConnection;
import io.sparklive.testkit.driver.FakeDriver;
import io.sparklive.testkit.driver.Response;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A fake driver with one job that makes progress, and the times at which it was polled. */
final class PolledDriver implements AutoCloseable {
  /** More than the filter may read. */
  private static final int ENORMOUS = 100 * 1024 * 1024;

  private static final int TASKS = 1000;

  /** The way in which it responds to the poll of running jobs. */
  enum Manner {
    /** At once. */
    PROMPT,
    /** At once the first time, and then never. */
    FALLS_SILENT,
    /** Never. */
    SILENT,
    /** With too many bytes. */
    ENORMOUS,
    /** With JSON that is no list of jobs. */
    NONSENSE
  }

  private final Manner manner;
  private final FakeDriver driver;
  private final long began = System.nanoTime();
  private final Queue<Long> polls = new ConcurrentLinkedQueue<>();

  PolledDriver(String id, Manner manner) {
    this.manner = manner;
    driver = new FakeDriver(id);
    driver.respond(driver.application().path() + "/jobs", this::respondWithJobs);
  }

  String id() {
    return driver.application().id();
  }

  Manner manner() {
    return manner;
  }

  String address() {
    return driver.address();
  }

  /** The times of the polls of its running jobs, in nanoseconds of this machine's clock. */
  List<Long> polls() {
    return List.copyOf(polls);
  }

  @Override
  public void close() {
    driver.close();
  }

  private void respondWithJobs(DriverConnection connection) throws IOException {
    Response jobs = Response.json("[ " + job() + " ]");
    if (!connection.request().target().endsWith("?status=running")) {
      connection.respond(jobs);
      return;
    }
    polls.add(System.nanoTime());
    switch (manner) {
      case PROMPT -> connection.respond(jobs);
      case NONSENSE -> connection.respond(Response.json("{}"));
      case ENORMOUS -> sendEnormously(connection);
      case FALLS_SILENT -> {
        if (polls.size() > 1) {
          connection.awaitClose();
        } else {
          connection.respond(jobs);
        }
      }
      case SILENT -> connection.awaitClose();
    }
  }

  private static void sendEnormously(DriverConnection connection) throws IOException {
    connection.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n");
    connection.write("Content-Length: " + ENORMOUS + "\r\n\r\n");
    String some = "[".repeat(64 * 1024);
    for (int sent = 0; sent < ENORMOUS; sent += some.length()) {
      connection.write(some);
    }
  }

  /** One task completes each tenth of a second. */
  private String job() {
    int done = (int) Math.min(TASKS, (System.nanoTime() - began) / 100_000_000);
    return """
        { "jobId" : 3, "name" : "count at %s", "status" : "RUNNING", "numTasks" : %d,
          "numActiveTasks" : 2, "numCompletedTasks" : %3$d, "numCompletedIndices" : %3$d,
          "numSkippedTasks" : 0, "numFailedTasks" : 0, "numKilledTasks" : 0 }"""
        .formatted(id(), TASKS, done);
  }
}
