// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The build directory of the module under test: the system property {@code sparklive.target}. */
public final class BuildDirectory {

  private static final Path TARGET = Path.of(BuildSetting.of("sparklive.target")).toAbsolutePath();

  private BuildDirectory() {}

  /** A path below {@code target}; the caller decides about its content. */
  public static Path at(String first, String... more) {
    return TARGET.resolve(Path.of(first, more));
  }

  /** A new, empty directory for one process, with a {@code tmp} in it. */
  static Path forProcess(String name) {
    try {
      Path processes = Files.createDirectories(at("processes"));
      Path home = Files.createTempDirectory(processes, name + "-");
      Files.createDirectory(home.resolve("tmp"));
      return home;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes a directory with its content, if it exists. */
  static void delete(Path directory) {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> all = Files.walk(directory)) {
      List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
