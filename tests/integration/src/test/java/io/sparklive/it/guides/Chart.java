package io.sparklive.it.guides;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The Helm chart, rendered by Helm itself. */
final class Chart {
  static final Path DIRECTORY = Project.KUBERNETES.resolve("helm").resolve("spark-live-history");

  private Chart() {}

  static Helm helm() {
    return new Helm(DIRECTORY);
  }

  /** With values in YAML. */
  static Rendered rendered(String values) {
    return Rendered.of(yaml(values));
  }

  static String yaml(String values) {
    try {
      Path file = Files.createTempFile("values", ".yaml");
      try {
        Files.writeString(file, values);
        return template().withValuesFile(file).call();
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TemplateCommand template() {
    return helm().template().withName("history").withNamespace("spark");
  }
}
