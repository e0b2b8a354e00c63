package io.sparklive.it.guides;

import io.sparklive.config.Parameter;
import io.sparklive.config.Settings;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** What the product's own reader says of parameters: the tests of the guides ask it. */
final class ParameterValidation {
  private ParameterValidation() {}

  /** The names that there are. */
  static Set<String> names() {
    return Arrays.stream(Parameter.values()).map(Parameter::key).collect(Collectors.toSet());
  }

  /**
   * Has all values read together, as in a pod. A file that one of them names is made in the
   * directory first.
   *
   * @throws IllegalArgumentException with the line that would stop the start
   */
  static void read(Map<String, String> values, Path directory) throws IOException {
    Map<String, String> here = new HashMap<>(values);
    if (here.containsKey(Parameter.KUBECONFIG.key())) {
      Path kubeconfig = Files.writeString(directory.resolve("kubeconfig"), "kind: Config");
      here.put(Parameter.KUBECONFIG.key(), kubeconfig.toString());
    }
    if (here.containsKey(Parameter.DRIVER_TRUST_STORE.key())) {
      String password = here.get(Parameter.DRIVER_TRUST_STORE_PASSWORD.key());
      Path store = keyStore(directory.resolve("driver-trust-store"), password);
      here.put(Parameter.DRIVER_TRUST_STORE.key(), store.toString());
    }
    read(here);
  }

  /**
   * Has all values read together, as in a pod. The files that they name are there.
   *
   * @throws IllegalArgumentException with the line that would stop the start
   */
  static void read(Map<String, String> values) {
    Settings unused = Settings.of(values, true, (name, value) -> name + "=" + value);
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
