// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A directory that is deleted with its content. */
final class TemporaryDirectory implements AutoCloseable {
  private final Path path;

  TemporaryDirectory() {
    this(Path.of(System.getProperty("java.io.tmpdir")));
  }

  /** A directory in another one. */
  TemporaryDirectory(Path parent) {
    try {
      path = Files.createTempDirectory(parent, "cluster");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path path() {
    return path;
  }

  /** Writes a file. */
  Path write(String name, String text) {
    return Kubeconfig.text(path.resolve(name), text);
  }

  @Override
  public void close() {
    delete(path);
  }

  /** Deletes a directory and its content. */
  static void delete(Path tree) {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
