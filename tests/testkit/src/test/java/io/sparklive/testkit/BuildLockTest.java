// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("kit")
class BuildLockTest {
  private static final int TIMES = 200;
  private static final int THREADS = 2;
  private static final int JVMS = 2;

  @TempDir private Path directory;

  @Test
  void excludesOtherJvmsAndTheirThreads() throws Exception {
    Path counter = Files.writeString(directory.resolve("counter"), "0");
    List<Process> jvms = new ArrayList<>();
    try {
      for (int i = 0; i < JVMS; i++) {
        jvms.add(start(Counting.class, counter));
      }
      for (Process jvm : jvms) {
        assertThat(jvm.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(jvm.exitValue()).isZero();
      }
    } finally {
      jvms.forEach(Process::destroyForcibly);
    }
    assertThat(counter).hasContent(Integer.toString(JVMS * THREADS * TIMES));
  }

  @Test
  void isReleasedWhenItsJvmIsKilled() throws Exception {
    Path held = directory.resolve("held");
    Process owner = start(Holding.class, held);
    try {
      await().atMost(Duration.ofSeconds(60)).until(() -> Files.exists(held));
      Process next = start(Counting.class, Files.writeString(directory.resolve("counter"), "0"));
      try {
        assertThat(next.waitFor(1, TimeUnit.SECONDS)).as("ends while the lock is held").isFalse();
        owner.destroyForcibly();
        assertThat(next.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(next.exitValue()).isZero();
      } finally {
        next.destroyForcibly();
      }
    } finally {
      owner.destroyForcibly();
    }
  }

  @Test
  void isReentrant() throws IOException {
    String name = UUID.randomUUID().toString();
    assertThat(BuildLock.holding(name, () -> BuildLock.holding(name, () -> "done")))
        .isEqualTo("done");
  }

  @Test
  void isReleasedWhenTheActionFails() throws IOException {
    String name = UUID.randomUUID().toString();
    assertThatThrownBy(
            () ->
                BuildLock.holding(
                    name,
                    () -> {
                      throw new IOException("failed");
                    }))
        .hasMessage("failed");
    assertThat(BuildLock.holding(name, () -> "done")).isEqualTo("done");
  }

  private Process start(Class<?> program, Path file) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Dsparklive.target=" + directory,
            "-cp",
            System.getProperty("java.class.path"),
            program.getName(),
            file.toString())
        .inheritIO()
        .start();
  }

  /** Adds to the number in a file, in several threads: an addition takes two steps. */
  static final class Counting {
    private Counting() {}

    public static void main(String[] args) throws Exception {
      Path counter = Path.of(args[0]);
      ExecutorService threads = Executors.newFixedThreadPool(THREADS);
      List<Future<?>> all = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        all.add(threads.submit(() -> add(counter)));
      }
      for (Future<?> one : all) {
        one.get();
      }
      threads.shutdown();
    }

    private static Void add(Path counter) throws IOException {
      for (int i = 0; i < TIMES; i++) {
        Path unused =
            BuildLock.holding(
                "lock",
                () -> {
                  int before = Integer.parseInt(Files.readString(counter));
                  return Files.writeString(counter, Integer.toString(before + 1));
                });
      }
      return null;
    }
  }

  /** Takes the lock, makes a file and never ends. */
  static final class Holding {
    private Holding() {}

    public static void main(String[] args) throws IOException {
      BuildLock.holding(
          "lock",
          () -> {
            Files.createFile(Path.of(args[0]));
            Thread thread = Thread.currentThread();
            while (thread.isAlive()) {
              LockSupport.park();
            }
            return "";
          });
    }
  }
}
