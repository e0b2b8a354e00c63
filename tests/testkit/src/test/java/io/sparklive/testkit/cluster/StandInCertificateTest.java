// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.util.KubeConfig;
import java.io.ByteArrayInputStream;
import java.io.Reader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A user of the stand-in with a client certificate and without a token. */
@Tag("kit")
class StandInCertificateTest {
  private static final char[] NONE = {};

  @Test
  void acceptsClientCertificateInsteadOfToken() throws Exception {
    try (StandInCluster cluster = new StandInCluster()) {
      String namespace = cluster.newNamespace();
      HttpClient client = client(cluster.kubeconfigWithCertificate(namespace, "certified"));
      HttpRequest list =
          HttpRequest.newBuilder(cluster.uri().resolve(RawApi.pods(namespace))).build();
      HttpResponse<String> denied = client.send(list, BodyHandlers.ofString());
      assertThat(denied.statusCode()).isEqualTo(403);
      assertThat(denied.body()).contains("system:serviceaccount:" + namespace + ":certified");
      cluster.grant(namespace, "certified", "list");
      assertThat(client.send(list, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    }
  }

  private static HttpClient client(Path kubeconfig) throws Exception {
    try (Reader in = Files.newBufferedReader(kubeconfig)) {
      KubeConfig config = KubeConfig.loadKubeConfig(in);
      PrivateKey key =
          KeyFactory.getInstance("RSA")
              .generatePrivate(new PKCS8EncodedKeySpec(pem(config.getClientKeyFile())));
      KeyStore own = empty();
      own.setKeyEntry(
          "user", key, NONE, new Certificate[] {certificate(config.getClientCertificateFile())});
      KeyStore trusted = empty();
      trusted.setCertificateEntry("ca", certificate(config.getCertificateAuthorityFile()));
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(own, NONE);
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext tls = SSLContext.getInstance("TLS");
      tls.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
      return HttpClient.newBuilder().sslContext(tls).build();
    }
  }

  private static KeyStore empty() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  private static Certificate certificate(String file) throws Exception {
    return CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(pem(file)));
  }

  private static byte[] pem(String file) throws Exception {
    String text = Files.readString(Path.of(file)).replaceAll("-----[^-]+-----", "");
    return Base64.getMimeDecoder().decode(text);
  }
}
