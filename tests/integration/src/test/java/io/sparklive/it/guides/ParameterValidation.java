// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.guides;

import io.sparklive.config.GatewaySettings;
import io.sparklive.config.Parameters;
import io.sparklive.config.Settings;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Validates parameters of the guides with the product's own reader. */
final class ParameterValidation {
  private ParameterValidation() {}

  /** The names of all parameters. */
  static Set<String> names() {
    return Set.copyOf(Parameters.names());
  }

  /**
   * Reads all values together, as in a pod. A file that one of them names is created in the
   * directory first.
   *
   * @throws IllegalArgumentException with the line that would prevent the start
   */
  static void read(Map<String, String> values, Path directory) throws IOException {
    Map<String, String> here = new HashMap<>(values);
    if (here.containsKey("kubeconfig")) {
      Path kubeconfig = Files.writeString(directory.resolve("kubeconfig"), "kind: Config");
      here.put("kubeconfig", kubeconfig.toString());
    }
    if (here.containsKey("driverTrustStore")) {
      String password = here.get("driverTrustStorePassword");
      Path store = keyStore(directory.resolve("driver-trust-store"), password);
      here.put("driverTrustStore", store.toString());
    }
    read(here);
  }

  /**
   * Reads all values together, as in a pod: as those of a gateway if the History Server is among
   * them. The files that they name exist.
   *
   * @throws IllegalArgumentException with the line that would prevent the start
   */
  static void read(Map<String, String> values) {
    if (values.containsKey("historyUrl")) {
      GatewaySettings unused = GatewaySettings.of(values, true, ParameterValidation::written);
    } else {
      Settings unused = Settings.of(values, true, ParameterValidation::written);
    }
  }

  private static String written(String name, String value) {
    return name + "=" + value;
  }

  private static Path keyStore(Path file, String password) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry("ca", anyCertificate());
      store.store(out, password.toCharArray());
      return file;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Certificate anyCertificate() throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init((KeyStore) null);
    return ((X509TrustManager) factory.getTrustManagers()[0]).getAcceptedIssuers()[0];
  }
}
