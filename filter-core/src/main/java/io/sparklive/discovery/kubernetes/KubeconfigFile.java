package io.sparklive.discovery.kubernetes;

import io.kubernetes.client.util.KubeConfig;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A kubeconfig file and one of its contexts.
 *
 * @param config the file as the official client reads it
 * @param context the fields of the context
 * @param cluster the fields of the cluster that the context names
 * @param user the fields of the user that the context names; empty if it names none
 */
record KubeconfigFile(
    Path path,
    KubeConfig config,
    Map<String, Object> context,
    Map<String, Object> cluster,
    Map<String, Object> user) {

  /**
   * Reads a file and checks that each of its fields that counts can be used.
   *
   * @param context the name of the context; empty for the file's current one
   * @throws IOException if it cannot be used, with a message for people
   */
  static KubeconfigFile read(Path path, Optional<String> context) throws IOException {
    KubeConfig config = load(path);
    if (context.isPresent() && !config.setContext(context.get())) {
      throw new IOException(
          "%s has no context %s; it has: %s"
              .formatted(path, context.get(), names(config.getContexts())));
    }
    if (config.getServer() == null) {
      throw new IOException(
          "%s names no server for the context %s; it has the contexts: %s"
              .formatted(path, config.getCurrentContext(), names(config.getContexts())));
    }
    Map<String, Object> fields =
        fields(config.getContexts(), config.getCurrentContext(), "context").orElseThrow();
    Map<String, Object> cluster =
        fields(config.getClusters(), fields.get("cluster"), "cluster").orElseThrow();
    KubeconfigFile file =
        new KubeconfigFile(path, config, fields, cluster, user(path, config, fields.get("user")));
    KubeconfigFields.check(file);
    file.orderCredentials();
    return file;
  }

  /**
   * The same without its user. The client requests the credentials of a user at once, in a way that
   * needs Bouncy Castle for certificates and runs credential programs twice: {@link
   * KubeconfigCredentials} does it instead.
   */
  KubeConfig withoutUser() {
    KubeConfig anonymous =
        new KubeConfig(config.getContexts(), config.getClusters(), new ArrayList<>());
    anonymous.setFile(path.toAbsolutePath().toFile());
    anonymous.setContext(config.getCurrentContext());
    return anonymous;
  }

  /**
   * The address of the API server. Without a scheme it is HTTPS: the client would send a token over
   * plain HTTP, unless the port is 443.
   */
  String server() {
    String server = config.getServer();
    return server.contains("://") ? server : "https://" + server;
  }

  /**
   * Whether the user has a program or a file that provides its credentials. The client reports none
   * for a user who has none, and also if the program fails.
   */
  boolean hasCredentialSource() {
    return user.containsKey("exec") || user.containsKey("tokenFile");
  }

  /**
   * Lets the official client take the credentials that {@code kubectl} takes: a token before a
   * token file, both before a program, and a token file relative to this file.
   */
  private void orderCredentials() {
    boolean hasToken = text(user, "token").isPresent();
    Optional<String> tokenFile = text(user, "tokenFile");
    if (hasToken || tokenFile.isPresent()) {
      user.remove("exec");
    }
    user.keySet().removeAll(Set.of(hasToken ? "tokenFile" : "token"));
    if (!hasToken && tokenFile.isPresent()) {
      user.put("tokenFile", path.toAbsolutePath().resolveSibling(tokenFile.get()).toString());
    }
  }

  /** The value of a text field; empty if it is not there or blank. */
  static Optional<String> text(Map<String, Object> fields, String name) {
    return Optional.ofNullable((String) fields.get(name)).filter(value -> !value.isBlank());
  }

  private static KubeConfig load(Path path) throws IOException {
    try (Reader reader = Files.newBufferedReader(path)) {
      KubeConfig config = KubeConfig.loadKubeConfig(reader);
      config.setFile(path.toAbsolutePath().toFile());
      return config;
    }
  }

  /** A user who is not in the file would make each request anonymous. */
  private static Map<String, Object> user(Path path, KubeConfig config, Object name)
      throws IOException {
    if (name == null || name.equals("")) {
      return new HashMap<>();
    }
    return fields(config.getUsers(), name, "user")
        .orElseThrow(
            () ->
                new IOException(
                    "%s: the context %s names the user %s, who is not among: %s"
                        .formatted(
                            path, config.getCurrentContext(), name, names(config.getUsers()))));
  }

  @SuppressWarnings("unchecked") // YAML
  private static Optional<Map<String, Object>> fields(List<?> entries, Object name, String field) {
    return Optional.<List<?>>ofNullable(entries).orElse(List.of()).stream()
        .map(entry -> (Map<?, ?>) entry)
        .filter(entry -> name.equals(entry.get("name")))
        .findFirst()
        .map(entry -> entry.get(field) instanceof Map<?, ?> map ? map : new HashMap<>())
        .map(map -> (Map<String, Object>) map);
  }

  private static List<String> names(List<?> entries) {
    return entries == null
        ? List.of()
        : entries.stream().map(one -> String.valueOf(((Map<?, ?>) one).get("name"))).toList();
  }
}
