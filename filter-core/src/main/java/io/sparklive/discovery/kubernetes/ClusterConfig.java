package io.sparklive.discovery.kubernetes;

import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import io.kubernetes.client.util.credentials.TokenFileAuthentication;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How to reach the API server: from a kubeconfig, or from what Kubernetes gives each pod.
 *
 * @param client the official client, with address, certificates and credentials
 * @param namespace the namespace that the configuration names
 */
record ClusterConfig(ApiClient client, Optional<String> namespace) {
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
            : Optional.empty());
  }

  private static ClusterConfig ofKubeconfig(
      Path file, Optional<String> context, Duration tokenRefresh) throws IOException {
    try {
      KubeConfig config = read(file);
      if (context.isPresent() && !config.setContext(context.get())) {
        throw new IOException(
            "%s has no context %s; it has: %s"
                .formatted(file, context.get(), names(config.getContexts())));
      }
      if (config.getServer() == null) {
        throw new IOException(
            "%s names no server for the context %s; it has the contexts: %s"
                .formatted(file, config.getCurrentContext(), names(config.getContexts())));
      }
      ClientBuilder builder = builder(ClientBuilder.kubeconfig(withoutUser(file, context)));
      builder.setAuthentication(
          new KubeconfigCredentials(config, hasCredentialSource(config), tokenRefresh));
      return new ClusterConfig(
          builder.build(),
          Optional.ofNullable(config.getNamespace()).filter(name -> !name.isBlank()));
    } catch (RuntimeException e) {
      throw new IOException(file + " cannot be used: " + Reasons.inOneLine(Reasons.of(e)), e);
    }
  }

  /**
   * The builder asks a kubeconfig for its credentials at once, in a way that needs Bouncy Castle
   * for certificates and runs credential programs twice: {@link KubeconfigCredentials} does it
   * instead.
   */
  private static KubeConfig withoutUser(Path file, Optional<String> context) throws IOException {
    KubeConfig config = read(file);
    KubeConfig anonymous =
        new KubeConfig(config.getContexts(), config.getClusters(), new ArrayList<>());
    anonymous.setFile(file.toAbsolutePath().toFile());
    anonymous.setContext(context.orElse(config.getCurrentContext()));
    return anonymous;
  }

  /** The client tells a user without credentials and one whose program failed alike. */
  private static boolean hasCredentialSource(KubeConfig config) {
    String context = config.getCurrentContext();
    Object user = field(config.getContexts(), context, "context").get("user");
    Map<?, ?> credentials = field(config.getUsers(), String.valueOf(user), "user");
    return credentials.containsKey("exec")
        || credentials.containsKey("tokenFile")
        || credentials.containsKey("auth-provider");
  }

  private static Map<?, ?> field(List<?> entries, String name, String field) {
    return Optional.<List<?>>ofNullable(entries).orElse(List.of()).stream()
        .map(entry -> (Map<?, ?>) entry)
        .filter(entry -> name.equals(entry.get("name")) && entry.get(field) instanceof Map)
        .findFirst()
        .<Map<?, ?>>map(entry -> (Map<?, ?>) entry.get(field))
        .orElse(Map.of());
  }

  private static KubeConfig read(Path file) throws IOException {
    try (Reader reader = Files.newBufferedReader(file)) {
      KubeConfig config = KubeConfig.loadKubeConfig(reader);
      config.setFile(file.toAbsolutePath().toFile());
      return config;
    }
  }

  private static ClientBuilder builder(ClientBuilder builder) {
    return builder.setApiClient(new TransportOnly()).setPingInterval(PING);
  }

  private static List<String> names(List<?> contexts) {
    return contexts == null
        ? List.of()
        : contexts.stream().map(c -> String.valueOf(((Map<?, ?>) c).get("name"))).toList();
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
