// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import static io.sparklive.application.ApplicationState.ENDED;
import static io.sparklive.application.ApplicationState.STARTING;
import static io.sparklive.discovery.kubernetes.Discovery.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.application.SourceStatus;
import io.sparklive.discovery.kubernetes.ScriptedApi.Reply;
import io.sparklive.harness.LoggedLines;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Discovery with rare or invalid responses of the API server. */
class MalformedApiResponseTest {
  private static final String EXPIRED =
      """
      {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",\
      "message":"too old resource version: 1 (189)","reason":"Expired","code":410}""";
  private static final String POD =
      """
      {"metadata":{"name":"driver","namespace":"spark","uid":"u-1","resourceVersion":"7",\
      "labels":{"spark-app-selector":"spark-1"}},"spec":{"containers":[{"name":"driver"}]},\
      "status":{"phase":"Running","containerStatuses":[{"name":"driver",\
      "state":{"running":{"startedAt":"2026-11-21T08:00:00Z"}}}]}}""";

  private final LoggedLines logged = new LoggedLines();
  private Optional<ScriptedApi> api = Optional.empty();
  private Optional<Discovery> running = Optional.empty();

  @TempDir private Path directory;

  @AfterEach
  void end() {
    running.ifPresent(Discovery::close);
    api.ifPresent(ScriptedApi::close);
    logged.close();
  }

  private Discovery discover(ScriptedApi.Script script) throws IOException {
    api = Optional.of(new ScriptedApi(script));
    running = Optional.of(Discovery.ofDriverPods(api.get().kubeconfig(directory)));
    return running.get();
  }

  private static Reply list(String items, String continueToken) {
    return new Reply(
        200,
        "{\"kind\":\"PodList\",\"metadata\":{\"resourceVersion\":\"7\",\"continue\":\"%s\"},\"items\":%s}"
            .formatted(continueToken, items));
  }

  private static Reply event(String type, String object) {
    return new Reply(200, "{\"type\":\"" + type + "\",\"object\":" + object + "}\n");
  }

  /** A watch without events: it ends, and is opened again. */
  private static Reply quiet() {
    return new Reply(200, "");
  }

  @Test
  void restartsListIfContinueTokenExpires() throws IOException {
    Discovery discovery =
        discover(
            request -> {
              if (request.isWatch()) {
                return quiet();
              }
              if (request.query().contains("continue=rest")) {
                return request.earlier() < 2 ? new Reply(410, EXPIRED) : list("null", "");
              }
              return list("[" + POD + "]", "rest");
            });

    discovery.awaitUp();

    assertThat(discovery.get("spark-1").state()).isEqualTo(STARTING);
    assertThat(api.orElseThrow().requests()).hasSizeGreaterThanOrEqualTo(4);
    assertThat(logged.with("WARN")).isEmpty();
  }

  @Test
  void keepsApplicationWhosePodIsOnLaterPage() throws IOException {
    Discovery discovery =
        discover(
            request -> {
              if (request.isWatch()) {
                return event("ERROR", EXPIRED);
              }
              return request.query().contains("continue=rest")
                  ? list("[" + POD + "]", "")
                  : list("[]", "rest");
            });
    discovery.await("spark-1", STARTING);
    soon().until(() -> api.orElseThrow().requests().size() > 8);

    assertThat(discovery.get("spark-1").state()).isEqualTo(STARTING);
    assertThat(logged.with("spark-1 ended")).isEmpty();
  }

  /**
   * A server for which even the newest version is too old does not exist, but must be paced too.
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void backsOffIfVersionsAlwaysExpire(boolean inStream) throws IOException {
    Duration leastWait = Discovery.TIMINGS.minBackOff();
    Instant began = Instant.now();
    discover(
        request ->
            request.isWatch()
                ? inStream ? event("ERROR", EXPIRED) : new Reply(410, EXPIRED)
                : list("[" + POD + "]", ""));
    soon().until(() -> lists().size() >= 5);

    // Three expiries in a row are no failure, but paced; the fourth is one, and backs off for 16
    // times the shortest wait, less a quarter at random.
    List<Instant> lists = lists();
    assertThat(Duration.between(began, lists.get(3))).isGreaterThan(leastWait.multipliedBy(3));
    assertThat(Duration.between(lists.get(3), lists.get(4)))
        .isGreaterThanOrEqualTo(leastWait.multipliedBy(12));
  }

  private List<Instant> lists() {
    return api.orElseThrow().requests().stream()
        .filter(request -> !request.isWatch())
        .map(ScriptedApi.Request::at)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html>Please log in</html>",
        "[]",
        "{}",
        "{\"metadata\":{\"resourceVersion\":\"7\"},\"items\":[{\"metadata\":{\"uid\":[1]}}]}",
        "{\"metadata\":{\"resourceVersion\":\"7\"},\"items\":["
      })
  void reportsMalformedListAndRetries(String body) throws IOException {
    AtomicBoolean works = new AtomicBoolean();
    Discovery discovery =
        discover(
            request ->
                request.isWatch()
                    ? quiet()
                    : works.get() ? list("[" + POD + "]", "") : new Reply(200, body));
    soon().until(() -> !discovery.errors().isEmpty());
    assertThat(discovery.errors()).first().asString().contains("the API server http://127.0.0.1:");
    assertThat(discovery.statuses()).allMatch(s -> s.state() == SourceStatus.State.DOWN);

    works.set(true);

    discovery.await("spark-1", STARTING);
    discovery.awaitUp();
    assertThat(logged.with("Kubernetes watch lost")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "{\"type\":\"SURPRISE\",\"object\":{\"metadata\":{\"uid\":\"u-1\"}}}\n",
        "{\"type\":\"MODIFIED\"}\n",
        "{\"type\":\"ERROR\",\"object\":{\"code\":500,\"message\":\"etcd\"}}\n",
        "[]\n"
      })
  void keepsApplicationsAndRelistsAfterMalformedEvent(String event) throws IOException {
    AtomicBoolean works = new AtomicBoolean();
    Discovery discovery =
        discover(
            request -> {
              if (request.isWatch()) {
                return works.get() ? quiet() : new Reply(200, event);
              }
              return list(works.get() ? "[]" : "[" + POD + "]", "");
            });
    soon().until(() -> !discovery.errors().isEmpty());
    assertThat(discovery.get("spark-1").state()).isEqualTo(STARTING);

    works.set(true);

    discovery.await("spark-1", ENDED);
    discovery.awaitUp();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "65536", "-1"})
  void listsOtherPodsDespiteInvalidPort(String port) throws IOException {
    String strange =
        POD.replace("u-1", "u-2")
            .replace("spark-1", "spark-2")
            .replace(
                "{\"name\":\"driver\"}",
                "{\"name\":\"driver\",\"ports\":[{\"name\":\"spark-ui\",\"containerPort\":%s}]}"
                    .formatted(port))
            .replace("\"phase\"", "\"podIP\":\"10.0.0.1\",\"phase\"");
    Discovery discovery =
        discover(
            request -> request.isWatch() ? quiet() : list("[" + strange + "," + POD + "]", ""));

    discovery.await("spark-1", STARTING);
    discovery.awaitUp();
  }
}
