// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/**
 * A real S3 server (S3Proxy over a directory) in its own JVM, on 127.0.0.1 and a free port, with
 * one bucket for event logs. Writes need its credentials.
 */
public final class ObjectStoreProcess implements WebServer, AutoCloseable {
  private static final Duration TIME_TO_START = Duration.ofMinutes(2);
  private static final String BUCKET = "events";
  // Spark 3.5 cannot use the root of a bucket for its logs: to Hadoop 3.3 that is not absolute.
  private static final String DIRECTORY = "logs";
  private static final String ACCESS_KEY = "event-logs";
  private static final String SECRET_KEY = "not-a-secret";
  private static final Pattern BOUND =
      Pattern.compile("Started \\S*ServerConnector@.*\\{127\\.0\\.0\\.1:(\\d+)}");
  private static final Pattern KEY = Pattern.compile("<Key>([^<]*)</Key>");

  private final JvmProcess process;
  private final URI uri;

  private ObjectStoreProcess(JvmProcess process, String port) {
    this.process = process;
    this.uri = URI.create("http://127.0.0.1:" + port);
  }

  /**
   * Starts it and waits until it listens.
   *
   * @throws IllegalStateException if it ends instead, with the end of its log
   */
  public static ObjectStoreProcess start() {
    Path home = BuildDirectory.forProcess("object-store");
    List<Path> jars = new ArrayList<>(ObjectStoreClassPath.ofServer());
    jars.add(SparkProcessBuilder.directoryOfPrograms());
    JvmProcess process =
        JvmProcess.start(
            new JvmCommand(
                "object-store",
                home,
                jars,
                List.of(
                    "-Xmx256m",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "-Dlogback.configurationFile=" + logging(home)),
                ParentWatchdog.class.getName(),
                List.of("org.gaul.s3proxy.Main", "--properties", settings(home)),
                Map.of()));
    Awaitility.await()
        .atMost(TIME_TO_START)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> BOUND.matcher(process.log()).find() || !process.isAlive());
    Matcher bound = BOUND.matcher(process.log());
    if (!bound.find()) {
      throw process.failure("ended while it started");
    }
    return new ObjectStoreProcess(process, bound.group(1));
  }

  @Override
  public URI uri() {
    return uri;
  }

  /** The address of the event logs, for Spark. */
  public String eventLogs() {
    return "s3a://" + BUCKET + "/" + DIRECTORY;
  }

  /** The settings of a Spark process for it. */
  public Map<String, String> properties() {
    return Map.of(
        "spark.hadoop.fs.s3a.endpoint",
        uri.toString(),
        "spark.hadoop.fs.s3a.path.style.access",
        "true",
        "spark.hadoop.fs.s3a.access.key",
        ACCESS_KEY,
        "spark.hadoop.fs.s3a.secret.key",
        SECRET_KEY,
        // In the process's own directory: the default is one for all, in /tmp.
        "spark.hadoop.fs.s3a.buffer.dir",
        "tmp/s3a");
  }

  /** The keys of all objects in the bucket, without hidden ones. */
  public List<String> keys() {
    return KEY.matcher(get("/" + BUCKET + "?list-type=2").body())
        .results()
        .map(key -> key.group(1))
        .toList();
  }

  /** Stops the process (SIGSTOP): writes to it wait. */
  public void pause() {
    process.signal("-STOP");
  }

  /** Continues the process (SIGCONT). */
  public void resume() {
    process.signal("-CONT");
  }

  /** Kills it, and waits until it is gone. */
  @Override
  public void close() {
    process.kill();
  }

  private static String settings(Path home) {
    try {
      Path bucket = home.resolve("data").resolve(BUCKET);
      // A directory exists only if there is an object in it.
      Files.createFile(Files.createDirectories(bucket.resolve(DIRECTORY)).resolve(".keep"));
      return Files.writeString(
              home.resolve("s3proxy.conf"),
              """
              s3proxy.endpoint=http://127.0.0.1:0
              s3proxy.authorization=aws-v2-or-v4
              s3proxy.identity=%s
              s3proxy.credential=%s
              jclouds.provider=filesystem-nio2
              jclouds.filesystem.basedir=%s
              """
                  .formatted(ACCESS_KEY, SECRET_KEY, bucket.getParent()))
          .toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Without this configuration, it logs everything. */
  private static Path logging(Path home) {
    try {
      return Files.writeString(
          home.resolve("logback.xml"),
          """
          <configuration>
            <appender name="OUT" class="ch.qos.logback.core.ConsoleAppender">
              <encoder><pattern>%d %-5level %logger{0} %msg%n</pattern></encoder>
            </appender>
            <root level="INFO"><appender-ref ref="OUT"/></root>
          </configuration>
          """);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
