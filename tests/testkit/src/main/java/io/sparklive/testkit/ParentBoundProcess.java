// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.util.List;
import java.util.stream.Stream;

/** Programs that end when their standard input ends, as it does with the JVM that started them. */
public final class ParentBoundProcess {
  private static final String TETHER = "\"$@\" & cat; kill $!; wait $!";

  private ParentBoundProcess() {}

  /** A process with this program, which ends when its standard input is closed. */
  public static ProcessBuilder process(List<String> command) {
    return new ProcessBuilder(
        Stream.concat(Stream.of("sh", "-c", TETHER, "sh"), command.stream()).toList());
  }
}
