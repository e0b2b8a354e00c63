// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import io.kubernetes.client.util.KubeConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Address and credentials of an API server, from a kubeconfig whose user has a token.
 *
 * @param authority the certificate to trust, as PEM
 */
record ApiAccess(URI server, String authority, String token) {
  /** Reads the current context of a kubeconfig. */
  static ApiAccess of(Path kubeconfig) {
    try (Reader in = Files.newBufferedReader(kubeconfig)) {
      KubeConfig config = KubeConfig.loadKubeConfig(in);
      String data = config.getCertificateAuthorityData();
      String authority =
          data == null
              ? Files.readString(Path.of(config.getCertificateAuthorityFile()))
              : new String(Base64.getDecoder().decode(data), StandardCharsets.UTF_8);
      return new ApiAccess(
          URI.create(config.getServer()), authority, config.getCredentials().get("token"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A client that trusts this server. */
  HttpClient client() {
    return HttpClient.newBuilder().sslContext(tls()).build();
  }

  /** A request of this user. */
  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(server.resolve(path))
        .timeout(Duration.ofSeconds(30))
        .header("Authorization", "Bearer " + token);
  }

  private SSLContext tls() {
    try {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry(
          "authority",
          CertificateFactory.getInstance("X.509")
              .generateCertificate(
                  new ByteArrayInputStream(authority.getBytes(StandardCharsets.UTF_8))));
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(trusted);
      SSLContext tls = SSLContext.getInstance("TLS");
      tls.init(null, managers.getTrustManagers(), null);
      return tls;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
