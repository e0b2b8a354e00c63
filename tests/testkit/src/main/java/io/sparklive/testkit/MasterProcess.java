// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Master of a standalone cluster in its own JVM, on 127.0.0.1 and free ports. */
public final class MasterProcess implements WebServer, AutoCloseable {
  private static final Pattern BOUND =
      Pattern.compile("Successfully started service 'MasterUI' on port (\\d+)");

  private static final Pattern ADDRESS = Pattern.compile("Starting Spark master at (spark://\\S+)");

  private final JvmProcess process;
  private final URI uri;

  private MasterProcess(JvmProcess process, int port) {
    this.process = process;
    this.uri = URI.create("http://127.0.0.1:" + port);
  }

  /** A Master of that version. */
  public static Builder builder(SparkVersion version) {
    return new Builder(version);
  }

  @Override
  public URI uri() {
    return uri;
  }

  /** The address for {@code spark.master}. */
  public String address() {
    Matcher address = ADDRESS.matcher(log());
    if (!address.find()) {
      throw process.failure("has no address");
    }
    return address.group(1);
  }

  /** Its output so far, standard error too. */
  public String log() {
    return process.log();
  }

  /** Ends it, and waits until it is gone. */
  @Override
  public void close() {
    process.end();
  }

  /** Describes a Master. */
  public static final class Builder extends SparkProcessBuilder<Builder> {
    private Builder(SparkVersion version) {
      super(version);
    }

    @Override
    Builder self() {
      return this;
    }

    /** Puts the plugin's jar for this version on the class path; a property activates it. */
    public Builder plugin() {
      return classPath(version.pluginJar());
    }

    /**
     * Starts it and waits until its UI listens.
     *
     * @throws IllegalStateException if it ends instead, with the end of its log
     */
    public MasterProcess start() {
      String name = "master-" + version;
      Path home = BuildDirectory.forProcess(name);
      JvmProcess process =
          JvmProcess.start(
              command(
                  name,
                  home,
                  List.of("-Xmx512m"),
                  ParentWatchdog.class.getName(),
                  List.of(
                      "org.apache.spark.deploy.master.Master",
                      "--host",
                      "127.0.0.1",
                      "--port",
                      "0",
                      "--webui-port",
                      "0",
                      "--properties-file",
                      propertiesFile(home).toString())));
      return new MasterProcess(process, process.awaitPort(BOUND));
    }
  }
}
