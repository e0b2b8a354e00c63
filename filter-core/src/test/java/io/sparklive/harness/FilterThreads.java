// SPDX-License-Identifier: Apache-2.0
package io.sparklive.harness;

import java.util.List;
import java.util.stream.Stream;

/** The threads of the filter. */
public final class FilterThreads {
  private FilterThreads() {}

  /** All names. Threads of Jetty's HTTP client count: only the filter uses it in these tests. */
  public static List<String> names() {
    return all().map(Thread::getName).sorted().toList();
  }

  /** The names of the threads that would keep the JVM from ending. */
  public static List<String> namesOfNonDaemonThreads() {
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
