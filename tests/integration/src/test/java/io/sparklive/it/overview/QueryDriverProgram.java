// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.overview;

import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.SparkVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The program {@code QueryDriver}, which gets its commands from {@link DriverProcess#start}. */
final class QueryDriverProgram {
  private static final String NAME = "QueryDriver";

  private QueryDriverProgram() {}

  /** A driver that runs the program. */
  static DriverProcess.Builder builder(SparkVersion version, String applicationName) {
    String mainClass = QueryDriverProgram.class.getPackageName() + "." + NAME;
    return DriverProcess.builder(version, applicationName)
        .program(mainClass, source())
        .jvmOptions("-Xmx700m");
  }

  private static String source() {
    try (InputStream text = QueryDriverProgram.class.getResourceAsStream(NAME + ".java")) {
      return new String(text.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
