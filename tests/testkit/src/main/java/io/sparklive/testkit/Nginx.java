// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.awaitility.Awaitility;

/**
 * A real nginx in a process of its own, on 127.0.0.1 and a free port, with the configuration of a
 * test.
 *
 * <p>All its files are in a directory of its own under {@code target/processes}. It never outlives
 * the JVM that started it.
 */
public final class Nginx implements AutoCloseable {

  public static final String HOW_TO_INSTALL =
      "No nginx: these tests need it on the PATH. On Debian: apt-get install nginx-light";

  private static final String SURROUNDINGS =
      """
      daemon off;
      master_process off;
      pid nginx.pid;
      events { worker_connections 2048; }
      http {
        access_log access.log;
        client_body_temp_path tmp/body;
        proxy_temp_path tmp/proxy;
        fastcgi_temp_path tmp/fastcgi;
        uwsgi_temp_path tmp/uwsgi;
        scgi_temp_path tmp/scgi;
      %s
      }
      """;

  private static final Duration TIME_TO_START = Duration.ofSeconds(20);
  private static final int ATTEMPTS = 5;

  private final Path home;
  private final int port;
  private final Process process;

  private Nginx(Path home, int port, String servers) throws IOException {
    this.home = home;
    this.port = port;
    Files.writeString(home.resolve("nginx.conf"), SURROUNDINGS.formatted(servers));
    String nginx = find().orElseThrow(() -> new IllegalStateException(HOW_TO_INSTALL)).toString();
    process =
        ParentBoundProcess.process(
                List.of(nginx, "-e", "error.log", "-p", home + "/", "-c", "nginx.conf"))
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(home.resolve("output.log").toFile()))
            .start();
  }

  /** The path of nginx, if it is installed. */
  public static Optional<Path> find() {
    return InstalledPrograms.find("nginx");
  }

  /**
   * A new, empty directory for one server and the files that its configuration names. These names
   * are relative to it.
   */
  public static Path newHome() {
    return BuildDirectory.forProcess("nginx");
  }

  /**
   * Starts a server and waits until it listens.
   *
   * @param servers the content of {@code http}, for the port to listen on
   * @throws IllegalStateException if it does not listen, with nginx's errors about its
   *     configuration
   */
  public static Nginx start(Path home, IntFunction<String> servers) {
    for (int attempt = 1; ; attempt++) {
      int port = freePort();
      try {
        Nginx nginx = new Nginx(home, port, servers.apply(port));
        if (nginx.listens()) {
          return nginx;
        }
        nginx.close();
        // Another process may have taken the port meanwhile.
        if (attempt == ATTEMPTS || !nginx.log().contains("bind() to")) {
          throw new IllegalStateException("nginx does not start:\n" + nginx.log());
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Its address. */
  public int port() {
    return port;
  }

  /** Its process id. */
  public long pid() {
    try {
      return Long.parseLong(Files.readString(home.resolve("nginx.pid")).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends it, and waits until it is gone. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("nginx does not end: " + home);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for the end of nginx", e);
    }
  }

  /** nginx writes its id when it has bound its port, and errors to the log if it cannot. */
  private boolean listens() throws IOException {
    Path pid = home.resolve("nginx.pid");
    Awaitility.await()
        .atMost(TIME_TO_START)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> hasText(pid) || log().contains("[emerg] still could not bind") || isRefused());
    return hasText(pid);
  }

  private boolean isRefused() {
    return log().lines().anyMatch(line -> line.contains("[emerg]") && !line.contains("bind()"));
  }

  private static boolean hasText(Path file) throws IOException {
    return Files.exists(file) && Files.size(file) > 0;
  }

  private String log() {
    Path log = home.resolve("error.log");
    try {
      return Files.exists(log) ? Files.readString(log) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
