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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides about the certificates of drivers. Where a driver's address is a name, its certificate
 * has to be for that name, also if the name has several addresses; pods are known by addresses that
 * no certificate names.
 *
 * <p>If several names have the address, or the JDK accepts no such name, no name is requested, and
 * the certificate has to be for the address.
 */
@SuppressWarnings("try") // whoever made it stops it
public final class DriverSslContextFactory extends SslContextFactory.Client {
  private static final Logger LOG = LoggerFactory.getLogger(DriverSslContextFactory.class);
  private static final Pattern ADDRESS = Pattern.compile("\\[?(?:[0-9.]+|[0-9A-Fa-f.]*:.*)");

  private final Function<String, Set<String>> namesOf;

  /**
   * @param trusted the certificates that are trusted, and those that sign such; empty for the JVM's
   * @param namesOf the names by which an address is known, where it is known by any
   */
  DriverSslContextFactory(Optional<KeyStore> trusted, Function<String, Set<String>> namesOf) {
    this.namesOf = namesOf;
    trusted.ifPresent(this::setTrustStore);
  }

  @Override
  public void customize(SSLEngine engine) {
    super.customize(engine);
    String host = engine.getPeerHost();
    if (host != null && ADDRESS.matcher(host).matches()) {
      SSLParameters parameters = engine.getSSLParameters();
      Set<String> names = namesOf.apply(host);
      if (names.isEmpty()) {
        // Null would leave it as it is.
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
      // The address does not say by which of them it was found.
      return Optional.empty();
    }
    try {
      return Optional.of(new SNIHostName(names.iterator().next()));
    } catch (IllegalArgumentException e) {
      LOG.debug("No server name of TLS: {}", names, e);
      return Optional.empty();
    }
  }
}
