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
  private final TlsFailureLog certificates = new TlsFailureLog();

  @AfterEach
  void stopListening() {
    logged.close();
  }

  private List<String> said() {
    return logged.with("driverTrustStore");
  }

  @Test
  void logsUntrustedDriverOnce() {
    certificates.judge(HERE, unknown);
    certificates.judge(HERE, new SSLHandshakeException("unable to find a path"));

    assertThat(said())
        .singleElement()
        .asString()
        .contains("WARN", "10.0.0.7:4440", "unable to find a path");
  }

  @Test
  void logsEachDriverAndEachNewReason() {
    certificates.judge(HERE, unknown);
    certificates.judge(THERE, unknown);
    certificates.judge(HERE, expired);
    certificates.judge(HERE, expired);

    assertThat(said()).hasSize(3);
  }

  @Test
  void logsAgainAfterDriverWasTrusted() {
    certificates.judge(HERE, unknown);
    certificates.judge(HERE, null);
    certificates.judge(HERE, unknown);

    assertThat(said()).hasSize(2);
  }

  @Test
  void ignoresOtherFailures() {
    certificates.judge(HERE, new ConnectException("Connection refused"));
    assertThat(said()).isEmpty();

    certificates.judge(HERE, unknown);
    certificates.judge(HERE, new ConnectException("Connection refused"));
    certificates.judge(HERE, unknown);

    assertThat(said()).hasSize(1);
  }

  @Test
  void logsFailureWithoutMessage() {
    certificates.judge(HERE, new SSLException((String) null));

    assertThat(said()).hasSize(1);
  }
}
