// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import static io.sparklive.application.ApplicationState.STARTING;
import static io.sparklive.discovery.kubernetes.Discovery.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.application.SourceStatus;
import io.sparklive.discovery.ProbeIntervals;
import io.sparklive.testkit.cluster.InClusterFiles;
import io.sparklive.testkit.cluster.StandInCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Timeouts towards the API server, with shorter ones than in production. */
class ApiServerTimeoutTest {
  private static final KubernetesTimings DEFAULT = KubernetesTimings.DEFAULT;

  /** Shorter than everything else that this test waits for may take on a busy machine. */
  private static final KubernetesTimings SHORT =
      new KubernetesTimings(
          Discovery.TIMINGS.configurationRetry(),
          Discovery.TIMINGS.minBackOff(),
          Duration.ofSeconds(2),
          Duration.ofSeconds(1),
          Duration.ofSeconds(2),
          Duration.ofSeconds(2),
          Discovery.TIMINGS.driverPoll());

  private static final Duration DETECTION_TIME =
      SHORT.readTimeout().plus(SHORT.minBackOff()).plus(SHORT.responseTimeout());
  private static final Duration TOKEN_REREAD_TIME = SHORT.tokenRefresh().plus(SHORT.maxBackOff());

  /** The additional time that a busy machine may need. */
  private static final Duration ALLOWANCE = Duration.ofSeconds(5);

  @TempDir private Path directory;

  @Test
  void detectsUnresponsiveConnectionWithin30SecondsByDefault() {
    assertThat(DEFAULT.readTimeout().plus(DEFAULT.minBackOff()).plus(DEFAULT.responseTimeout()))
        .isLessThan(Duration.ofSeconds(30));
  }

  @Test
  void rereadsTokensEveryMinuteByDefault() {
    assertThat(DEFAULT.tokenRefresh()).isEqualTo(Duration.ofMinutes(1));
    assertThat(DEFAULT.maxBackOff()).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void retriesAndPollsAtDefaultIntervals() {
    assertThat(DEFAULT.configurationRetry()).isEqualTo(Duration.ofSeconds(10));
    assertThat(DEFAULT.minBackOff()).isEqualTo(Duration.ofSeconds(1));
    assertThat(DEFAULT.driverPoll()).isEqualTo(Duration.ofSeconds(1));
    Duration any = Duration.ofSeconds(5);
    ProbeIntervals intervals = new ProbeIntervals(any, any, any);
    assertThat(intervals.retry()).isEqualTo(Duration.ofSeconds(1));
    assertThat(intervals.laterRetry()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void detectsUnresponsiveConnectionAndRecovers() {
    try (StandInCluster silent = new StandInCluster()) {
      Pods pods = new Pods(silent, silent.addNamespace("spark"));
      pods.runningDriver("spark-unheard");
      try (Discovery discovery = Discovery.ofDriverPods(SHORT, silent.kubeconfig(), "spark")) {
        discovery.await("spark-unheard", STARTING);
        discovery.awaitUp();

        silent.silence();
        Instant since = Instant.now();
        soon().until(() -> discovery.statuses().get(0).state() == SourceStatus.State.DOWN);

        assertThat(Duration.between(since, discovery.statuses().get(0).since()))
            .isLessThan(DETECTION_TIME.plus(ALLOWANCE));
        assertThat(discovery.errors()).first().asString().contains("no response in time");
        assertThat(discovery.get("spark-unheard").state()).isEqualTo(STARTING);

        silent.recover();
        pods.runningDriver("spark-heard");
        discovery.await("spark-heard", STARTING);
        discovery.awaitUp();
      }
    }
  }

  @Test
  void rereadsRotatedToken() {
    try (StandInCluster rotating = new StandInCluster()) {
      Pods pods = new Pods(rotating, rotating.addNamespace("spark"));
      pods.runningDriver("spark-before");
      InClusterFiles files = rotating.inClusterFiles(directory, "spark", "history");
      rotating.grant("spark", "history", "list", "watch");
      Map<String, String> environment =
          Map.of(
              "KUBERNETES_SERVICE_HOST",
              files.host(),
              "KUBERNETES_SERVICE_PORT",
              Integer.toString(files.port()));
      try (Discovery rotated = Discovery.inPod(SHORT, environment, files.directory())) {
        rotated.await("spark-before", STARTING);
        rotated.awaitUp();

        String token = rotating.token("spark", "history");
        rotating.acceptOnlyToken("spark", "history", token);
        rotating.dropConnections();
        rotated.awaitError("rejects the credentials");
        files.token(token);
        Instant rotatedAt = Instant.now();

        soon().until(() -> rotated.statuses().get(0).state() == SourceStatus.State.UP);
        assertThat(Duration.between(rotatedAt, rotated.statuses().get(0).since()))
            .isLessThan(TOKEN_REREAD_TIME.plus(ALLOWANCE));
        assertThat(rotated.get("spark-before").state()).isEqualTo(STARTING);

        pods.runningDriver("spark-after");
        rotated.await("spark-after", STARTING);
      }
    }
  }
}
