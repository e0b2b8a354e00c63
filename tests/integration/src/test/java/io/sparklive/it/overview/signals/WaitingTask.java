// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.overview.signals;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.VoidFunction;

/** A task that runs until a signal completes it or makes it fail, or until it is killed. */
final class WaitingTask<T> implements VoidFunction<Iterator<T>> {
  private static final long serialVersionUID = 1;

  private final String address;

  WaitingTask(String signals, String job) {
    address = signals + "/task?" + URLEncoder.encode(job, StandardCharsets.UTF_8);
  }

  @Override
  public void call(Iterator<T> rows) {
    // A kill interrupts no thread unless the job demands it.
    while (!TaskContext.get().isInterrupted()) {
      switch (Signal.next(address)) {
        case "succeed" -> {
          return;
        }
        case "fail" -> throw new IllegalStateException("Failed on a signal");
        default -> {}
      }
    }
  }
}
