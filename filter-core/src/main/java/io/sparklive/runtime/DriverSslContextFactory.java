// SPDX-License-Identifier: Apache-2.0
package io.sparklive.runtime;

import java.security.KeyStore;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies the certificates of drivers. If the address of a driver is a name, its certificate must
 * be issued for that name, even if the name has several addresses. Pods have addresses that no
 * certificate names: for them the host name is not verified.
 *
 * <p>If several names lead to the address, or the JDK accepts no such name, the filter requests no
 * server name, and the certificate must be issued for the address.
 */
@SuppressWarnings("try") // RuntimeBuilder stops it
public final class DriverSslContextFactory extends SslContextFactory.Client {
  private static final Logger LOG = LoggerFactory.getLogger(DriverSslContextFactory.class);
  private static final Pattern ADDRESS = Pattern.compile("\\[?(?:[0-9.]+|[0-9A-Fa-f.]*:.*)");

  private final Function<String, Set<String>> namesOf;

  /**
   * @param trustStore the trusted certificates and certificate authorities; null for those of the
   *     JVM
   * @param namesOf the names that lead to an address; empty for a pod
   */
  DriverSslContextFactory(@Nullable KeyStore trustStore, Function<String, Set<String>> namesOf) {
    this.namesOf = namesOf;
    if (trustStore != null) {
      setTrustStore(trustStore);
    }
  }

  @Override
  public void customize(SSLEngine engine) {
    super.customize(engine);
    String host = engine.getPeerHost();
    if (host != null && ADDRESS.matcher(host).matches()) {
      SSLParameters parameters = engine.getSSLParameters();
      Set<String> names = namesOf.apply(host);
      if (names.isEmpty()) {
        // Null would leave the algorithm unchanged.
        parameters.setEndpointIdentificationAlgorithm("");
      } else {
        // The JDK compares the certificate with the requested server name before the address.
        serverName(names).ifPresent(name -> parameters.setServerNames(List.of(name)));
      }
      engine.setSSLParameters(parameters);
    }
  }

  private static Optional<SNIServerName> serverName(Set<String> names) {
    if (names.size() > 1) {
      // The address does not show which of the names led to it.
      return Optional.empty();
    }
    try {
      return Optional.of(new SNIHostName(names.iterator().next()));
    } catch (IllegalArgumentException e) {
      LOG.debug("Not a server name for TLS: {}", names, e);
      return Optional.empty();
    }
  }
}
