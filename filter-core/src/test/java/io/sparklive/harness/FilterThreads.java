// SPDX-License-Identifier: Apache-2.0
package io.sparklive.harness;

import java.util.List;
import java.util.stream.Stream;

/** The threads that belong to the filter. */
public final class FilterThreads {
  private FilterThreads() {}

  /** Their names. Those of Jetty's clients are among them: nobody else in the tests has one. */
  public static List<String> names() {
    return all().map(Thread::getName).sorted().toList();
  }

  /** The names of those that would keep the JVM from ending. */
  public static List<String> namesOfThoseThatKeepTheJvmAlive() {
    return all().filter(thread -> !thread.isDaemon()).map(Thread::getName).toList();
  }

  private static Stream<Thread> all() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(
            thread ->
                thread.getName().startsWith("spark-live-history")
                    || thread.getName().startsWith("HttpClient@"));
  }
}
