// SPDX-License-Identifier: Apache-2.0
package io.sparklive.spi;

import java.time.Duration;
import java.time.Instant;

/**
 * The last scan of a History Server's directory of event logs ({@code
 * FsHistoryProvider.checkForLogs}).
 *
 * @param began when the scan began: it finds the logs that existed then
 * @param underProcess how many event logs the History Server is reading at the moment
 */
public record LogScan(Instant began, int underProcess) {
  // A kubelet reports the end of a container in whole seconds.
  private static final Duration PRECISION = Duration.ofSeconds(1);
  // A History Server that has thousands of logs to read never finishes all of them.
  private static final Duration LONGEST_READ = Duration.ofSeconds(30);

  /** Whether the scan has found the logs of that moment, and the History Server has read them. */
  public boolean covers(Instant moment) {
    Duration later = Duration.between(moment, began);
    return later.compareTo(PRECISION) > 0
        && (underProcess == 0 || later.compareTo(LONGEST_READ) > 0);
  }
}
