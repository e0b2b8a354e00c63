// SPDX-License-Identifier: Apache-2.0
package io.sparklive.kubernetes;

import static java.util.Objects.requireNonNull;

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
import org.jspecify.annotations.Nullable;

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
   * Reads a file and checks that the fields that are used are valid.
   *
   * @param context the name of the context; null for the current one of the file
   * @throws IOException if the file cannot be used, with a message for the administrator
   */
  static KubeconfigFile read(Path path, @Nullable String context) throws IOException {
    KubeConfig config = load(path);
    if (context != null && !config.setContext(context)) {
      throw new IOException(
          "%s has no context %s; it has: %s".formatted(path, context, names(config.getContexts())));
    }
    if (config.getServer() == null) {
      throw new IOException(
          "%s names no server for the context %s; it has the contexts: %s"
              .formatted(path, config.getCurrentContext(), names(config.getContexts())));
    }
    Map<String, Object> fields =
        fields(config.getContexts(), config.getCurrentContext(), "context").orElseThrow();
    Map<String, Object> cluster =
        fields(config.getClusters(), requireNonNull(fields.get("cluster")), "cluster")
            .orElseThrow();
    KubeconfigFile file =
        new KubeconfigFile(path, config, fields, cluster, user(path, config, fields.get("user")));
    KubeconfigFields.check(file);
    file.orderCredentials();
    return file;
  }

  /**
   * The same configuration without its user. The official client requests the credentials of a user
   * at once, in a way that needs Bouncy Castle for certificates and runs credential plugins twice.
   * {@link KubeconfigCredentials} provides them instead.
   */
  KubeConfig withoutUser() {
    KubeConfig anonymous =
        new KubeConfig(config.getContexts(), config.getClusters(), new ArrayList<>());
    anonymous.setFile(path.toAbsolutePath().toFile());
    anonymous.setContext(config.getCurrentContext());
    return anonymous;
  }

  /**
   * The address of the API server. If it has no scheme, it is HTTPS: the official client would send
   * a token over plain HTTP, unless the port is 443.
   */
  String server() {
    String server = config.getServer();
    return server.contains("://") ? server : "https://" + server;
  }

  /**
   * Whether the user has a credential plugin or a file that provides its credentials. The official
   * client returns none for a user without credentials, and also if the plugin fails.
   */
  boolean hasCredentialSource() {
    return user.containsKey("exec") || user.containsKey("tokenFile");
  }

  /**
   * Makes the official client use the credentials that {@code kubectl} uses: a token before a token
   * file, both before a credential plugin, and a token file relative to this file.
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

  /** The value of a text field; empty if it is missing or blank. */
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

  /** The fields of the user. A user who is not in the file would make each request anonymous. */
  private static Map<String, Object> user(Path path, KubeConfig config, @Nullable Object name)
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
  private static Optional<Map<String, Object>> fields(
      @Nullable List<?> entries, Object name, String field) {
    return Optional.<List<?>>ofNullable(entries).orElse(List.of()).stream()
        .map(entry -> (Map<?, ?>) entry)
        .filter(entry -> name.equals(entry.get("name")))
        .findFirst()
        .map(entry -> entry.get(field) instanceof Map<?, ?> map ? map : new HashMap<>())
        .map(map -> (Map<String, Object>) map);
  }

  private static List<String> names(@Nullable List<?> entries) {
    return entries == null
        ? List.of()
        : entries.stream().map(entry -> String.valueOf(((Map<?, ?>) entry).get("name"))).toList();
  }
}
