package io.sparklive.discovery.kubernetes;

import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.KubeConfig;
import io.kubernetes.client.util.credentials.Authentication;
import io.kubernetes.client.util.credentials.RefreshAuthentication;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import okhttp3.Credentials;
import okhttp3.Interceptor;

/**
 * The credentials of a kubeconfig's user, in the order in which {@code kubectl} takes them: a
 * client certificate, a name with a password, a token, be it written there, read from a file, or
 * printed by a program (exec).
 */
final class KubeconfigCredentials implements Authentication {
  private final KubeConfig config;
  private final boolean hasSource;
  private final Duration tokenRefresh;

  /**
   * @param hasSource whether its user names a program or a file that has its token
   * @param tokenRefresh how long a token is used before it is read again
   */
  KubeconfigCredentials(KubeConfig config, boolean hasSource, Duration tokenRefresh) {
    this.config = config;
    this.hasSource = hasSource;
    this.tokenRefresh = tokenRefresh;
  }

  @Override
  public void provide(ApiClient client) {
    try {
      byte[] certificate =
          config.getDataOrFileRelative(
              config.getClientCertificateData(), config.getClientCertificateFile());
      byte[] key =
          config.getDataOrFileRelative(config.getClientKeyData(), config.getClientKeyFile());
      if (certificate != null && key != null) {
        client.setKeyManagers(ClientCertificate.keyManagers(certificate, key));
      } else if (config.getUsername() != null && !config.getUsername().isBlank()) {
        intercept(
            client,
            basic(config.getUsername(), Optional.ofNullable(config.getPassword()).orElse("")));
      } else {
        provideGenerated(client);
      }
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private void provideGenerated(ApiClient client) {
    Map<String, String> credentials = config.getCredentials();
    if (credentials == null) {
      if (hasSource) {
        throw new IllegalStateException("the kubeconfig's user has no credentials at the moment");
      }
      return;
    }
    String certificate = credentials.get(KubeConfig.CRED_CLIENT_CERTIFICATE_DATA_KEY);
    String key = credentials.get(KubeConfig.CRED_CLIENT_KEY_DATA_KEY);
    if (credentials.get(KubeConfig.CRED_TOKEN_KEY) != null) {
      new RefreshAuthentication(this::token, tokenRefresh).provide(client);
    } else if (certificate != null && key != null) {
      KeyManager[] managers =
          ClientCertificate.keyManagers(
              certificate.getBytes(StandardCharsets.UTF_8), key.getBytes(StandardCharsets.UTF_8));
      client.setKeyManagers(managers);
    }
  }

  /**
   * One at a time: a program that prints tokens may be slow, and need not be run by all at once.
   */
  private synchronized String token() {
    Map<String, String> credentials = config.getCredentials();
    String token = credentials == null ? null : credentials.get(KubeConfig.CRED_TOKEN_KEY);
    if (token == null || token.isBlank()) {
      throw new IllegalStateException("the kubeconfig's user has no token at the moment");
    }
    // A file's last line often ends, which no header may.
    return token.strip();
  }

  private static Interceptor basic(String user, String password) {
    String header = Credentials.basic(user, password, StandardCharsets.UTF_8);
    return chain ->
        chain.proceed(chain.request().newBuilder().header("Authorization", header).build());
  }

  private static void intercept(ApiClient client, Interceptor interceptor) {
    client.setHttpClient(client.getHttpClient().newBuilder().addInterceptor(interceptor).build());
  }
}
