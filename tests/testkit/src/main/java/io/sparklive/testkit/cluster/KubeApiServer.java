// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.awaitility.Awaitility;

/**
 * A real Kubernetes API server for one test, which can stop and kill it. It runs on 127.0.0.1 with
 * an etcd. Its port, its certificates and the administrator's token stay the same.
 */
public final class KubeApiServer implements AutoCloseable {
  private static final String SCRIPTS = "kubernetes.test.apiserver";

  private final TemporaryDirectory temporary = new TemporaryDirectory();
  private final Path directory = temporary.path();
  private final Path scripts;
  private final Path kubeconfig;

  private KubeApiServer(Path scripts) {
    this.scripts = scripts;
    Runtime.getRuntime().addShutdownHook(new Thread(this::endBoth));
    kubeconfig = Path.of(run(scripts.resolve("start").toString(), directory.toString()));
  }

  /**
   * The folder with the scripts {@code start DIRECTORY [PORT]}, which prints the kubeconfig, and
   * {@code stop DIRECTORY}. Empty without {@code -Dkubernetes.test.apiserver}.
   */
  public static Optional<Path> scripts() {
    return Optional.of(System.getProperty(SCRIPTS, "")).filter(s -> !s.isBlank()).map(Path::of);
  }

  /** Starts a server, which takes about ten seconds. */
  public static KubeApiServer start() {
    return new KubeApiServer(
        scripts().orElseThrow(() -> new IllegalStateException("no -D" + SCRIPTS)));
  }

  /** The cluster of this server. Its files are deleted with it, or with this server. */
  public RealCluster cluster() {
    return new RealCluster(kubeconfig, new TemporaryDirectory(temporary.path()));
  }

  /** A kubeconfig whose only context, {@code test}, may do everything. */
  public Path kubeconfig() {
    return kubeconfig;
  }

  /** Stops the process (SIGSTOP): connections stay open, and no bytes arrive any more. */
  public void pause() {
    signal("STOP", "api");
  }

  /** Continues the stopped process. */
  public void resume() {
    signal("CONT", "api");
  }

  /** Kills the process. */
  public void kill() {
    end("api");
  }

  /** Kills the processes if they run, and starts them again with the same content. */
  public void restart() {
    endBoth();
    startAgain();
  }

  /** Kills the processes if they run, and starts them empty; versions start anew. */
  public void restartWithNewHistory() {
    endBoth();
    TemporaryDirectory.delete(directory.resolve("etcd"));
    startAgain();
  }

  @Override
  public void close() {
    endBoth();
    temporary.close();
  }

  private void endBoth() {
    end("api");
    end("etcd");
  }

  private void startAgain() {
    int port = ApiAccess.of(kubeconfig).server().getPort();
    run(scripts.resolve("start").toString(), directory.toString(), Integer.toString(port));
  }

  private void end(String process) {
    OptionalLong pid = pid(process);
    if (pid.isPresent() && isRunning(pid.getAsLong())) {
      signal("KILL", process);
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> !isRunning(pid.getAsLong()));
    }
  }

  private void signal(String signal, String process) {
    run("kill", "-" + signal, Long.toString(pid(process).orElseThrow()));
  }

  /** The process that was started last; empty before the first start. */
  private OptionalLong pid(String process) {
    Path file = directory.resolve(process + ".pid");
    try {
      return Files.exists(file)
          ? OptionalLong.of(Long.parseLong(Files.readString(file).trim()))
          : OptionalLong.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A process that has ended, and whose parent has not collected its status, has no command. */
  private static boolean isRunning(long pid) {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .flatMap(process -> process.info().command())
        .isPresent();
  }

  private static String run(String... command) {
    try {
      Process process = new ProcessBuilder(command).start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8).trim();
      String errors = new String(process.getErrorStream().readAllBytes(), UTF_8);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(String.join(" ", command) + ": " + errors);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
