// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;

/** Event logs that arrive late, as they do on object storage. */
final class EventLogMove {
  private EventLogMove() {}

  /** Moves all event logs from one directory to another, each atomically. */
  static void all(Path from, Path to) throws IOException {
    try (Stream<Path> logs = Files.list(from)) {
      for (Path log : logs.toList()) {
        Files.move(log, to.resolve(log.getFileName().toString()), StandardCopyOption.ATOMIC_MOVE);
      }
    }
  }
}
