// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import io.kubernetes.client.common.KubernetesObject;
import io.kubernetes.client.util.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The files in {@code docs/kubernetes}, without its subdirectories. */
final class KubernetesFiles {
  static final Path DIRECTORY = Path.of("..", "docs", "kubernetes");

  private KubernetesFiles() {}

  /** The names of all files. */
  static List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  static String text(String file) throws IOException {
    return Files.readString(DIRECTORY.resolve(file));
  }

  /** The objects in a text, as the official client parses them: an unknown field is an error. */
  static List<KubernetesObject> objects(String text) throws IOException {
    return Yaml.loadAll(text).stream().map(KubernetesObject.class::cast).toList();
  }
}
