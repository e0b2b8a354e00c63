// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static io.sparklive.testkit.cluster.PodManifests.name;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sparklive.harness.Browser;
import io.sparklive.harness.Container;
import io.sparklive.harness.EmbeddedHistoryServer;
import io.sparklive.harness.FilterThreads;
import io.sparklive.harness.HistoryServerPlan;
import io.sparklive.harness.LoggedLines;
import io.sparklive.harness.Reply;
import io.sparklive.spi.Permission;
import io.sparklive.testkit.cluster.PodLog;
import io.sparklive.testkit.cluster.PodManifests;
import io.sparklive.testkit.cluster.PodStatuses;
import io.sparklive.testkit.cluster.StandInCluster;
import io.sparklive.testkit.driver.FakeDriver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The logs of the pods of an application, on a History Server with ACLs: only vera may view it. */
@ParameterizedClass
@EnumSource(Container.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LogsFilterTest {
  private static final String ID = "spark-1";
  private static final String WITHOUT_POD = "app-1";
  private static final String LOGS = "/sparkui/-/logs/" + ID;
  private static final int VIEWERS = 100;

  /** No user has more than 32 streams. */
  private static final int USERS = 5;

  /** So many times, another viewer comes and leaves. */
  private static final int LEAVERS = 5;

  private static final Duration LONG = Duration.ofSeconds(60);

  @Parameter Container container;

  private final AtomicInteger opened = new AtomicInteger();
  private StandInCluster cluster;
  private FakeDriver driver;
  private FakeDriver driverWithoutPod;
  private EmbeddedHistoryServer server;
  private String namespace;
  private String driverPod;
  private String executorPod;
  private String otherPod;
  private String foreignPod;

  @BeforeParameterizedClassInvocation
  void start() throws Exception {
    cluster = new StandInCluster();
    driver = new FakeDriver(ID);
    driverWithoutPod = new FakeDriver(WITHOUT_POD);
    namespace = cluster.newNamespace();
    JsonObject manifest = PodManifests.driver(ID);
    int port = Integer.parseInt(driver.address().replaceFirst(".*:", ""));
    JsonObject created = cluster.create(namespace, PodManifests.uiPort(manifest, port));
    driverPod = name(created);
    cluster.setStatus(namespace, driverPod, PodStatuses.running("127.0.0.1", Instant.now()));
    executorPod = name(cluster.create(namespace, PodManifests.executorOf(created, 1)));
    JsonObject other = PodManifests.name(PodManifests.driver("spark-2"), "other-driver");
    JsonObject otherCreated = cluster.create(namespace, other);
    otherPod = name(otherCreated);
    // It claims to belong to the application, and another driver owns it.
    JsonObject foreign = PodManifests.executorOf(otherCreated, 7);
    PodManifests.label(foreign, "spark-app-selector", ID);
    foreignPod = name(cluster.create(namespace, PodManifests.name(foreign, "foreign-exec-7")));
    cluster.kubeconfigOf(namespace, "history");
    cluster.grant(namespace, "history", "get", "list", "watch", PodLog.RIGHT);
    HistoryServerPlan plan =
        new HistoryServerPlan()
            .parameter("kubeconfig", cluster.kubeconfigOf(namespace, "history").toString())
            .parameter("podLogs", "true")
            .drivers(driverWithoutPod.address());
    plan.access().controlled().grant(Permission.VIEW, "vera");
    for (int i = 0; i < USERS; i++) {
      plan.access().grant(Permission.VIEW, "viewer-" + i);
    }
    server = container.start(plan);
    await().atMost(LONG).until(() -> get(LOGS + "/-/pods").status() == 200);
  }

  @AfterParameterizedClassInvocation
  void stop() {
    if (server != null) {
      server.close();
    }
    driver.close();
    driverWithoutPod.close();
    cluster.close();
  }

  @BeforeEach
  void reset() {
    await().atMost(LONG).until(() -> cluster.openLogs() == 0);
    opened.set(0);
    for (String pod : List.of(driverPod, executorPod, otherPod, foreignPod)) {
      setLog(pod, PodLog.of("a line\n"));
    }
  }

  private void setLog(String pod, PodLog log) {
    cluster.setLog(
        namespace,
        pod,
        (query, out, connected) -> {
          opened.incrementAndGet();
          log.write(query, out, connected);
        });
  }

  private Reply get(String target, String... headers) {
    return as("vera", target, headers);
  }

  private Reply as(String user, String target, String... headers) {
    String[] all = Arrays.copyOf(headers, headers.length + 2);
    all[headers.length] = "X-Test-User";
    all[headers.length + 1] = user;
    return server.get(target, all);
  }

  private Browser follow(String pod) {
    return follow(pod, "vera");
  }

  private Browser follow(String pod, String user) {
    Browser browser = new Browser(server.port());
    browser.send("GET", LOGS + "/" + pod + "?follow=true", "X-Test-User", user);
    return browser;
  }

  private Browser followFirstLine(String user) throws IOException {
    Browser browser = follow(driverPod, user);
    assertThat(browser.head().status()).isEqualTo(200);
    assertThat(browser.chunk()).isNotEmpty();
    return browser;
  }

  /** A log that writes a line at first, and then nothing until the client has left. */
  private static PodLog quiet() {
    return (query, out, connected) -> {
      out.write("started\n".getBytes(UTF_8));
      out.flush();
      await().atMost(LONG).until(() -> !connected.getAsBoolean());
    };
  }

  /** A log that writes two lines a second until the client has left. */
  private static PodLog busy() {
    return (query, out, connected) -> {
      CountDownLatch never = new CountDownLatch(1);
      do {
        out.write("a line\n".getBytes(UTF_8));
        out.flush();
      } while (!never.await(500, TimeUnit.MILLISECONDS) && connected.getAsBoolean());
    };
  }

  @Test
  void listsPodsAndContainersDriverFirst() {
    JsonObject json = JsonParser.parseString(get(LOGS + "/-/pods").text()).getAsJsonObject();
    JsonArray pods = json.getAsJsonArray("pods");

    assertThat(pods.asList())
        .extracting(pod -> pod.getAsJsonObject().get("name").getAsString())
        .containsExactly(driverPod, executorPod);
    JsonObject first = pods.get(0).getAsJsonObject();
    assertThat(first.get("role").getAsString()).isEqualTo("driver");
    assertThat(first.get("phase").getAsString()).isEqualTo("Running");
    assertThat(first.getAsJsonArray("containers").asList())
        .extracting(JsonElement::getAsJsonObject)
        .anySatisfy(
            main -> {
              assertThat(main.get("name").getAsString()).isEqualTo(PodManifests.DRIVER_CONTAINER);
              assertThat(main.get("state").getAsString()).isEqualTo("running");
            });
    assertThat(pods.get(1).getAsJsonObject().get("executor").getAsString()).isEqualTo("1");
  }

  @Test
  void servesViewerPage() {
    Reply reply = get(LOGS);

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.text()).contains("data-logs=\"" + LOGS + "\"", "logs.js?");
    assertThat(reply.header("Content-Security-Policy").orElse("")).contains("script-src 'self'");
  }

  @Test
  void linksFromOverviewToLogs() {
    // The permission is checked in the background.
    await()
        .atMost(LONG)
        .until(() -> get("/sparkui/-/applications").text().contains("\"logs\":\"" + LOGS + "\""));

    assertThat(as("sten", "/sparkui/-/applications").text())
        .contains("\"id\":\"" + ID + "\"")
        .doesNotContain("\"logs\"");
  }

  @Test
  void streamsHostileTextUnchanged() throws IOException {
    ByteArrayOutputStream hostile = new ByteArrayOutputStream();
    hostile.write(
        "<script>alert(1)</script>\n\u001b[31mred\u001b[0m\u001b]0;title\u0007\n".getBytes(UTF_8));
    hostile.write(new byte[] {(byte) 0xff, (byte) 0xfe, (byte) 0xc3, '(', 0, '\n'});
    byte[] longLine = new byte[10_000_000];
    Arrays.fill(longLine, (byte) 'x');
    hostile.write(longLine);
    setLog(driverPod, PodLog.of(hostile.toByteArray()));

    Reply reply = get(LOGS + "/" + driverPod + "?container=spark-kubernetes-driver");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.whole()).isTrue();
    assertThat(reply.body()).isEqualTo(hostile.toByteArray());
    assertThat(reply.header("Content-Type").orElse("")).matches("(?i)text/plain; ?charset=utf-8");
    assertThat(reply.header("X-Content-Type-Options")).contains("nosniff");
    assertThat(reply.header("Cache-Control")).contains("no-store");
    assertThat(reply.header("Content-Security-Policy").orElse("")).contains("sandbox");
  }

  @Test
  void forwardsOptionsToApiServer() {
    setLog(
        driverPod,
        (query, out, connected) ->
            out.write(query.toString().replaceAll("\\s", "").getBytes(UTF_8)));

    String query =
        "?container=c-1&previous=true&follow=true&timestamps=true&tail=12&sinceTime=2026-01-31T09:00:00.123Z&limitBytes=9";
    Reply reply = get(LOGS + "/" + driverPod + query + "&download=true");

    assertThat(reply.text())
        .contains("container=[c-1]", "previous=[true]", "timestamps=[true]", "tailLines=[12]")
        .contains("sinceTime=[2026-01-31T09:00:00Z]")
        .doesNotContain("follow", "limitBytes", "download");
    assertThat(reply.header("Content-Disposition"))
        .contains("attachment; filename=\"" + driverPod + "-c-1.log\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"container=A", "container=../x", "tail=-1", "tail=x", "sinceTime=now"})
  void rejectsInvalidQuery(String query) {
    assertThat(get(LOGS + "/" + driverPod + "?" + query).status()).isEqualTo(400);
    assertThat(opened).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/-/pods", "/DRIVER"})
  void deniesUserWithoutViewPermission(String below) {
    String target = LOGS + below.replace("DRIVER", driverPod);

    assertThat(as("sten", target).status()).isEqualTo(403);
    assertThat(server.get(target).status()).isEqualTo(401);
    assertThat(get(target, "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "cors").status())
        .isEqualTo(403);
    assertThat(opened).hasValue(0);
  }

  @Test
  void refusesPodsOfOtherApplications() {
    for (String pod : List.of(otherPod, foreignPod, "no-such-pod", "-", "UPPER", "a..b")) {
      assertThat(get(LOGS + "/" + pod).status()).as(pod).isEqualTo(404);
    }
    for (String id : List.of("spark-2", "spark-9", "-", "spark-1,x")) {
      assertThat(get("/sparkui/-/logs/" + id + "/" + driverPod).status()).as(id).isEqualTo(404);
    }
    for (String tricks :
        List.of("/%2e%2e/x", "/../" + driverPod, "/" + driverPod + "%2flog", "//x")) {
      assertThat(get(LOGS + tricks).status()).as(tricks).isIn(400, 404);
    }
    assertThat(get(LOGS + "/" + driverPod + "/log").status()).isEqualTo(404);
    assertThat(server.request("POST", LOGS + "/" + driverPod, "X-Test-User", "vera").status())
        .isEqualTo(405);
    assertThat(opened).hasValue(0);
  }

  @Test
  void followsLineByLineUntilViewerLeaves() throws IOException {
    CountDownLatch second = new CountDownLatch(1);
    setLog(
        driverPod,
        (query, out, connected) -> {
          out.write("one\n".getBytes(UTF_8));
          out.flush();
          second.await();
          out.write("two\n".getBytes(UTF_8));
          out.flush();
          busy().write(query, out, connected);
        });

    try (Browser browser = follow(driverPod)) {
      assertThat(browser.head().status()).isEqualTo(200);
      assertThat(new String(browser.chunk(), UTF_8)).isEqualTo("one\n");
      second.countDown();
      assertThat(new String(browser.chunk(), UTF_8)).startsWith("two\n");
    }

    await().atMost(LONG).until(() -> cluster.openLogs() == 0);
  }

  @Test
  void sendsHeadersBeforeFirstLine() throws IOException {
    CountDownLatch first = new CountDownLatch(1);
    setLog(
        driverPod,
        (query, out, connected) -> {
          out.flush();
          first.await();
          busy().write(query, out, connected);
        });

    try (Browser browser = follow(driverPod)) {
      Reply head = browser.head();

      assertThat(head.status()).isEqualTo(200);
      // No proxy and no handler of the History Server holds lines back.
      assertThat(head.header("X-Accel-Buffering")).contains("no");
      assertThat(head.header("Content-Encoding")).contains("identity");
    } finally {
      first.countDown();
    }
  }

  @Test
  void leavesNothingBehindAfterHundredViewers() throws IOException {
    int before = cluster.connections();
    setLog(driverPod, busy());
    List<Browser> viewers = new ArrayList<>();
    try {
      for (int i = 0; i < VIEWERS; i++) {
        viewers.add(followFirstLine("viewer-" + i % USERS));
      }
      assertThat(cluster.openLogs()).isEqualTo(VIEWERS);
      for (int i = 0; i < LEAVERS; i++) {
        followFirstLine("vera").close();
      }
      await().atMost(LONG).until(() -> cluster.openLogs() == VIEWERS);
    } finally {
      viewers.forEach(Browser::close);
    }

    await().atMost(LONG).until(() -> cluster.openLogs() == 0);
    await()
        .atMost(LONG)
        .until(
            () ->
                FilterThreads.names().stream()
                    .noneMatch(thread -> thread.equals("spark-live-history-log")));
    await().atMost(LONG).until(() -> cluster.connections() <= before + 1);
  }

  @Test
  void refusesMoreThanTheBoundOfStreams() throws IOException {
    setLog(driverPod, busy());
    List<Browser> viewers = new ArrayList<>();
    try {
      for (int i = 0; i < 128; i++) {
        viewers.add(followFirstLine("viewer-" + i % USERS));
      }

      Reply reply = get(LOGS + "/" + driverPod);

      assertThat(reply.status()).isEqualTo(503);
      assertThat(reply.header("Retry-After")).isPresent();
    } finally {
      viewers.forEach(Browser::close);
    }
    await().atMost(LONG).until(() -> get(LOGS + "/" + executorPod).status() == 200);
  }

  @Test
  void refusesMoreThanTheBoundOfStreamsOfUser() throws IOException {
    setLog(driverPod, busy());
    List<Browser> viewers = new ArrayList<>();
    try {
      for (int i = 0; i < 32; i++) {
        viewers.add(followFirstLine("viewer-0"));
      }

      Reply reply = as("viewer-0", LOGS + "/" + executorPod);

      assertThat(reply.status()).isEqualTo(503);
      assertThat(reply.header("Retry-After")).isPresent();
      assertThat(get(LOGS + "/" + executorPod).status()).isEqualTo(200);
    } finally {
      viewers.forEach(Browser::close);
    }
    await().atMost(LONG).until(() -> as("viewer-0", LOGS + "/" + executorPod).status() == 200);
  }

  @Test
  void holdsBackApiServerIfViewerReadsSlowly() throws IOException {
    AtomicLong written = new AtomicLong();
    byte[] part = new byte[64 * 1024];
    Arrays.fill(part, (byte) '\n');
    setLog(
        driverPod,
        (query, out, connected) -> {
          while (connected.getAsBoolean()) {
            out.write(part);
            written.addAndGet(part.length);
          }
        });
    try (Browser browser = new Browser(server.port(), 64 * 1024)) {
      browser.send("GET", LOGS + "/" + driverPod + "?follow=true", "X-Test-User", "vera");
      assertThat(browser.head().status()).isEqualTo(200);

      long[] last = {-1};
      await()
          .atMost(LONG)
          .pollInterval(Duration.ofSeconds(1))
          .until(() -> last[0] == (last[0] = written.get()));
      long stalled = written.get();
      assertThat(stalled).isLessThan(32 << 20);

      // As much again and more arrives once it reads on.
      browser.skip(stalled);
      await().atMost(LONG).until(() -> written.get() > stalled);
    }
    await().atMost(LONG).until(() -> cluster.openLogs() == 0);
  }

  @Test
  void breaksOffIfApiServerDoes() throws IOException {
    CountDownLatch flushed = new CountDownLatch(1);
    setLog(
        driverPod,
        (query, out, connected) -> {
          out.write("half a line".getBytes(UTF_8));
          out.flush();
          flushed.countDown();
          quiet().write(query, out, connected);
        });

    try (Browser browser = new Browser(server.port())) {
      browser.send("GET", LOGS + "/" + driverPod + "?follow=true", "X-Test-User", "vera");
      assertThat(browser.head().status()).isEqualTo(200);
      assertThat(browser.chunk()).isNotEmpty();
      cluster.dropConnections();
      assertThat(browser.readToEnd()).doesNotContain("\r\n0\r\n");
    }
  }

  @Test
  void namesMissingRightAndReportsItInHealth() {
    cluster.revoke(namespace, "history");
    cluster.grant(namespace, "history", "get", "list", "watch");
    try {
      Reply reply = get(LOGS + "/" + driverPod);

      assertThat(reply.status()).isEqualTo(502);
      assertThat(reply.text()).contains("get on pods/log", namespace).doesNotContain("history/");
      assertThat(get("/sparkui/-/health").text())
          .contains("pod logs", "needs get on pods/log: see docs/kubernetes.md");
    } finally {
      cluster.grant(namespace, "history", PodLog.RIGHT);
    }
    assertThat(get(LOGS + "/" + driverPod).status()).isEqualTo(200);
    assertThat(get("/sparkui/-/health").text()).doesNotContain("pods/log");
  }

  @Test
  void reportsMissingRightForPodsInHealth() {
    cluster.revoke(namespace, "history");
    cluster.grant(namespace, "history", "list", "watch", PodLog.RIGHT);
    try {
      assertThat(get(LOGS + "/" + driverPod).status()).isEqualTo(502);
      assertThat(opened).hasValue(0);
      assertThat(get("/sparkui/-/health").text()).contains("podLogs: ");
    } finally {
      cluster.grant(namespace, "history", "get");
    }
    assertThat(get(LOGS + "/" + driverPod).status()).isEqualTo(200);
    assertThat(get("/sparkui/-/health").text()).doesNotContain("podLogs: ");
  }

  @Test
  void explainsThatDriverAtAddressHasNoPod() {
    String logs = "/sparkui/-/logs/" + WITHOUT_POD;
    await().atMost(LONG).until(() -> get(logs + "/-/pods").status() == 200);

    assertThat(get(logs + "/-/pods").text()).contains("by its address, not by a pod");
    assertThat(get(logs + "/" + driverPod).status()).isEqualTo(404);
    assertThat(opened).hasValue(0);
  }

  /** The registry has removed this application, and its pod still exists. */
  @Test
  void servesLogOfDriverThatNeverRan() {
    JsonObject manifest = PodManifests.name(PodManifests.driver("spark-3"), "rejected-driver");
    String rejected = name(cluster.create(namespace, manifest));
    cluster.setStatus(namespace, rejected, PodStatuses.rejected("OutOfcpu"));
    await()
        .atMost(LONG)
        .until(() -> get("/sparkui/-/applications?recentlyEnded=true").text().contains("OutOfcpu"));
    setLog(rejected, PodLog.of("of an init container\n"));

    Reply reply = get("/sparkui/-/logs/spark-3/" + rejected);

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.text()).isEqualTo("of an init container\n");
  }

  @Test
  void passesOnReasonWhyThereIsNoLog() {
    String reason = "container \"a\" in pod \"b\" is waiting to start: ContainerCreating";
    setLog(driverPod, PodLog.none(reason));

    Reply reply = get(LOGS + "/" + driverPod + "?previous=true");

    assertThat(reply.status()).isEqualTo(409);
    JsonObject json = JsonParser.parseString(reply.text()).getAsJsonObject();
    assertThat(json.get("message").getAsString()).endsWith(reason);
  }

  @Test
  void writesOneAuditLineForEachOpenedLog() {
    try (LoggedLines logged = new LoggedLines()) {
      get(LOGS + "/" + driverPod + "?container=c-1");
      get(LOGS + "/" + driverPod + "?container=c-1&sinceTime=2026-01-31T09:00:00Z");
      get(LOGS + "/" + otherPod);
      as("sten", LOGS + "/" + driverPod);
      get(LOGS + "/" + executorPod + "?container=c-2&sinceTime=2026-01-31T09:00:00Z");

      await().until(() -> logged.with("LogAuditLog").size() >= 2);
      assertThat(logged.with("LogAuditLog"))
          .satisfiesExactly(
              line ->
                  assertThat(line)
                      .endsWith(
                          "Log: vera opened the log of %s/%s, container c-1 of %s"
                              .formatted(namespace, driverPod, ID)),
              line -> assertThat(line).contains(executorPod + ", container c-2"));
    }
  }

  @Test
  void sendsNoBodyForHead() {
    setLog(driverPod, busy());

    Reply reply = server.request("HEAD", LOGS + "/" + driverPod, "X-Test-User", "vera");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.body()).isEmpty();
    await().atMost(LONG).until(() -> cluster.openLogs() == 0);
  }
}
