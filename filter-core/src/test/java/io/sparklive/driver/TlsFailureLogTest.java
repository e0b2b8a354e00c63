// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.application.DriverAddress;
import io.sparklive.harness.LoggedLines;
import java.io.IOException;
import java.net.ConnectException;
import java.util.List;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TlsFailureLogTest {
  private static final DriverAddress HERE = new DriverAddress("10.0.0.7", 4440, true);
  private static final DriverAddress THERE = new DriverAddress("10.0.0.8", 4440, true);
  private final IOException unknown = new SSLHandshakeException("unable to find a path");
  private final IOException expired = new SSLException("it has expired");

  private final LoggedLines logged = new LoggedLines();
  private final TlsFailureLog log = new TlsFailureLog();

  @AfterEach
  void stopListening() {
    logged.close();
  }

  private List<String> lines() {
    return logged.with("driverTrustStore");
  }

  @Test
  void logsUntrustedDriverOnce() {
    log.record(HERE, unknown);
    log.record(HERE, new SSLHandshakeException("unable to find a path"));

    assertThat(lines())
        .singleElement()
        .asString()
        .contains("WARN", "10.0.0.7:4440", "unable to find a path");
  }

  @Test
  void logsEachDriverAndEachNewReason() {
    log.record(HERE, unknown);
    log.record(THERE, unknown);
    log.record(HERE, expired);
    log.record(HERE, expired);

    assertThat(lines()).hasSize(3);
  }

  @Test
  void logsAgainAfterDriverWasTrusted() {
    log.record(HERE, unknown);
    log.record(HERE, null);
    log.record(HERE, unknown);

    assertThat(lines()).hasSize(2);
  }

  @Test
  void ignoresOtherFailures() {
    log.record(HERE, new ConnectException("Connection refused"));
    assertThat(lines()).isEmpty();

    log.record(HERE, unknown);
    log.record(HERE, new ConnectException("Connection refused"));
    log.record(HERE, unknown);

    assertThat(lines()).hasSize(1);
  }

  @Test
  void logsFailureWithoutMessage() {
    log.record(HERE, new SSLException((String) null));

    assertThat(lines()).hasSize(1);
  }
}
