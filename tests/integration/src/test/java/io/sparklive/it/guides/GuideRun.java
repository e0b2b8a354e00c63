// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.guides;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs the commands of a guide, in order, in one shell. Its directory resembles the top of the
 * project, with links to the real files; {@code SPARK_HOME} is a Spark distribution. A block with
 * the mark {@code file: name} is written to that file when it is its turn. The usual {@link Ports}
 * become free ones, and {@code /tmp/} a directory of this run.
 */
final class GuideRun implements AutoCloseable {
  private static final long SECONDS = 300;
  // Every process that a guide starts inherits it, even after several forks.
  private static final String SIGN = "SPARKLIVE_GUIDE_RUN";

  private final String id = UUID.randomUUID().toString();
  private final Path directory;
  private final Ports ports;
  private final Map<String, String> environment;

  GuideRun(Path directory, Ports ports, Map<String, String> environment) throws IOException {
    this.directory = directory;
    this.ports = ports;
    this.environment = environment;
    Files.createDirectories(directory);
    try (Stream<Path> entries = Files.list(Document.ROOT)) {
      for (Path entry :
          entries.filter(e -> !e.endsWith(".git") && !e.endsWith("target")).toList()) {
        Files.createSymbolicLink(directory.resolve(entry.getFileName()), entry);
      }
    }
  }

  /**
   * Runs the commands.
   *
   * @throws AssertionError if a command fails, with its output
   */
  void run(List<CodeBlock> blocks) throws IOException, InterruptedException {
    Path log = directory.resolveSibling(directory.getFileName() + ".log");
    ProcessBuilder bash = new ProcessBuilder("bash", "-euo", "pipefail", "-c", script(blocks));
    bash.directory(directory.toFile());
    bash.environment().putAll(environment);
    bash.environment().put(SIGN, id);
    bash.redirectErrorStream(true);
    bash.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    bash.redirectOutput(log.toFile());
    Process process = bash.start();
    boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
    if (!ended || process.exitValue() != 0) {
      throw new AssertionError(
          "%s %s; its last block and its output:%n%s"
              .formatted(
                  blocks.get(0).document(),
                  ended ? "failed with " + process.exitValue() : "did not end in time",
                  Files.readString(log)));
    }
  }

  private String script(List<CodeBlock> blocks) {
    StringBuilder script = new StringBuilder();
    for (CodeBlock block : blocks) {
      if (block.isRun()) {
        script.append("echo '--- ").append(block.location()).append("'\n").append(block.text());
      } else {
        block.mark(CodeBlock.FILE).ifPresent(name -> script.append(writing(name, block.text())));
      }
    }
    return ports.in(script.toString()).replace("/tmp/", directory.toAbsolutePath() + "/tmp/");
  }

  private static String writing(String name, String text) {
    return "mkdir -p \"$(dirname \"%1$s\")\"%ncat > \"%1$s\" <<'END-OF-THE-FILE'%n%2$sEND-OF-THE-FILE%n"
        .formatted(name, text);
  }

  /** Ends all processes that are still running. */
  @Override
  public void close() {
    byte[] sign = (SIGN + "=" + id).getBytes(StandardCharsets.UTF_8);
    ProcessHandle.allProcesses()
        .filter(process -> hasIn(Path.of("/proc", String.valueOf(process.pid()), "environ"), sign))
        .forEach(ProcessHandle::destroyForcibly);
  }

  private static boolean hasIn(Path file, byte[] sign) {
    try {
      String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
      return text.contains(new String(sign, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return false; // Another user's, or gone by now.
    }
  }
}
