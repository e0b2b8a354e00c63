// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.guides;

import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The Helm chart, rendered by Helm itself. */
final class Chart {
  static final Path DIRECTORY = Project.KUBERNETES.resolve("helm").resolve("spark-live-history");

  private static final String HOOK = "helm.sh/hook: test";

  private Chart() {}

  static Helm helm() {
    return new Helm(DIRECTORY);
  }

  /** With values in YAML. */
  static RenderedObjects rendered(String values) {
    return RenderedObjects.of(yaml(values));
  }

  static String yaml(String values) {
    return yaml(DIRECTORY, values);
  }

  private static String yaml(Path chart, String values) {
    try {
      Path file = Files.createTempFile("values", ".yaml");
      try {
        Files.writeString(file, values);
        return new Helm(chart)
            .template()
            .withName("history")
            .withNamespace("spark")
            .withValuesFile(file)
            .call();
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * All objects, and the pod of {@code helm test}: Helm renders no hooks, so its annotation is
   * changed.
   */
  static String yamlWithTest(String values, Path directory) {
    Path copy = directory.resolve("spark-live-history");
    try (Stream<Path> files = Files.walk(DIRECTORY)) {
      for (Path file : files.toList()) {
        Path target = copy.resolve(DIRECTORY.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.writeString(target, Project.text(file).replace(HOOK, "example.org/hook: test"));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return yaml(copy, values);
  }
}
