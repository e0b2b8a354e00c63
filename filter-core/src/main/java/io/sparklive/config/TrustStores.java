// SPDX-License-Identifier: Apache-2.0
package io.sparklive.config;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;

/** Reads trusted certificates from the file formats that platforms use. */
final class TrustStores {
  private static final String PEM = "-----BEGIN CERTIFICATE-----";

  private TrustStores() {}

  /**
   * Reads a PKCS12 or JKS key store, or a file of PEM certificates such as Kubernetes' {@code
   * ca.crt}.
   *
   * @param password the password of a key store; empty if it has none
   * @throws GeneralSecurityException if the file has no certificate, or other content
   */
  static KeyStore read(Path file, String password) throws IOException, GeneralSecurityException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("there is no such file");
    }
    byte[] content = Files.readAllBytes(file);
    KeyStore store =
        new String(content, StandardCharsets.ISO_8859_1).contains(PEM)
            ? ofPem(content)
            : KeyStore.getInstance(
                file.toFile(), password.isEmpty() ? null : password.toCharArray());
    if (store.size() == 0) {
      throw new GeneralSecurityException("it holds no certificate, or needs a password");
    }
    return store;
  }

  private static KeyStore ofPem(byte[] content) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    int number = 0;
    for (Certificate certificate :
        CertificateFactory.getInstance("X.509")
            .generateCertificates(new ByteArrayInputStream(content))) {
      store.setCertificateEntry("certificate-" + number, certificate);
      number++;
    }
    return store;
  }
}
