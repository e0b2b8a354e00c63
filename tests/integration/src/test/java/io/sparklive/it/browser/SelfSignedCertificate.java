// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.browser;

import io.sparklive.it.security.KeyStores;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Locale;

/**
 * A self-signed certificate for 127.0.0.1, and its key, in nginx's format.
 *
 * @param certificate a PEM file
 * @param key a PEM file
 */
record SelfSignedCertificate(Path certificate, Path key) {
  private static final char[] PASSWORD = KeyStores.PASSWORD.toCharArray();

  /** Creates a certificate in that directory. */
  static SelfSignedCertificate in(Path directory) {
    Path store = new KeyStores(directory).serverOf("ingress", "ip:127.0.0.1");
    try (InputStream in = Files.newInputStream(store)) {
      KeyStore keys = KeyStore.getInstance(KeyStores.TYPE);
      keys.load(in, PASSWORD);
      String alias = keys.aliases().nextElement();
      return new SelfSignedCertificate(
          write(directory, "CERTIFICATE", keys.getCertificate(alias).getEncoded()),
          write(directory, "PRIVATE KEY", keys.getKey(alias, PASSWORD).getEncoded()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  // RFC 7468.
  private static Path write(Path directory, String label, byte[] bytes) throws IOException {
    String base64 =
        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII)).encodeToString(bytes);
    return Files.writeString(
        directory.resolve(label.toLowerCase(Locale.ROOT).replace(' ', '-') + ".pem"),
        "-----BEGIN %s-----%n%s%n-----END %s-----%n".formatted(label, base64, label));
  }
}
