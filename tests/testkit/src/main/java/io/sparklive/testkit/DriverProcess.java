// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A real driver with two cores in its own JVM, on 127.0.0.1: a running application that executes
 * commands of a test.
 *
 * <p>Its output is in a directory of its own under {@code target/processes}. It never outlives the
 * JVM that started it. It executes commands one after the other: one thread at a time may send
 * them.
 */
public final class DriverProcess implements WebServer, AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final JvmProcess process;
  private final CommandChannel channel;
  private final String applicationId;
  private final int port;

  private DriverProcess(JvmProcess process) {
    this.process = process;
    channel = new CommandChannel(process, "DRIVER|DONE|FAILED|STARTED");
    String[] introduction = channel.next("starting", PATIENCE).split(" ", 3);
    applicationId = introduction[1];
    port = Integer.parseInt(introduction[2]);
  }

  /** A driver of that version for an application of that name, with a UI on any free port. */
  public static Builder builder(SparkVersion version, String applicationName) {
    return new Builder(version, applicationName);
  }

  /** The id that Spark assigned to its application. */
  public String applicationId() {
    return applicationId;
  }

  /**
   * The HTTP port of its UI; with {@code spark.ssl.ui.enabled} the port that redirects.
   *
   * @throws IllegalStateException if it was started without a UI
   */
  public int port() {
    if (port < 0) {
      throw new IllegalStateException("The driver has no UI: " + applicationId);
    }
    return port;
  }

  /** Host and port, in the form of the parameter {@code drivers}: {@code 127.0.0.1:4040}. */
  public String address() {
    return "127.0.0.1:" + port();
  }

  @Override
  public URI uri() {
    return URI.create("http://" + address());
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** Whether the process exists; a paused process does. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Its log so far. */
  public String log() {
    return process.log();
  }

  /**
   * Runs a job and waits for its end.
   *
   * @throws IllegalStateException if the job fails or is killed, or the driver ends
   */
  public void runJob(String description, int tasks, Duration perTask) {
    String result =
        sendJob("job", description, tasks, perTask, PATIENCE.plus(perTask.multipliedBy(tasks)));
    if (!result.equals("DONE")) {
      throw new IllegalStateException("The job \"" + description + "\": " + result);
    }
  }

  /**
   * Starts a job and returns at once; the driver's own pages show it a moment later.
   *
   * @throws IllegalStateException if the driver has ended
   */
  public void startJob(String description, int tasks, Duration perTask) {
    sendJob("background", description, tasks, perTask, PATIENCE);
  }

  /**
   * Starts a job whose tasks take all of its two cores, and returns at once.
   *
   * @throws IllegalStateException if the driver has ended
   */
  public void startBurning(String description, Duration time) {
    sendJob("burn", description, 2, time, PATIENCE);
  }

  /**
   * Sends a command that its {@linkplain Builder#program own program} reads, and waits until that
   * program has started it.
   *
   * @throws IllegalStateException if the driver has ended
   */
  public void start(String command) {
    channel.request(command, PATIENCE);
  }

  /** Stops the application as its program would, and waits until the process is gone. */
  public void stop() {
    channel.send("stop");
    if (!process.awaitEnd(PATIENCE)) {
      process.kill();
      throw process.failure("did not stop");
    }
    process.end();
  }

  /** Kills the process (SIGKILL), a paused one too, and waits until it is gone. */
  public void kill() {
    process.kill();
  }

  /** Stops the process (SIGSTOP): connections to it are accepted and stay silent. */
  public void pause() {
    process.signal("-STOP");
  }

  /** Continues the process (SIGCONT). */
  public void resume() {
    process.signal("-CONT");
  }

  /** Kills the process if it still runs, and waits until it is gone. */
  @Override
  public void close() {
    process.kill();
  }

  private String sendJob(
      String command, String description, int tasks, Duration perTask, Duration patience) {
    return channel.request(
        "%s %d %d %s".formatted(command, tasks, perTask.toMillis(), description), patience);
  }

  /** Describes a driver; may be used for several. */
  public static final class Builder extends SparkProcessBuilder<Builder> {

    private String program = LiveDriver.class.getName();

    private Builder(SparkVersion version, String applicationName) {
      super(version);
      property("spark.app.name", applicationName);
      // A fixed port is that port or a failure, never the next free one.
      property("spark.port.maxRetries", "0");
      uiPort(0);
    }

    @Override
    Builder self() {
      return this;
    }

    /** The port of its UI; 0 for any free port. */
    public Builder uiPort(int port) {
      return property("spark.ui.port", Integer.toString(port));
    }

    /** The user in Spark's list. */
    public Builder user(String user) {
      return environment("SPARK_USER", user);
    }

    /** Writes an event log into that directory; without this call there is none. */
    public Builder eventLogDirectory(Path directory) {
      return property("spark.eventLog.enabled", "true")
          .property("spark.eventLog.dir", directory.toUri().toString());
    }

    /** Writes an event log into that object store. */
    public Builder eventLogsIn(ObjectStoreProcess store) {
      return property("spark.eventLog.enabled", "true")
          .property("spark.eventLog.dir", store.eventLogs())
          .objectStore(store);
    }

    /**
     * Shows content on every tab of its UI, and no number changes. Its only commands are {@link
     * #startJob} and {@link #stop}. It has the parts of {@link BusyProgram} that this version has.
     *
     * @param suffix added to all names that users can choose: of a job, a query, a session and an
     *     error
     */
    public Builder busy(String suffix) {
      program = BusyProgram.MAIN_CLASS;
      jvmOptions("-Xmx1g");
      // Not a property: Spark's environment page shows all properties, and that of 4.2 shows them
      // raw.
      environment("BUSY_SUFFIX", suffix);
      return properties(BusyProgram.properties(version))
          .classPath(BusyProgram.classPath(version).toArray(Path[]::new));
    }

    /**
     * Runs this program instead, compiled against this version. Like {@link LiveDriver}, it prints
     * {@code DRIVER}, and {@code STARTED} for each command.
     *
     * @param mainClass the name of its class
     * @param source its text
     */
    public Builder program(String mainClass, String source) {
      program = mainClass;
      String file = mainClass.substring(mainClass.lastIndexOf('.') + 1) + ".java";
      return classPath(SparkProgram.compile(version, Map.of(file, source), List.of()));
    }

    /**
     * Starts it and waits until its application runs.
     *
     * @throws IllegalStateException if that takes more than two minutes, with the end of its log
     */
    public DriverProcess start() {
      String name = "driver-" + version;
      List<String> options = new ArrayList<>(List.of("-Xmx512m"));
      properties.forEach((key, value) -> options.add("-D" + key + "=" + value));
      JvmProcess process =
          JvmProcess.startInteractive(
              command(name, BuildDirectory.forProcess(name), options, program, List.of()));
      try {
        return new DriverProcess(process);
      } catch (IllegalStateException e) {
        process.kill();
        throw e;
      }
    }
  }
}
