// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** A certificate authority for tests, with a certificate for 127.0.0.1, made by keytool. */
final class TestCertificateAuthority {
  private static final String PASSWORD = "changeit";

  private static final String SERVER = "server";

  private final Path file;

  /** One for the whole JVM: keytool takes a second or two to create it. */
  private static final class Shared {
    static final TestCertificateAuthority AUTHORITY = make();

    private static TestCertificateAuthority make() {
      TemporaryDirectory directory = new TemporaryDirectory();
      Runtime.getRuntime().addShutdownHook(new Thread(directory::close));
      return new TestCertificateAuthority(directory.path().resolve("authority.p12"));
    }
  }

  private TestCertificateAuthority(Path file) {
    this.file = file;
    make("ca", "CN=tests", "-ext", "bc:c", "-ext", "ku:c=keyCertSign");
    make(SERVER, "CN=127.0.0.1", "-signer", "ca", "-ext", "san=ip:127.0.0.1,dns:localhost");
  }

  /** The authority of this JVM. */
  static TestCertificateAuthority shared() {
    return Shared.AUTHORITY;
  }

  /** The certificate that all clients trust. */
  String certificate() {
    return certificate("ca");
  }

  /** The key of the server, which also signs the certificates of clients. */
  private KeyStore keyStore() {
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(in, PASSWORD.toCharArray());
      return keys;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** TLS of a server on 127.0.0.1; clients may have certificates of this authority. */
  SslContextFactory.Server tls() {
    SslContextFactory.Server tls = new SslContextFactory.Server();
    tls.setKeyStore(keyStore());
    tls.setKeyStorePassword(PASSWORD);
    tls.setCertAlias(SERVER);
    tls.setTrustStore(trustStore());
    tls.setWantClientAuth(true);
    tls.setEndpointIdentificationAlgorithm(null);
    return tls;
  }

  /** A trust store that holds only the authority. */
  private KeyStore trustStore() {
    try {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry("ca", keyStore().getCertificate("ca"));
      return trusted;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Makes a key and a certificate for a user; both as PEM, the certificate first. */
  synchronized List<String> user(String name) {
    String alias = "user-" + Integer.toHexString(name.hashCode());
    make(alias, "CN=" + name, "-signer", "ca", "-ext", "eku=clientAuth");
    try {
      byte[] key = keyStore().getKey(alias, PASSWORD.toCharArray()).getEncoded();
      return List.of(certificate(alias), pem("PRIVATE KEY", key));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private String certificate(String alias) {
    try {
      return pem("CERTIFICATE", keyStore().getCertificate(alias).getEncoded());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String pem(String type, byte[] content) {
    String text = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(type, text);
  }

  private void make(String alias, String name, String... more) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keystore",
                file.toString(),
                "-storepass",
                PASSWORD,
                "-alias",
                alias,
                "-dname",
                name,
                "-keyalg",
                "RSA",
                "-keysize",
                "2048",
                "-validity",
                "30"));
    command.addAll(List.of(more));
    try {
      Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(keytool.getInputStream().readAllBytes(), UTF_8);
      if (keytool.waitFor() != 0) {
        throw new IllegalStateException(output);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
