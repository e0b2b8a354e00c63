// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Programs of the machine that tests need, if they are installed. */
public final class InstalledPrograms {

  private InstalledPrograms() {}

  /** The path of a program; Debian has some in {@code /usr/sbin}, which may not be on the PATH. */
  public static Optional<Path> find(String program) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.concat(Stream.of(path.split(File.pathSeparator, -1)), Stream.of("/usr/sbin"))
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, program))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
