// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.war;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.testkit.ServletContainer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The health probes of a kubelet. */
@Tag("smoke-war")
@Tag("war-only")
class ProbesIT {
  @TempDir private Path directory;

  @Test
  void succeedWithoutHistoryServer() {
    try (ServletContainer war = War.before(War.NOWHERE).start()) {
      HttpResponse<String> healthz = war.get("/healthz");
      assertThat(healthz.statusCode()).isEqualTo(200);
      assertThat(healthz.body().strip()).isEqualTo("ok");
      await().untilAsserted(() -> assertThat(war.get("/readiness").statusCode()).isEqualTo(200));
      assertThat(healthz.headers().firstValue("Cache-Control")).contains("no-store");
    }
  }

  /** The WAR serves the History Server's pages, whatever the state of the cluster. */
  @Test
  void succeedIfClusterIsUnreachable() throws IOException {
    Path kubeconfig =
        Files.writeString(
            directory.resolve("nowhere.kubeconfig"),
            """
            apiVersion: v1
            kind: Config
            current-context: test
            contexts: [{name: test, context: {cluster: test, user: test}}]
            clusters: [{name: test, cluster: {server: "https://127.0.0.1:1"}}]
            users: [{name: test, user: {token: none}}]
            """);
    try (ServletContainer war =
        War.before(War.NOWHERE)
            .parameter("discovery", "kubernetes")
            .parameter("kubeconfig", kubeconfig.toString())
            .parameter("jobNamespaces", "jobs")
            .start()) {
      await().untilAsserted(() -> assertThat(war.get("/readiness").statusCode()).isEqualTo(200));
      await()
          .untilAsserted(
              () -> assertThat(war.get("/sparkui/-/health").statusCode()).isEqualTo(503));
      assertThat(war.get("/healthz").statusCode()).isEqualTo(200);
    }
  }
}
