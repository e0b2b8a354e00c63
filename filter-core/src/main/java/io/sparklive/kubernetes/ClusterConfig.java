// SPDX-License-Identifier: Apache-2.0
package io.sparklive.kubernetes;

import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.credentials.TokenFileAuthentication;
import io.sparklive.config.KubernetesSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import okhttp3.Headers;
import okhttp3.Interceptor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The configuration of the access to the API server: from a kubeconfig, or from the files and
 * variables that Kubernetes provides in each pod.
 *
 * @param client the official client, with address, certificates and credentials
 * @param namespace the namespace that the configuration names
 * @param proxy the proxy that the configuration names
 */
public record ClusterConfig(
    ApiClient client, Optional<String> namespace, Optional<ClusterProxy> proxy) {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterConfig.class);

  /** The directory in which Kubernetes mounts the credentials of a pod. */
  public static final Path SERVICE_ACCOUNT =
      Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

  // Over HTTP/2 a dead connection is detected within two of these intervals.
  private static final Duration PING = Duration.ofSeconds(10);

  /**
   * Reads the configuration. It may run a program that the kubeconfig names, and wait for it.
   *
   * @param environment the variables of the process; inside a pod they name the API server
   * @param serviceAccount the directory in which the credentials of a pod are mounted
   * @param tokenRefresh how long a token is used before it is read again
   * @throws IOException if it cannot be read, with a message for the administrator
   */
  public static ClusterConfig of(
      KubernetesSettings settings,
      Map<String, String> environment,
      Path serviceAccount,
      Duration tokenRefresh)
      throws IOException {
    return settings.kubeconfig().isPresent()
        ? ofKubeconfig(settings.kubeconfig().get(), settings.context().orElse(null), tokenRefresh)
        : ofPod(environment, serviceAccount, tokenRefresh);
  }

  private static ClusterConfig ofPod(
      Map<String, String> environment, Path serviceAccount, Duration tokenRefresh)
      throws IOException {
    String host = environment.get("KUBERNETES_SERVICE_HOST");
    String port = environment.get("KUBERNETES_SERVICE_PORT");
    if (host == null || port == null) {
      throw new IOException(
          "this is not a pod (KUBERNETES_SERVICE_HOST and _PORT are not set), and kubeconfig"
              + " is not set");
    }
    Path token = serviceAccount.resolve("token");
    if (!Files.isReadable(token)) {
      throw new IOException(
          "this pod has no service account token at "
              + token
              + ": its automountServiceAccountToken must be true");
    }
    ClientBuilder builder =
        builder(
            new ClientBuilder()
                .setBasePath(
                    "https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port)
                .setCertificateAuthority(Files.readAllBytes(serviceAccount.resolve("ca.crt")))
                .setAuthentication(new TokenFileAuthentication(token.toString(), tokenRefresh)));
    Path namespace = serviceAccount.resolve("namespace");
    return new ClusterConfig(
        builder.build(),
        Files.isReadable(namespace)
            ? Optional.of(Files.readString(namespace).strip())
            : Optional.empty(),
        Optional.empty());
  }

  private static ClusterConfig ofKubeconfig(
      Path path, @Nullable String context, Duration tokenRefresh) throws IOException {
    try {
      KubeconfigFile file = KubeconfigFile.read(path, context);
      Optional<ClusterProxy> proxy = ClusterProxy.of(file);
      ApiClient client = client(file, proxy.orElse(null), tokenRefresh);
      Set<String> unknown = KubeconfigFields.unknown(file);
      if (!unknown.isEmpty()) {
        LOG.warn("{} has fields that have no effect: {}", path, String.join(", ", unknown));
      }
      return new ClusterConfig(
          client,
          Optional.ofNullable(file.config().getNamespace()).filter(name -> !name.isBlank()),
          proxy);
    } catch (RuntimeException e) {
      throw new IOException(
          path + " cannot be used: " + ErrorMessages.singleLine(ErrorMessages.of(e)), e);
    }
  }

  private static ApiClient client(
      KubeconfigFile file, @Nullable ClusterProxy proxy, Duration tokenRefresh) throws IOException {
    Headers.Builder headers = Impersonation.headers(file).newBuilder();
    if (Boolean.TRUE.equals(file.cluster().get("disable-compression"))) {
      // OkHttp requests compression only if a request has no such header.
      headers.add("Accept-Encoding", "identity");
    }
    ExecInfo.addTo(file);
    ApiClient client =
        builder(ClientBuilder.kubeconfig(file.withoutUser()))
            .setBasePath(file.server())
            .setAuthentication(
                new KubeconfigCredentials(file.config(), file.hasCredentialSource(), tokenRefresh))
            .build();
    if (proxy != null) {
      proxy.applyTo(client);
    }
    return withHeaders(client, headers.build());
  }

  private static ApiClient withHeaders(ApiClient client, Headers additional) {
    Interceptor interceptor =
        chain -> {
          Headers headers = chain.request().headers().newBuilder().addAll(additional).build();
          return chain.proceed(chain.request().newBuilder().headers(headers).build());
        };
    return client.setHttpClient(
        client.getHttpClient().newBuilder().addInterceptor(interceptor).build());
  }

  private static ClientBuilder builder(ClientBuilder builder) {
    return builder.setApiClient(new TransportOnly()).setPingInterval(PING);
  }

  /** The official client without the models of the whole API: loading them takes a second. */
  private static final class TransportOnly extends ApiClient {
    @Override
    protected void init() {
      verifyingSsl = true;
      setUserAgent("spark-live-history");
      authentications = new HashMap<>();
    }
  }
}
