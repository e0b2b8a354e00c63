// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;

/**
 * Programs of the test kit that run in processes of their own, in a directory for their class
 * paths.
 */
final class Programs {

  private Programs() {}

  /**
   * A directory with these classes and other programs. Nothing else of the tests is on the class
   * path of the process under test. Each class file is complete or missing, and an up-to-date file
   * stays as it is: processes of other threads and JVMs may be loading it.
   */
  static Path directory(String... classNames) {
    Path directory = BuildDirectory.at("programs");
    List.of(classNames).forEach(name -> copy(name.replace('.', '/') + ".class", directory));
    return directory;
  }

  private static void copy(String name, Path directory) {
    Path target = directory.resolve(Path.of(name));
    try (InputStream bytes = Programs.class.getClassLoader().getResourceAsStream(name)) {
      if (bytes == null) {
        throw new IllegalStateException("Not on the class path of the tests: " + name);
      }
      byte[] program = bytes.readAllBytes();
      if (Files.exists(target) && Arrays.equals(Files.readAllBytes(target), program)) {
        return;
      }
      Files.createDirectories(target.getParent());
      Path whole = Files.createTempFile(target.getParent(), "program", ".new");
      Files.write(whole, program);
      Files.move(whole, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
