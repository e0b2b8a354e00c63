// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.guides;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The {@code kubectl} of this machine, with the Kustomize in it. */
final class Kubectl {
  private Kubectl() {}

  /**
   * Skips the test without a kubectl that supports components (1.21); in CI it must be installed.
   */
  static void isNeeded() {
    String why = "needs kubectl 1.24 or later: Debian has it in the package kubernetes-client";
    boolean there = false;
    try {
      there = run("version", "--client").output().contains("Kustomize Version: v");
    } catch (UncheckedIOException e) {
      why += " (" + e.getCause().getMessage() + ")";
    }
    if (System.getenv("CI") != null) {
      assertThat(there).as(why).isTrue();
    } else if (!there) {
      abort(why);
    }
  }

  /** The objects that a directory with a kustomization renders to. */
  static String kustomize(Path directory) {
    Run run = run("kustomize", directory.toString());
    assertThat(run.status()).as("kubectl kustomize %s: %s", directory, run.errors()).isZero();
    // kubectl reports deprecated fields as warnings.
    assertThat(run.errors()).isEmpty();
    return run.output();
  }

  /** The exit status of a command, and its output. */
  record Run(int status, String output, String errors) {}

  static Run run(String... arguments) {
    List<String> command = new ArrayList<>(List.of("kubectl"));
    command.addAll(List.of(arguments));
    try {
      Path output = Files.createTempFile("kubectl", ".out");
      Path errors = Files.createTempFile("kubectl", ".err");
      try {
        int status =
            new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start()
                .waitFor();
        return new Run(
            status,
            Files.readString(output, StandardCharsets.UTF_8),
            Files.readString(errors, StandardCharsets.UTF_8));
      } finally {
        Files.delete(output);
        Files.delete(errors);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
