package io.sparklive.discovery.kubernetes;

import static io.sparklive.application.ApplicationState.STARTING;
import static io.sparklive.discovery.kubernetes.Discovery.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.application.SourceStatus;
import io.sparklive.testkit.cluster.InClusterFiles;
import io.sparklive.testkit.cluster.StandInCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What takes half a minute and more. All of it begins at once, so that it is waited for once. */
class PatienceTest {
  private static final Duration SILENCE_IS_NOTICED = Duration.ofSeconds(30);
  private static final Duration TOKENS_ARE_READ_AGAIN = Duration.ofSeconds(61);

  @TempDir private static Path directory;

  private static StandInCluster silent;
  private static StandInCluster rotating;
  private static Discovery unheard;
  private static Discovery rotated;
  private static Instant silentSince;
  private static Instant rotatedAt;

  @BeforeAll
  static void begin() {
    silent = new StandInCluster();
    rotating = new StandInCluster();
    new Pods(silent, silent.addNamespace("spark")).runningDriver("spark-unheard");
    unheard = Discovery.ofDriverPods(silent.kubeconfig(), "spark");
    new Pods(rotating, rotating.addNamespace("spark")).runningDriver("spark-before");
    InClusterFiles files = rotating.inClusterFiles(directory, "spark", "history");
    rotating.grant("spark", "history", "list", "watch");
    rotated =
        Discovery.inPod(
            Map.of(
                "KUBERNETES_SERVICE_HOST",
                files.host(),
                "KUBERNETES_SERVICE_PORT",
                Integer.toString(files.port())),
            files.directory());
    rotated.await("spark-before", STARTING);
    rotated.awaitUp();
    unheard.await("spark-unheard", STARTING);
    unheard.awaitUp();

    String token = rotating.token("spark", "history");
    files.token(token);
    rotating.acceptOnlyToken("spark", "history", token);
    rotatedAt = Instant.now();
    rotating.dropConnections();
    rotated.awaitError("does not accept our credentials");
    silent.silence();
    silentSince = Instant.now();
  }

  @AfterAll
  static void end() {
    unheard.close();
    rotated.close();
    silent.close();
    rotating.close();
  }

  @Test
  void aConnectionThatFallsSilentIsNoticedAndSeesAgain() {
    soon()
        .atMost(SILENCE_IS_NOTICED)
        .until(() -> unheard.statuses().get(0).state() == SourceStatus.State.DOWN);
    assertThat(Duration.between(silentSince, unheard.statuses().get(0).since()))
        .isLessThan(SILENCE_IS_NOTICED);
    assertThat(unheard.errors()).first().asString().contains("no answer in time");
    assertThat(unheard.get("spark-unheard").state()).isEqualTo(STARTING);

    silent.recover();
    new Pods(silent, "spark").runningDriver("spark-heard");

    // It has been silent for a minute, perhaps: it is asked every half of one.
    soon().atMost(Duration.ofSeconds(45)).until(() -> unheard.is("spark-heard", STARTING));
    unheard.awaitUp();
  }

  @Test
  void aTokenThatIsReplacedIsReadAgainWithinAMinute() {
    // The time of the longest wait after a failure comes on top.
    soon()
        .atMost(TOKENS_ARE_READ_AGAIN.plus(Duration.ofSeconds(31)))
        .until(() -> rotated.statuses().get(0).state() == SourceStatus.State.UP);
    assertThat(Duration.between(rotatedAt, rotated.statuses().get(0).since()))
        .isLessThan(TOKENS_ARE_READ_AGAIN.plus(Duration.ofSeconds(31)));
    assertThat(rotated.get("spark-before").state()).isEqualTo(STARTING);

    new Pods(rotating, "spark").runningDriver("spark-after");
    rotated.await("spark-after", STARTING);
  }
}
