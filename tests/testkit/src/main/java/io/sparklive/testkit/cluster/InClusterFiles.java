// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The data that Kubernetes gives to a process in a pod: the files of its service account and the
 * address of the API.
 *
 * @param directory holds {@code token}, {@code ca.crt} and {@code namespace}
 * @param host {@code KUBERNETES_SERVICE_HOST}
 * @param port {@code KUBERNETES_SERVICE_PORT}
 */
public record InClusterFiles(Path directory, String host, int port) {
  /** Writes the files, and creates the directory if it is missing. */
  static InClusterFiles write(
      Path directory, URI server, String authority, String namespace, String token) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Kubeconfig.text(directory.resolve("ca.crt"), authority);
    Kubeconfig.text(directory.resolve("namespace"), namespace);
    InClusterFiles files = new InClusterFiles(directory, server.getHost(), server.getPort());
    files.token(token);
    return files;
  }

  /** Replaces the token, as a kubelet does before the old one expires. */
  public void token(String token) {
    Kubeconfig.text(directory.resolve("token"), token);
  }
}
