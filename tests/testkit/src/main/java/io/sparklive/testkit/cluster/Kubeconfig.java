// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes kubeconfig files with one context, {@code test}. */
final class Kubeconfig {
  private Kubeconfig() {}

  /** For a user with a token. */
  static Path withToken(Path file, URI server, Path authority, String namespace, String token) {
    return write(file, server, authority, namespace, "token: \"" + token + "\"");
  }

  /** For a user with a certificate. */
  static Path withCertificate(
      Path file, URI server, Path authority, String namespace, Path certificate, Path key) {
    String user = "client-certificate: \"%s\", client-key: \"%s\"".formatted(certificate, key);
    return write(file, server, authority, namespace, user);
  }

  private static Path write(Path file, URI server, Path authority, String namespace, String user) {
    return text(
        file,
        """
        apiVersion: v1
        kind: Config
        current-context: test
        contexts: [{name: test, context: {cluster: test, user: test, namespace: "%s"}}]
        clusters: [{name: test, cluster: {server: "%s", certificate-authority: "%s"}}]
        users: [{name: test, user: {%s}}]
        """
            .formatted(namespace, server, authority, user));
  }

  /** Writes a file. */
  static Path text(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
