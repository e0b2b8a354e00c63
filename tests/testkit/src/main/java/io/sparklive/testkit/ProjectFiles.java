// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.nio.file.Files;
import java.nio.file.Path;

/** Files of the project, for every module. */
public final class ProjectFiles {

  /** The project's top directory. */
  public static final Path ROOT = root();

  private ProjectFiles() {}

  /** A file or directory by its path below the top directory. */
  public static Path at(String first, String... more) {
    return ROOT.resolve(Path.of(first, more));
  }

  private static Path root() {
    Path start = Path.of("").toAbsolutePath();
    for (Path directory = start; directory != null; directory = directory.getParent()) {
      if (Files.isRegularFile(directory.resolve(Path.of("filter-core", "pom.xml")))) {
        return directory;
      }
    }
    throw new IllegalStateException("Not within the project: " + start);
  }
}
