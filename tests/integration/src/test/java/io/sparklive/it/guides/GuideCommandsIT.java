// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.guides;

import io.sparklive.testkit.SparkVersion;
import io.sparklive.testkit.driver.DriverConnection;
import io.sparklive.testkit.driver.FakeDriver;
import io.sparklive.testkit.driver.Response;
import io.sparklive.testkit.driver.RunningApplication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the commands of all guides, except those with a reason why they cannot run here. One of them
 * starts a History Server of a Spark distribution.
 */
@Tag("docs")
class GuideCommandsIT {
  @TempDir Path directory;

  @TestFactory
  Stream<DynamicTest> runsCommandsOfEachGuide() {
    return Document.all().stream()
        .filter(document -> document.blocks().stream().anyMatch(CodeBlock::isRun))
        .map(document -> DynamicTest.dynamicTest(document.name(), () -> run(document)));
  }

  private void run(Document guide) throws Exception {
    Path home = directory.resolve(guide.name().replace('/', '-'));
    Ports ports = Ports.free();
    Map<String, String> environment = new HashMap<>();
    if (guide.blocks().stream().anyMatch(b -> b.isRun() && b.text().contains("SPARK_HOME"))) {
      environment.putAll(spark(home.resolveSibling(home.getFileName() + "-spark")));
    }
    RunningApplication application =
        RunningApplication.of("app-20261121000000-0001").withName("An application that runs");
    try (FakeDriver driver = new FakeDriver(application, ports.driver());
        GuideRun run = new GuideRun(home, ports, environment)) {
      driver.respondToAllButList(GuideCommandsIT::respond);
      run.run(guide.blocks());
    }
  }

  private static void respond(DriverConnection connection) throws IOException {
    String path = connection.request().path();
    if (path.endsWith("/jobs")) {
      connection.respond(Response.json("[ { \"jobId\" : 0, \"status\" : \"RUNNING\" } ]"));
    } else if (path.endsWith("/executors")) {
      connection.respond(Response.json("[ { \"id\" : \"driver\", \"isActive\" : true } ]"));
    } else {
      connection.respond(
          path.startsWith("/api/")
              ? Response.of(404, "")
              : Response.of(200, "<h1>Spark Jobs</h1>"));
    }
  }

  private static Map<String, String> spark(Path home) throws IOException {
    SparkVersion version = new SparkVersion(System.getProperty("sparklive.guides.spark"));
    SparkDistribution.unpackTo(home, version);
    return Map.of(
        "SPARK_HOME",
        home.toString(),
        "SPARK_PID_DIR",
        Files.createDirectories(home.resolve("pids")).toString(),
        "SPARK_LOCAL_IP",
        "127.0.0.1",
        "SPARK_DAEMON_MEMORY",
        "512m");
  }
}
