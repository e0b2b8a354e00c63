package io.sparklive;

import java.security.KeyStore;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * Decides about the certificates of drivers. Where a driver's address is a name, its certificate
 * has to be for that name, also if the name has several addresses; pods are known by addresses that
 * no certificate names.
 */
@SuppressWarnings("try") // whoever made it stops it
final class DriverTrust extends SslContextFactory.Client {
  private static final Pattern ADDRESS = Pattern.compile("\\[?(?:[0-9.]+|[0-9A-Fa-f.]*:.*)");

  private final Function<String, Optional<String>> nameOf;

  /**
   * @param trusted the certificates that are trusted, and those that sign such; empty for the JVM's
   * @param nameOf the name by which an address is known, where it is known by one
   */
  DriverTrust(Optional<KeyStore> trusted, Function<String, Optional<String>> nameOf) {
    this.nameOf = nameOf;
    trusted.ifPresent(this::setTrustStore);
  }

  @Override
  public void customize(SSLEngine engine) {
    super.customize(engine);
    String host = engine.getPeerHost();
    if (host != null && ADDRESS.matcher(host).matches()) {
      SSLParameters parameters = engine.getSSLParameters();
      Optional<String> name = nameOf.apply(host);
      if (name.isPresent()) {
        // The JDK compares the certificate with the requested server name before the address.
        parameters.setServerNames(List.of(new SNIHostName(name.get())));
      } else {
        // Null would leave it as it is.
        parameters.setEndpointIdentificationAlgorithm("");
      }
      engine.setSSLParameters(parameters);
    }
  }
}
