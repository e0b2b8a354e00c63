// SPDX-License-Identifier: Apache-2.0
package io.sparklive.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.sparklive.testkit.BuildDirectory;
import io.sparklive.testkit.InstalledPrograms;
import io.sparklive.testkit.ProjectFiles;
import java.io.IOException;
import java.lang.module.ModuleDescriptor.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Runs the unit tests of the pages' modules in {@code src/test/javascript} with the test runner of
 * Node.js. If Node.js is not installed, this test is skipped. If the environment variable {@code
 * CI} is set, it fails instead.
 *
 * <p>{@code filter-core/package.json} makes Node.js read the scripts as ES modules, as the page
 * does. Without it, Node.js 18 reads them as CommonJS and fails.
 */
class RunningScriptTest {
  /** Before it, the test runner reads the output of tests as text, and fails at some characters. */
  private static final Version OLDEST = Version.parse("18.19.0");

  private static final String HOW_TO_INSTALL =
      "No Node.js: the tests of the pages' modules need node "
          + OLDEST
          + " or later on the PATH. On Debian: apt-get install nodejs";

  private static final Path TESTS = ProjectFiles.at("filter-core", "src", "test", "javascript");

  @Test
  void passesItsTestsInNode() throws Exception {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(node(), "--test", "--test-reporter=spec"));
    command.addAll(testFiles());

    Output output = run(command);

    assertThat(output.status).as(output.text).isZero();
    // Node.js succeeds without a test as well.
    assertThat(output.text).containsPattern("pass [1-9]").contains("skipped 0", "todo 0");
  }

  @Test
  void parsesWhatBrowsersLoad(@TempDir Path directory) throws Exception {
    String script = JoinedModules.of("running.js", JoinedModulesTest::source);
    Path file = Files.writeString(directory.resolve("running.mjs"), script);

    Output output = run(List.of(node(), "--check", file.toString()));

    assertThat(output.status).as(output.text).isZero();
  }

  private static String node() throws IOException, InterruptedException {
    Optional<Path> node = InstalledPrograms.find("node");
    String version = node.isPresent() ? run(List.of(node.get().toString(), "--version")).text : "";
    if (!isSupported(version)) {
      skipOrFail(version.isBlank() ? "" : " Found: " + version.strip());
    }
    return node.orElseThrow().toString();
  }

  @ParameterizedTest
  @CsvSource({
    "v18.19.0, true",
    "v18.20.4, true",
    "v20.0.0, true",
    "v100.1.0, true",
    "v18.18.2, false",
    "v16.20.2, false",
    "v9.11.2, false",
    "'', false",
    "not a version, false"
  })
  void requiresNode18(String version, boolean supported) {
    assertThat(isSupported(version + "\n")).isEqualTo(supported);
  }

  private static boolean isSupported(String version) {
    return version.strip().matches("v\\d+[.]\\d+[.]\\d+.*")
        && Version.parse(version.strip().substring(1)).compareTo(OLDEST) >= 0;
  }

  private static void skipOrFail(String found) {
    String reason = HOW_TO_INSTALL + "." + found;
    if (System.getenv("CI") != null) {
      throw new IllegalStateException(reason);
    }
    // Maven reports the number of skipped tests, not the reasons.
    System.out.printf("RunningScriptTest is skipped. %s%n", reason);
    abort(reason);
  }

  /** Explicit names: versions of Node.js differ in which files they find in a directory. */
  private static List<String> testFiles() throws IOException {
    try (Stream<Path> files = Files.list(TESTS)) {
      return files.map(Path::toString).filter(name -> name.endsWith(".test.mjs")).sorted().toList();
    }
  }

  private record Output(int status, String text) {}

  private static Output run(List<String> command) throws IOException, InterruptedException {
    Path log = Files.createTempFile(BuildDirectory.at(""), "node-", ".log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      boolean ended = process.waitFor(2, TimeUnit.MINUTES);
      String text = Files.readString(log);
      assertThat(ended).as("%s does not end:%n%s", command, text).isTrue();
      return new Output(process.exitValue(), text);
    } finally {
      // The test runner has a process for each file.
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      Files.deleteIfExists(log);
    }
  }
}
