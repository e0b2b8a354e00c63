// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The WAR in a stock servlet container in a JVM of its own, on 127.0.0.1 and by default a free
 * port.
 */
public final class ServletContainer implements WebServer, AutoCloseable {

  private static final Pattern LISTENING = Pattern.compile("^LISTENING (\\d+)$", Pattern.MULTILINE);

  private final JvmProcess process;
  private final URI uri;

  private ServletContainer(JvmProcess process, int port, String contextPath) {
    this.process = process;
    this.uri = URI.create("http://127.0.0.1:" + port + contextPath);
  }

  /** A container of that kind for the WAR that the build made. */
  public static Builder builder(ContainerKind kind) {
    return new Builder(kind);
  }

  /** The address of the WAR: with its context path, if it has one. */
  @Override
  public URI uri() {
    return uri;
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** Its output so far, standard error too. */
  public String log() {
    return process.log();
  }

  /** The file of its output; it remains after the end. */
  public Path logFile() {
    return process.logFile();
  }

  /** Ends it (SIGTERM), and waits until it is gone. */
  @Override
  public void close() {
    process.end();
  }

  /** Describes a container; may be used for several, one after the other. */
  public static final class Builder {

    private final ContainerKind kind;
    private final Map<String, String> systemProperties = new TreeMap<>();
    private final Map<String, String> environment = new TreeMap<>();
    private final List<String> jvmOptions = new ArrayList<>(SparkProcessBuilder.QUICK_START);
    private Optional<Path> war = Optional.empty();
    private int port;
    private String contextPath = "";

    private Builder(ContainerKind kind) {
      this.kind = kind;
    }

    /** Deploys another WAR than that of the build. */
    public Builder war(Path file) {
      war = Optional.of(file);
      return this;
    }

    /** Listens on that port; 0 for any free port. */
    public Builder port(int port) {
      this.port = port;
      return this;
    }

    /** Deploys the WAR at this context path, such as {@code /spark}. */
    public Builder contextPath(String path) {
      contextPath = path;
      return this;
    }

    /** Sets a parameter of the filter, as a system property. */
    public Builder parameter(String name, String value) {
      return systemProperty(WarDeployment.PARAMETERS + name, value);
    }

    /** Sets a system property. */
    public Builder systemProperty(String name, String value) {
      systemProperties.put(name, value);
      return this;
    }

    /** Sets an environment variable. */
    public Builder environment(String name, String value) {
      environment.put(name, value);
      return this;
    }

    /** Adds options of the JVM; a later one wins. */
    public Builder jvmOptions(List<String> options) {
      jvmOptions.addAll(options);
      return this;
    }

    /**
     * Starts it and waits until the WAR reports that it runs. As with a History Server, discovery
     * may finish later.
     *
     * @throws IllegalStateException if that takes more than two minutes, with the end of its log
     */
    public ServletContainer start() {
      JvmProcess process = launch();
      ServletContainer container =
          new ServletContainer(process, process.awaitPort(LISTENING), contextPath);
      if (container.get("/healthz").statusCode() != 200) {
        process.kill();
        throw process.failure("is not well");
      }
      return container;
    }

    /**
     * Starts a container whose start must fail, and waits until it has ended.
     *
     * @throws IllegalStateException if it has not ended within two minutes; it is killed then
     */
    public HistoryServerProcess.Exit startAndExpectExit() {
      JvmProcess process = launch();
      return new HistoryServerProcess.Exit(process.awaitFailedStart(), process.log());
    }

    private JvmProcess launch() {
      String name = kind.toString();
      List<Path> classPath = new ArrayList<>(kind.classPath());
      classPath.add(Programs.directory(kind.mainClass(), ParentWatchdog.class.getName()));
      List<String> options = new ArrayList<>(List.of("-Xmx512m"));
      options.addAll(jvmOptions);
      systemProperties.forEach((key, value) -> options.add("-D" + key + "=" + value));
      return JvmProcess.start(
          new JvmCommand(
              name,
              BuildDirectory.forProcess(name),
              classPath,
              options,
              ParentWatchdog.class.getName(),
              List.of(
                  kind.mainClass(),
                  war.orElseGet(() -> Path.of(BuildSetting.of("sparklive.war"))).toString(),
                  Integer.toString(port),
                  contextPath),
              Map.copyOf(environment)));
    }
  }
}
