package io.sparklive.driver;

import io.sparklive.application.DriverAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says once for each driver that its certificate does not do, however often it is asked. */
final class TlsFailureLog {
  private static final Logger LOG = LoggerFactory.getLogger(TlsFailureLog.class);
  private static final int MOST_REMEMBERED = 1000;

  private final Map<DriverAddress, String> refused =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<DriverAddress, String> eldest) {
          return size() > MOST_REMEMBERED;
        }
      };

  /**
   * Takes in how a question ended.
   *
   * @param failure why it failed; null where it did not
   */
  synchronized void judge(DriverAddress address, Throwable failure) {
    if (!(failure instanceof SSLException)) {
      if (failure == null) {
        refused.remove(address);
      }
      return;
    }
    String why = String.valueOf(failure.getMessage());
    if (!why.equals(refused.put(address, why))) {
      LOG.warn(
          "The driver at {} is not trusted, and so not shown: {}; see driverTrustStore",
          address,
          why);
    }
  }
}
