// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.kit;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.it.security.filters.HeaderUserFilter;
import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.FilterJar;
import io.sparklive.testkit.SparkVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two JVMs, as with {@code forkCount=2}, that start together with an empty build directory. */
@Tag("kit")
class SharedBuildDirectoryIT {
  private static final String RESULT = "FILLED ";
  private static final List<String> SETTINGS = List.of("sparklive.maven");

  @TempDir private Path target;

  @Test
  void isFilledOnceByTwoJvms() throws Exception {
    SparkVersion version = SparkVersion.newest();
    List<Process> jvms = new ArrayList<>();
    try {
      for (int i = 0; i < 2; i++) {
        jvms.add(start(version));
      }
      List<String> results = new ArrayList<>();
      for (Process jvm : jvms) {
        // Maven's downloads are printed there too.
        jvm.inputReader().lines().filter(line -> line.startsWith(RESULT)).forEach(results::add);
        assertThat(jvm.waitFor(3, TimeUnit.MINUTES)).isTrue();
        assertThat(jvm.exitValue()).isZero();
      }
      assertThat(results).hasSize(2);
      assertThat(results.get(0))
          .as("id of the application, and classes in the jar")
          .isEqualTo(results.get(1));
    } finally {
      jvms.forEach(Process::destroyForcibly);
    }
    assertThat(names(target.resolve("processes")))
        .filteredOn(name -> name.startsWith("driver-"))
        .hasSize(1);
    assertThat(names(target.resolve("processes")))
        .as("processes that make an archive of Spark's classes")
        .filteredOn(name -> name.startsWith("training-run-"))
        .hasSize(1);
    assertThat(names(target.resolve("filters")))
        .containsExactly(HeaderUserFilter.class.getPackageName() + "-" + version + ".jar");
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }

  private Process start(SparkVersion version) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dsparklive.target=" + target);
    SETTINGS.forEach(name -> command.add("-D" + name + "=" + System.getProperty(name)));
    command.addAll(
        List.of(
            "-cp", System.getProperty("java.class.path"), Filling.class.getName(), version.name()));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  /** Resolves Spark, runs the real application if it is the first, and makes a jar. */
  static final class Filling {
    private Filling() {}

    public static void main(String[] args) throws IOException {
      SparkVersion version = new SparkVersion(args[0]);
      String id = EventLogs.newDirectory("copy").copyOfReal(version);
      try (JarFile jar = new JarFile(FilterJar.of(version, HeaderUserFilter.class).toFile())) {
        System.out.println(RESULT + id + " " + jar.stream().count());
      }
    }
  }
}
