// SPDX-License-Identifier: Apache-2.0
package io.sparklive.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class ErrorMessagesTest {
  private static Exception causedBy(Exception failure, Exception cause) {
    failure.initCause(cause);
    return failure;
  }

  /** As Okio reports it. */
  @Test
  void namesTimeoutWhoseCauseIsTheClosedSocket() {
    Exception timeout =
        causedBy(new SocketTimeoutException("timeout"), new SocketException("Socket closed"));

    assertThat(ErrorMessages.of(timeout)).isEqualTo("no response in time");
    assertThat(ErrorMessages.of(new IOException(timeout))).isEqualTo("no response in time");
  }

  @Test
  void namesTheFirstCause() {
    assertThat(ErrorMessages.of(new IOException(new ConnectException("Failed to connect"))))
        .isEqualTo("connection refused");
    assertThat(ErrorMessages.of(new IOException(new UnknownHostException("proxy"))))
        .isEqualTo("no such host: proxy");
    assertThat(ErrorMessages.of(new IOException("stream was reset"))).isEqualTo("stream was reset");
    assertThat(ErrorMessages.of(new IOException())).isEqualTo("IOException");
  }
}
