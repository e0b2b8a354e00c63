// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.guides;

import io.sparklive.testkit.ProjectFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The project that the tests run in. */
final class Project {
  static final Path ROOT = ProjectFiles.ROOT;
  static final Path KUBERNETES = ROOT.resolve("docs").resolve("kubernetes");
  private static final Pattern VERSION =
      Pattern.compile(
          "<artifactId>spark-live-history-parent</artifactId>\\s*<version>([^<]+)</version>");

  private Project() {}

  /** The version in the parent's POM. */
  static String version() {
    Matcher version = VERSION.matcher(text(ROOT.resolve("pom.xml")));
    if (!version.find()) {
      throw new IllegalStateException("The pom names no version");
    }
    return version.group(1);
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
