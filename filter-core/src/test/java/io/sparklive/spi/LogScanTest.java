// SPDX-License-Identifier: Apache-2.0
package io.sparklive.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

public class LogScanTest {
  private static final Instant END = Instant.parse("2026-11-21T08:36:00Z");

  @ParameterizedTest(name = "began {0} ms after the end, {1} logs under process: {2}")
  @CsvSource({
    // The scan began before the end, or within the precision of a kubelet's clock.
    "-5000, 0, false",
    "0, 0, false",
    "1000, 0, false",
    "1001, 0, true",
    "60000, 0, true",
    // The logs are not read yet; after 30 s the scan counts although some never are.
    "1001, 1, false",
    "30000, 7, false",
    "30001, 7, true",
    "-1, 7, false"
  })
  void coversLogsFromBeforeItsStart(long millis, int underProcess, boolean covers) {
    assertThat(new LogScan(END.plusMillis(millis), underProcess).covers(END)).isEqualTo(covers);
  }
}
