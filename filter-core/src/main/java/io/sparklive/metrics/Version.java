// SPDX-License-Identifier: Apache-2.0
package io.sparklive.metrics;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Reads the version of the filter, as the build recorded it. */
final class Version {
  private Version() {}

  static String current() {
    Properties build = new Properties();
    try (InputStream file = Version.class.getResourceAsStream("build.properties")) {
      build.load(requireNonNull(file, "build.properties"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return requireNonNull(build.getProperty("version"), "version");
  }
}
