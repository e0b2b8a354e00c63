// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.access.Caller;
import io.sparklive.application.ApplicationId;
import io.sparklive.harness.LoggedLines;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogAuditLogTest {
  private static final LogAuditLog.Entry ENTRY =
      new LogAuditLog.Entry(
          new Caller(Optional.of("ada"), Optional.empty(), "unknown"),
          new ApplicationId("spark-1"),
          "etl",
          "driver",
          Optional.empty());

  private final LoggedLines logged = new LoggedLines();
  private Instant now = Instant.EPOCH;
  private final LogAuditLog auditLog = new LogAuditLog(() -> now);

  @AfterEach
  void close() {
    logged.close();
  }

  private List<String> lines() {
    return logged.with("opened the log");
  }

  @Test
  void writesLineForEachOpening() {
    auditLog.write(ENTRY, false);
    auditLog.write(ENTRY, false);

    assertThat(lines())
        .hasSize(2)
        .allMatch(line -> line.contains("ada opened the log of etl/driver of spark-1"));
  }

  @Test
  void writesNoLineIfRequestContinuesRecentOne() {
    auditLog.write(ENTRY, false);
    now = now.plusSeconds(59);
    auditLog.write(ENTRY, true);
    now = now.plusSeconds(59);
    auditLog.write(ENTRY, true);
    assertThat(lines()).hasSize(1);

    now = now.plus(Duration.ofSeconds(61));
    auditLog.write(ENTRY, true);
    assertThat(lines()).hasSize(2);
  }

  /** A client may claim to continue. */
  @Test
  void writesLineIfThereIsNoEarlierRequest() {
    auditLog.write(ENTRY, true);

    assertThat(lines()).hasSize(1);
  }
}
