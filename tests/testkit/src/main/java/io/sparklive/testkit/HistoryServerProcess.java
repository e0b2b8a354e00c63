// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A real History Server in its own JVM, on 127.0.0.1 and by default a free port.
 *
 * <p>Its settings and output are in a directory of its own under {@code target/processes}. It never
 * outlives the JVM that started it.
 */
public final class HistoryServerProcess implements WebServer, AutoCloseable {

  /** The port, then the line that follows when all contexts, and so all filters, have started. */
  private static final Pattern BOUND =
      Pattern.compile(
          "Successfully started service 'HistoryServerUI' on port (\\d+).*Bound HistoryServer to",
          Pattern.DOTALL);

  private final JvmProcess process;
  private final URI uri;
  private final Optional<ServletContainer> front;

  private HistoryServerProcess(JvmProcess process, URI uri, Optional<ServletContainer> front) {
    this.process = process;
    this.uri = uri;
    this.front = front;
  }

  /** A History Server of that version, which scans the event logs of a directory every second. */
  public static Builder builder(SparkVersion version, Path eventLogDirectory) {
    return new Builder(version, eventLogDirectory);
  }

  @Override
  public URI uri() {
    return uri;
  }

  /** Its port. */
  public int port() {
    return uri.getPort();
  }

  /**
   * Whether it runs without the plugin, behind the WAR. Address, port and process id are then those
   * of the WAR, and its output follows that of the History Server.
   */
  public boolean isBehindWar() {
    return front.isPresent();
  }

  /** Its process id. */
  public long pid() {
    return front.map(ServletContainer::pid).orElseGet(process::pid);
  }

  /** Its output so far, standard error too. */
  public String log() {
    return process.log() + front.map(ServletContainer::log).orElse("");
  }

  /** The file of its output; it remains after the end. */
  public Path logFile() {
    return process.logFile();
  }

  /** Waits until the process has ended. */
  public void awaitEnd() {
    while (!process.awaitEnd(Duration.ofDays(1))) {
      // Still running.
    }
  }

  /** Ends it, as {@code stop-history-server.sh} does, and waits until it is gone. */
  @Override
  public void close() {
    front.ifPresent(ServletContainer::close);
    process.end();
  }

  /**
   * The end of a History Server, or of the WAR in front of it, that did not start.
   *
   * @param code its exit code
   * @param output its whole output
   */
  public record Exit(int code, String output) {}

  /** Describes a History Server; may be used for several, one after the other. */
  public static final class Builder extends SparkProcessBuilder<Builder> {

    private Optional<ContainerKind> front = Optional.empty();

    private Builder(SparkVersion version, Path eventLogDirectory) {
      super(version);
      property("spark.history.fs.logDirectory", eventLogDirectory.toUri().toString());
      property("spark.history.fs.update.interval", "1s");
      // A fixed port is that port or a failure, never the next free one.
      property("spark.port.maxRetries", "0");
      port(0);
    }

    @Override
    Builder self() {
      return this;
    }

    /** Listens on that port; 0 for any free port. */
    public Builder port(int port) {
      return property("spark.history.ui.port", Integer.toString(port));
    }

    /** Scans that object store instead of a directory. */
    public Builder eventLogsIn(ObjectStoreProcess store) {
      return property("spark.history.fs.logDirectory", store.eventLogs()).objectStore(store);
    }

    /**
     * Puts the plugin's jar for this version on the class path; a property activates it. If the
     * build demands the WAR, puts the WAR with its settings in front instead.
     */
    public Builder plugin() {
      front = ContainerKind.inFront();
      return front.isPresent() ? this : classPath(version.pluginJar());
    }

    /**
     * Starts it and waits until it responds over HTTP, with any status.
     *
     * @throws IllegalStateException if that takes more than two minutes, with the end of its log
     */
    public HistoryServerProcess start() {
      HistoryServerProcess server = startAlone();
      return front.map(kind -> startBehind(server, kind)).orElse(server);
    }

    /**
     * Starts a server whose start must fail, and waits until it has ended.
     *
     * @throws IllegalStateException if it has not ended within two minutes; it is killed then
     */
    public Exit startAndExpectExit() {
      if (front.isPresent()) {
        try (HistoryServerProcess behind = startAlone()) {
          return WarDeployment.before(behind, front.get(), this).startAndExpectExit();
        }
      }
      JvmProcess process = launch();
      return new Exit(process.awaitFailedStart(), process.log());
    }

    private HistoryServerProcess startBehind(HistoryServerProcess behind, ContainerKind kind) {
      try {
        ServletContainer container = WarDeployment.before(behind, kind, this).start();
        return new HistoryServerProcess(behind.process, container.uri(), Optional.of(container));
      } catch (IllegalStateException e) {
        behind.close();
        throw e;
      }
    }

    private HistoryServerProcess startAlone() {
      JvmProcess process = launch();
      URI uri = URI.create("http://127.0.0.1:" + process.awaitPort(BOUND));
      HistoryServerProcess server = new HistoryServerProcess(process, uri, Optional.empty());
      try {
        server.get("/");
        return server;
      } catch (UncheckedIOException e) {
        process.kill();
        IllegalStateException failure = process.failure("does not respond");
        failure.addSuppressed(e);
        throw failure;
      }
    }

    private JvmProcess launch() {
      String name = "history-server-" + version;
      Path home = BuildDirectory.forProcess(name);
      Map<String, String> own = front.isPresent() ? WarDeployment.behind(properties) : properties;
      return JvmProcess.start(
          command(
              name,
              home,
              List.of("-Xmx1g"),
              ParentWatchdog.class.getName(),
              List.of(
                  "org.apache.spark.deploy.history.HistoryServer",
                  "--properties-file",
                  propertiesFile(home, own).toString())));
    }
  }
}
