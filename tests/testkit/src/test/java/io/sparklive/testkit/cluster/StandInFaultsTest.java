// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import static io.sparklive.testkit.cluster.PodManifests.name;
import static io.sparklive.testkit.cluster.RawApi.METADATA_LIST;
import static io.sparklive.testkit.cluster.RawApi.WHOLE;
import static io.sparklive.testkit.cluster.RawApi.pods;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import io.sparklive.testkit.cluster.RawApi.ApiResponse;
import io.sparklive.testkit.cluster.RequestLog.LoggedRequest;
import io.sparklive.testkit.cluster.StandInCluster.Expiry;
import io.sparklive.testkit.cluster.WatchReader.Event;
import io.sparklive.testkit.cluster.WatchReader.State;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The faults of the stand-in, as a client observes them. */
@Tag("kit")
class StandInFaultsTest {
  private static StandInCluster cluster;

  private RawApi api;
  private String namespace;

  @BeforeAll
  static void start() {
    cluster = new StandInCluster();
  }

  @BeforeEach
  void makeNamespace() {
    api = new RawApi(cluster.kubeconfig());
    namespace = cluster.newNamespace();
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  @AfterEach
  void recover() {
    cluster.recover();
    cluster.dropConnections();
    await().untilAsserted(() -> assertThat(cluster.watches()).isZero());
    cluster.requests().clear();
  }

  @Test
  void sendsExpiredErrorWithinWatch() throws Exception {
    String version = version();
    cluster.expireHistory(Expiry.EVENT);
    try (WatchReader watch = watchFrom(version)) {
      await().untilAsserted(() -> assertThat(watch.state()).isEqualTo(State.ENDED));
      assertThat(watch.status()).isEqualTo(200);
      assertThat(watch.types()).containsExactly("ERROR");
      JsonObject status = watch.events().get(0).object();
      assertThat(status.get("code").getAsInt()).isEqualTo(410);
      assertThat(status.get("reason").getAsString()).isEqualTo("Expired");
      assertThat(status.get("message").getAsString())
          .startsWith("too old resource version: " + version + " (");
    }
  }

  @Test
  void respondsGoneForExpiredVersion() throws Exception {
    String version = version();
    cluster.expireHistory(Expiry.STATUS);
    assertThat(api.get(pods(namespace) + "?watch=true&resourceVersion=" + version).status())
        .isEqualTo(410);
    try (WatchReader watch = watchFrom(version())) {
      driver("spark-1");
      await().untilAsserted(() -> assertThat(watch.types()).containsExactly("ADDED"));
    }
  }

  @Test
  void rejectsExpiredContinueToken() throws Exception {
    driver("spark-1");
    driver("spark-2");
    String next = api.get(pods(namespace) + "?limit=1").metadata("continue");
    cluster.expireHistory(Expiry.EVENT);
    ApiResponse response = api.get(pods(namespace) + "?limit=1&continue=" + next);
    assertThat(response.status()).isEqualTo(410);
    assertThat(response.text("message")).startsWith("The provided continue parameter is too old");
  }

  @Test
  void continuesOpenWatchesWhenHistoryExpires() throws Exception {
    try (WatchReader watch = watchFrom(version())) {
      driver("spark-1");
      cluster.expireHistory(Expiry.EVENT);
      driver("spark-2");
      await().untilAsserted(() -> assertThat(watch.types()).containsExactly("ADDED", "ADDED"));
    }
  }

  @Test
  void respondsWithErrorUntilRecovery() throws Exception {
    cluster.respondWith(429, Optional.of("7"));
    ApiResponse response = api.get(pods(namespace));
    assertThat(response.status()).isEqualTo(429);
    assertThat(response.http().headers().firstValue("Retry-After")).hasValue("7");
    assertThat(response.text("reason")).isEqualTo("TooManyRequests");
    assertThat(api.get(pods(namespace) + "?watch=true").status()).isEqualTo(429);
    cluster.recover();
    assertThat(api.get(pods(namespace)).status()).isEqualTo(200);
  }

  @Test
  void limitsErrorsToNamespaceOrRequestCount() throws Exception {
    String other = cluster.newNamespace();
    cluster.respondWith(500, Optional.empty(), namespace);
    assertThat(api.get(pods(namespace)).status()).isEqualTo(500);
    assertThat(api.get(pods(other)).status()).isEqualTo(200);
    cluster.recover();
    cluster.respondNextWith(2, 503, Optional.empty());
    assertThat(api.get(pods(namespace)).status()).isEqualTo(503);
    assertThat(api.get(pods(other)).status()).isEqualTo(503);
    assertThat(api.get(pods(namespace)).status()).isEqualTo(200);
  }

  @Test
  void dropsConnections() throws Exception {
    try (WatchReader watch = watchFrom(version())) {
      assertThat(cluster.connections()).isPositive();
      cluster.dropConnections();
      await().untilAsserted(() -> assertThat(watch.state()).isEqualTo(State.BROKEN));
      await().untilAsserted(() -> assertThat(cluster.connections()).isZero());
    }
    assertThat(api.get(pods(namespace)).status()).isEqualTo(200);
  }

  @Test
  void sendsDelayedEventsAfterSilence() throws Exception {
    try (WatchReader watch = watchFrom(version())) {
      cluster.silence();
      driver("spark-1");
      assertThatThrownBy(() -> statusWithin(Duration.ofMillis(500)))
          .isInstanceOf(HttpTimeoutException.class);
      assertThat(watch.types()).isEmpty();
      assertThat(watch.state()).isEqualTo(State.OPEN);
      cluster.recover();
      await().untilAsserted(() -> assertThat(watch.types()).containsExactly("ADDED"));
    }
    assertThat(statusWithin(Duration.ofSeconds(10))).isEqualTo(200);
  }

  @Test
  void refusesConnectionsAndRecoversOnSamePort() throws Exception {
    cluster.refuse();
    assertThatThrownBy(() -> api.get(pods(namespace))).isInstanceOf(ConnectException.class);
    cluster.recover();
    assertThat(api.get(pods(namespace)).status()).isEqualTo(200);
  }

  @Test
  void restartsVersionsWithSamePodsOrNone() throws Exception {
    JsonObject pod = driver("spark-1");
    for (int i = 0; i < 10; i++) {
      cluster.setStatus(namespace, name(pod), PodStatuses.pending());
    }
    String version = version();
    cluster.restartWithNewHistory(true);
    ApiResponse list = api.get(pods(namespace));
    assertThat(PodManifests.uid(list.items().get(0))).isEqualTo(PodManifests.uid(pod));
    assertThat(Long.parseLong(list.metadata("resourceVersion")))
        .isLessThan(Long.parseLong(version));
    assertThat(api.get(pods(namespace) + "?resourceVersion=" + version).status()).isEqualTo(504);
    try (WatchReader ofTheFuture = watchFrom(version);
        WatchReader ofNow = watchFrom(version())) {
      cluster.delete(namespace, name(pod));
      await().untilAsserted(() -> assertThat(ofNow.types()).endsWith("DELETED"));
      assertThat(ofTheFuture.types()).isEmpty();
    }
    cluster.restartWithNewHistory(false);
    assertThat(api.get(pods(namespace)).items()).isEmpty();
  }

  @Test
  void endsWatchesAtOnce() throws Exception {
    try (WatchReader open = watchFrom(version())) {
      cluster.endWatchesAtOnce();
      await().untilAsserted(() -> assertThat(open.state()).isEqualTo(State.ENDED));
    }
    try (WatchReader later = watchFrom(version())) {
      await().untilAsserted(() -> assertThat(later.state()).isEqualTo(State.ENDED));
      assertThat(later.status()).isEqualTo(200);
      assertThat(later.events()).isEmpty();
    }
  }

  @Test
  void sendsNoBookmarksIfDisabled() throws Exception {
    cluster.bookmarks(false);
    String version = version();
    driver("spark-1");
    try (WatchReader watch = watchFrom(version + "&allowWatchBookmarks=true&timeoutSeconds=1")) {
      await().untilAsserted(() -> assertThat(watch.state()).isEqualTo(State.ENDED));
      assertThat(watch.events()).extracting(Event::type).containsExactly("ADDED");
    } finally {
      cluster.bookmarks(true);
    }
  }

  @Test
  void sendsBookmarkOnDemand() throws Exception {
    try (WatchReader watch = watchFrom(version() + "&allowWatchBookmarks=true")) {
      cluster.create(cluster.newNamespace(), PodManifests.driver("spark-elsewhere"));
      cluster.bookmark();
      await()
          .untilAsserted(
              () -> assertThat(watch.events()).extracting(Event::type).containsExactly("BOOKMARK"));
      assertThat(watch.events().get(0).version()).isEqualTo(version());
    }
  }

  @Test
  void acceptsOnlyTheNewToken() throws Exception {
    RawApi old = new RawApi(cluster.kubeconfigOf(namespace, "history"));
    cluster.grant(namespace, "history", "list");
    assertThat(old.get(pods(namespace)).status()).isEqualTo(200);
    cluster.acceptOnlyToken(namespace, "history", "rotated");
    assertThat(old.get(pods(namespace)).status()).isEqualTo(401);
    ApiAccess access = ApiAccess.of(cluster.kubeconfig());
    RawApi rotated = new RawApi(new ApiAccess(access.server(), access.authority(), "rotated"));
    assertThat(rotated.get(pods(namespace)).status()).isEqualTo(200);
    assertThat(api.get(pods(namespace)).status()).isEqualTo(200);
  }

  @Test
  void logsAndCountsRequests() throws Exception {
    String version = version();
    cluster.requests().clear();
    Instant began = Instant.now();
    api.get(pods(namespace) + "?limit=1", METADATA_LIST);
    api.get(pods(namespace) + "/none");
    api.get("/api/v1/pods");
    try (WatchReader watch = watchFrom(version)) {
      assertThat(watch.status()).isEqualTo(200);
      await().untilAsserted(() -> assertThat(cluster.watches()).isEqualTo(1));
    }
    assertThat(cluster.requests().count("list", namespace)).isEqualTo(1);
    assertThat(cluster.requests().count("list")).isEqualTo(2);
    assertThat(cluster.requests().count("get", namespace)).isEqualTo(1);
    assertThat(cluster.requests().count("watch", namespace)).isEqualTo(1);
    LoggedRequest first = cluster.requests().all().get(0);
    assertThat(first)
        .isEqualTo(
            new LoggedRequest(
                first.at(),
                "list",
                Optional.of(namespace),
                "limit=1",
                "contract/1",
                METADATA_LIST,
                "",
                List.of()));
    assertThat(first.at()).isBetween(began, Instant.now());
    await().untilAsserted(() -> assertThat(cluster.watches()).isZero());
  }

  @Test
  void isFastEnoughForThousandsOfPods() throws Exception {
    for (int i = 0; i < 1_000; i++) {
      JsonObject driver = driver("spark-" + i);
      for (int executor = 1; executor <= 10; executor++) {
        cluster.create(namespace, PodManifests.executorOf(driver, executor));
      }
    }
    int listed = 0;
    String next = "";
    do {
      ApiResponse page = api.get(pods(namespace) + "?limit=500&continue=" + next, METADATA_LIST);
      listed += page.items().size();
      next = page.metadata("continue");
    } while (!next.isEmpty());
    assertThat(listed).isEqualTo(11_000);
    assertThat(api.get(pods(namespace) + "?labelSelector=spark-role%3Ddriver").items())
        .hasSize(1_000);
    cluster.restartWithNewHistory(false);
  }

  private JsonObject driver(String applicationId) {
    return cluster.create(namespace, PodManifests.driver(applicationId));
  }

  private String version() throws IOException {
    return api.get(pods(namespace) + "?limit=1").metadata("resourceVersion");
  }

  private WatchReader watchFrom(String version) throws IOException {
    return api.watch(pods(namespace) + "?watch=true&resourceVersion=" + version, WHOLE);
  }

  private int statusWithin(Duration time) throws Exception {
    ApiAccess access = ApiAccess.of(cluster.kubeconfig());
    HttpRequest request = access.request(pods(namespace)).timeout(time).build();
    return access.client().send(request, BodyHandlers.discarding()).statusCode();
  }
}
