package io.sparklive.history;

import java.time.Duration;
import java.time.Instant;

/**
 * The last scan of a History Server's directory of event logs ({@code
 * FsHistoryProvider.checkForLogs}).
 *
 * @param began when it began: what was there then is found
 * @param underProcess how many event logs are being read at the moment
 */
public record LogScan(Instant began, int underProcess) {
  // A kubelet gives the end of a container in whole seconds.
  private static final Duration PRECISION = Duration.ofSeconds(1);
  // A History Server that has thousands of logs to read is never through with all of them.
  private static final Duration LONGEST_READ = Duration.ofSeconds(30);

  /** Whether it has found, and taken in, what there was at that moment. */
  public boolean covers(Instant moment) {
    Duration later = Duration.between(moment, began);
    return later.compareTo(PRECISION) > 0
        && (underProcess == 0 || later.compareTo(LONGEST_READ) > 0);
  }
}
