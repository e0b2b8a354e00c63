package io.sparklive.discovery.kubernetes;

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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How to reach the API server: from a kubeconfig, or from what Kubernetes gives each pod.
 *
 * @param client the official client, with address, certificates and credentials
 * @param namespace the namespace that the configuration names
 * @param proxy the proxy that the configuration names
 */
record ClusterConfig(ApiClient client, Optional<String> namespace, Optional<ClusterProxy> proxy) {
  private static final Logger LOG = LoggerFactory.getLogger(ClusterConfig.class);

  /** Where Kubernetes mounts a pod's credentials. */
  static final Path SERVICE_ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

  // Over HTTP/2 a silent connection is noticed within two of these.
  private static final Duration PING = Duration.ofSeconds(10);

  /**
   * Reads the configuration. It may run a program that the kubeconfig names, and wait for it.
   *
   * @param environment that of the process: inside a pod it names the API server
   * @param serviceAccount where a pod's credentials are mounted
   * @param tokenRefresh how long a token is used before it is read again
   * @throws IOException if it cannot be read, with a message for people
   */
  static ClusterConfig of(
      KubernetesSettings settings,
      Map<String, String> environment,
      Path serviceAccount,
      Duration tokenRefresh)
      throws IOException {
    return settings.kubeconfig().isPresent()
        ? ofKubeconfig(settings.kubeconfig().get(), settings.context(), tokenRefresh)
        : ofPod(environment, serviceAccount, tokenRefresh);
  }

  private static ClusterConfig ofPod(
      Map<String, String> environment, Path serviceAccount, Duration tokenRefresh)
      throws IOException {
    String host = environment.get("KUBERNETES_SERVICE_HOST");
    String port = environment.get("KUBERNETES_SERVICE_PORT");
    if (host == null || port == null) {
      throw new IOException(
          "this is no pod (KUBERNETES_SERVICE_HOST and _PORT are not set), and no kubeconfig is"
              + " named");
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
      Path path, Optional<String> context, Duration tokenRefresh) throws IOException {
    try {
      KubeconfigFile file = KubeconfigFile.read(path, context);
      Optional<ClusterProxy> proxy = ClusterProxy.of(file);
      ApiClient client = client(file, proxy, tokenRefresh);
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
          path + " cannot be used: " + ErrorMessages.inOneLine(ErrorMessages.of(e)), e);
    }
  }

  private static ApiClient client(
      KubeconfigFile file, Optional<ClusterProxy> proxy, Duration tokenRefresh) throws IOException {
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
    proxy.ifPresent(to -> to.applyTo(client));
    return withHeaders(client, headers.build());
  }

  private static ApiClient withHeaders(ApiClient client, Headers more) {
    Interceptor interceptor =
        chain -> {
          Headers headers = chain.request().headers().newBuilder().addAll(more).build();
          return chain.proceed(chain.request().newBuilder().headers(headers).build());
        };
    return client.setHttpClient(
        client.getHttpClient().newBuilder().addInterceptor(interceptor).build());
  }

  private static ClientBuilder builder(ClientBuilder builder) {
    return builder.setApiClient(new TransportOnly()).setPingInterval(PING);
  }

  /** The client without the models of the whole API, whose loading alone takes a second. */
  private static final class TransportOnly extends ApiClient {
    @Override
    protected void init() {
      verifyingSsl = true;
      setUserAgent("spark-live-history");
      authentications = new HashMap<>();
    }
  }
}
