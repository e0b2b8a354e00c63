// SPDX-License-Identifier: Apache-2.0
package io.sparklive.demo;

import static org.awaitility.Awaitility.await;

import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkClassPath;
import io.sparklive.testkit.SparkVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A History Server with the plugin, a completed application, and a running one without an event
 * log, on this machine.
 *
 * <p>The system property {@code demo.port} is the History Server's port, by default 18080.
 * Everything ends with this JVM.
 */
public final class Demo {

  private static final String FILTER = "io.sparklive.LiveHistoryFilter";

  private final SparkVersion version = SparkVersion.newest();
  private final int port;
  private volatile boolean interrupted;

  private Demo(int port) {
    this.port = port;
  }

  /** Runs until it is interrupted; exits with 1 if that is not possible. */
  public static void main(String[] args) {
    try {
      Demo demo = new Demo(Integer.getInteger("demo.port", 18080));
      demo.checkPortIsFree();
      demo.run();
    } catch (IllegalStateException | UncheckedIOException | ConditionTimeoutException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  private void checkPortIsFree() {
    try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      free.setReuseAddress(true);
    } catch (IOException e) {
      throw new IllegalStateException(
          "Port %d is in use. Choose another one: mvn -q -Pdemo -Ddemo.port=%d verify"
              .formatted(port, port + 1),
          e);
    }
  }

  private void run() {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> interrupted = true, "interrupted"));
    say("Spark " + version + ": resolving its jars; the first time about 280 MB are downloaded.");
    SparkClassPath.of(version);
    Path eventLogs = EventLogs.newDirectory("demo").directory();
    String report = runDailySalesReport(eventLogs);
    DriverProcess clickstream = startClickstreamSessions();
    say("Starting the History Server.");
    HistoryServerProcess historyServer =
        HistoryServerProcess.builder(version, eventLogs)
            .asInProduction()
            .plugin()
            .property("spark.ui.filters", FILTER)
            .property("spark." + FILTER + ".param.discovery", "static")
            .property("spark." + FILTER + ".param.drivers", clickstream.address())
            .port(port)
            .start();
    await()
        .atMost(Duration.ofMinutes(1))
        .until(
            () -> historyServer.get("/api/v1/applications").body(),
            list -> list.contains(report) && list.contains(clickstream.applicationId()));
    say("");
    say(
        ("Open http://localhost:%d to see \"Daily sales report\", completed, and \"Clickstream"
                + " sessions\", running. Ctrl-C ends it.")
            .formatted(port));
    historyServer.awaitEnd();
    if (!interrupted) {
      throw new IllegalStateException("The History Server ended, see " + historyServer.logFile());
    }
  }

  /** Returns its application's id. */
  private String runDailySalesReport(Path eventLogs) {
    say("Running \"Daily sales report\" from start to end.");
    try (DriverProcess driver =
        DriverProcess.builder(version, "Daily sales report")
            .asInProduction()
            .user("grace")
            .eventLogDirectory(eventLogs)
            .start()) {
      driver.runJob("Read the orders of the day", 8, Duration.ofMillis(50));
      driver.runJob("Sum up by store", 4, Duration.ofMillis(100));
      driver.runJob("Write the report", 1, Duration.ofMillis(200));
      driver.stop();
      return driver.applicationId();
    }
  }

  private DriverProcess startClickstreamSessions() {
    say(
        "Starting \"Clickstream sessions\", which runs until the end of the demo and writes no"
            + " event log.");
    DriverProcess driver =
        DriverProcess.builder(version, "Clickstream sessions").asInProduction().user("ada").start();
    Thread life = new Thread(() -> runJobsUntilItEnds(driver), "clickstream");
    life.setDaemon(true);
    life.start();
    return driver;
  }

  private static void runJobsUntilItEnds(DriverProcess driver) {
    for (int batch = 1; driver.isAlive(); batch++) {
      try {
        driver.runJob("Read batch " + batch + " of the clicks", 12, Duration.ofMillis(500));
        driver.runJob("Join batch " + batch + " into sessions", 40, Duration.ofMillis(700));
      } catch (IllegalStateException e) {
        // A user clicked the kill link on its page, or the driver has ended.
      }
    }
  }

  private static void say(String line) {
    System.out.println(line);
  }
}
