// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import io.sparklive.application.DriverAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs a TLS failure once for each driver and reason, however often the driver is polled. */
final class TlsFailureLog {
  private static final Logger LOG = LoggerFactory.getLogger(TlsFailureLog.class);
  private static final int MAX_DRIVERS = 1000;

  private final Map<DriverAddress, String> failures =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<DriverAddress, String> eldest) {
          return size() > MAX_DRIVERS;
        }
      };

  /**
   * Records how a request ended.
   *
   * @param failure why the request failed; null if it succeeded
   */
  synchronized void record(DriverAddress address, @Nullable Throwable failure) {
    if (!(failure instanceof SSLException)) {
      if (failure == null) {
        failures.remove(address);
      }
      return;
    }
    String reason = String.valueOf(failure.getMessage());
    if (!reason.equals(failures.put(address, reason))) {
      LOG.warn(
          "TLS certificate of the driver at {} is not trusted, so its UI is not available:"
              + " {}; see driverTrustStore",
          address,
          reason);
    }
  }
}
