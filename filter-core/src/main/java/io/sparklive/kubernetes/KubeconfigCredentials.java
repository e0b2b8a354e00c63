// SPDX-License-Identifier: Apache-2.0
package io.sparklive.kubernetes;

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
 * Adds the credentials of a user in a kubeconfig to requests. They have the precedence of {@code
 * kubectl}: a client certificate, a name with a password, a token. The token is in the kubeconfig,
 * in a file, or in the output of a credential plugin (exec).
 */
final class KubeconfigCredentials implements Authentication {
  private final KubeConfig config;
  private final boolean hasSource;
  private final Duration tokenRefresh;

  /**
   * @param hasSource whether the user names a credential plugin, or a file that holds the token
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
   * Reads the token, on one thread at a time: a credential plugin may be slow, and concurrent
   * requests need not all run it.
   */
  private synchronized String token() {
    Map<String, String> credentials = config.getCredentials();
    String token = credentials == null ? null : credentials.get(KubeConfig.CRED_TOKEN_KEY);
    if (token == null || token.isBlank()) {
      throw new IllegalStateException("the kubeconfig's user has no token at the moment");
    }
    // The last line of a file often ends with a line break, which no header may have.
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
