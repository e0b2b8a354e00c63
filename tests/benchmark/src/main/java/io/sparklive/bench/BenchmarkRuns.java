// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The newest runs, a JSON file each, in a directory among the sources.
 *
 * @param directory the directory; it need not exist
 */
record BenchmarkRuns(Path directory) {
  static final int KEPT = 3;

  /** Adds a run, and deletes the oldest ones above the limit. */
  void add(BenchmarkRun run) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve(run.time() + ".json"), run.write());
    List<Path> oldestFirst = files();
    for (Path old : oldestFirst.subList(0, Math.max(0, oldestFirst.size() - KEPT))) {
      Files.delete(old);
    }
  }

  /** All runs, oldest first. */
  List<BenchmarkRun> all() throws IOException {
    List<BenchmarkRun> runs = new ArrayList<>();
    for (Path file : files()) {
      runs.add(BenchmarkRun.read(Files.readString(file)));
    }
    return runs;
  }

  /** Named after their time, so in its order. */
  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".json"))
          .sorted(Comparator.naturalOrder())
          .toList();
    }
  }
}
