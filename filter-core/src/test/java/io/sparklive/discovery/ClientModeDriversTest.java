// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationInfo;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.ApplicationState;
import io.sparklive.application.DriverAddress;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.SourceRef;
import io.sparklive.driver.DriverApi;
import io.sparklive.driver.ProbeResult;
import io.sparklive.network.AllowedNetworks;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClientModeDriversTest {
  private static final Instant START = Instant.parse("2026-11-21T09:00:00Z");
  private static final ProbeIntervals INTERVALS =
      new ProbeIntervals(Duration.ofSeconds(5), Duration.ofMinutes(10), Duration.ofSeconds(15));
  private static final DriverAddress SOMEWHERE = new DriverAddress("10.0.0.9", 1);
  private static final ProbeResult REFUSED = new ProbeResult.ConnectionRefused();
  private static final ProbeResult NO_RESPONSE = new ProbeResult.NoResponse();

  private final BlockingQueue<Task> tasks = new LinkedBlockingQueue<>();
  private final ScheduledExecutorService scheduler = mock(ScheduledExecutorService.class);
  private final ApplicationRegistry registry = new ApplicationRegistry();
  private final DriverApi api = mock(DriverApi.class);
  private final Map<Integer, ProbeResult> replies = new ConcurrentHashMap<>();
  private final List<DriverAddress> probed = new CopyOnWriteArrayList<>();
  private volatile Instant now = START;
  private final ClientModeDrivers drivers =
      new ClientModeDrivers(
          api,
          registry,
          new DriverAddressResolver(
              InetAddress::getAllByName,
              AllowedNetworks.defaultNetworks(),
              IntStream.range(4040, 4070).boxed().toList()),
          INTERVALS,
          scheduler,
          () -> now);

  private record Task(Runnable work, Duration delay) {}

  @BeforeEach
  void scriptDrivers() {
    doAnswer(
            call -> {
              tasks.add(
                  new Task(call.getArgument(0), Duration.ofMillis(call.<Long>getArgument(1))));
              return mock(ScheduledFuture.class);
            })
        .when(scheduler)
        .schedule(any(Runnable.class), anyLong(), any(TimeUnit.class));
    when(api.probe(any()))
        .thenAnswer(
            call -> {
              DriverAddress address = call.getArgument(0);
              probed.add(address);
              return CompletableFuture.completedFuture(
                  at(address, replies.getOrDefault(address.port(), REFUSED)));
            });
  }

  @AfterEach
  void close() {
    drivers.close();
  }

  /** A hint with the properties that a test sets. */
  private static final class TestHint implements DriverHint {
    private final ApplicationId id;
    private volatile boolean executorsRunning = true;
    private volatile boolean obsolete;
    private volatile Optional<String> host = Optional.of("10.0.0.7");

    TestHint(String id) {
      this.id = new ApplicationId(id);
    }

    @Override
    public ApplicationId id() {
      return id;
    }

    @Override
    public String origin() {
      return "a test";
    }

    @Override
    public Optional<String> namespace() {
      return Optional.of("team-a");
    }

    @Override
    public boolean hasRunningExecutors() {
      return executorsRunning;
    }

    @Override
    public boolean isObsolete() {
      return obsolete;
    }

    @Override
    public CandidateHosts candidateHosts() throws IOException {
      return new CandidateHosts(
          List.of(host.orElseThrow(() -> new IOException("unknown host"))), Optional.empty());
    }
  }

  private static ProbeResult at(DriverAddress address, ProbeResult reply) {
    return reply instanceof ProbeResult.Running runs
        ? new ProbeResult.Running(runs.id(), runs.info(), address)
        : reply;
  }

  private static ProbeResult runs(String id) {
    return new ProbeResult.Running(
        new ApplicationId(id),
        new ApplicationInfo(id, Optional.empty(), START.minusSeconds(60), "ada", "4.2.0"),
        SOMEWHERE);
  }

  private boolean isFoundBy(TestHint hint) {
    return drivers.startSearch(hint).orTimeout(10, TimeUnit.SECONDS).join().isEmpty();
  }

  /** Searches without a result for so long that the status reports it. */
  private void searchWithoutResult(TestHint hint) throws InterruptedException {
    assertThat(isFoundBy(hint)).isFalse();
    now = now.plusSeconds(3600);
    Duration unused = runNext();
    await().until(() -> !tasks.isEmpty());
  }

  /** Runs the next scheduled task. */
  private Duration runNext() throws InterruptedException {
    Task task = tasks.poll(10, TimeUnit.SECONDS);
    task.work().run();
    return task.delay();
  }

  private Optional<LiveApplication> find(String id) {
    return registry.find(new ApplicationId(id));
  }

  private void assertState(String id, ApplicationState state) {
    assertThat(find(id)).map(LiveApplication::state).contains(state);
  }

  private TestHint found(String id) {
    TestHint hint = new TestHint(id);
    replies.put(4045, runs(id));
    assertThat(isFoundBy(hint)).isTrue();
    return hint;
  }

  @Test
  void findsADriverOnAnyPort() {
    replies.put(4041, runs("app-2"));
    replies.put(4042, new ProbeResult.NotADriver());
    replies.put(4065, runs("app-1"));

    assertThat(isFoundBy(new TestHint("app-1"))).isTrue();

    assertThat(find("app-1"))
        .contains(
            new LiveApplication(
                new ApplicationId("app-1"),
                ApplicationState.LIVE,
                new ApplicationInfo(
                    "app-1", Optional.empty(), START.minusSeconds(60), "ada", "4.2.0"),
                Optional.of(new DriverAddress("10.0.0.7", 4065)),
                Optional.of("team-a"),
                new SourceRef("client mode", "a test app-1"),
                Optional.empty()));
    assertThat(find("app-2")).isEmpty();
    assertThat(drivers.status().applications()).isEqualTo(1);
    assertThat(drivers.status().lastEvent()).contains(START);
    assertThat(drivers.status().scope())
        .isEqualTo(
            "hosts in all networks except loopback, link-local, multicast and metadata services of"
                + " clouds");
  }

  @Test
  void stopsProbingPortsOnceTheDriverIsFound() {
    replies.put(4045, runs("app-1"));

    assertThat(isFoundBy(new TestHint("app-1"))).isTrue();

    assertThat(probed).hasSizeLessThanOrEqualTo(10);
  }

  @Test
  void distinguishesSeveralApplicationsOnOneHost() {
    replies.put(4040, runs("app-1"));
    replies.put(4041, runs("app-2"));
    replies.put(4052, runs("app-3"));

    assertThat(isFoundBy(new TestHint("app-3"))).isTrue();
    assertThat(isFoundBy(new TestHint("app-2"))).isTrue();
    assertThat(isFoundBy(new TestHint("app-1"))).isTrue();

    assertThat(registry.all())
        .extracting(application -> application.address().orElseThrow().port())
        .containsExactly(4040, 4041, 4052);
  }

  @Test
  void searchesAgainWhileExecutorsRun() throws InterruptedException {
    searchWithoutResult(new TestHint("app-1"));
    assertThat(drivers.status().error())
        .contains(
            "application app-1, a test: no response as app-1 from 10.0.0.7 at the ports 4040-4069");

    for (int i = 0; i < 10; i++) {
      assertThat(runNext()).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(1));
      await().until(() -> !tasks.isEmpty());
    }
    replies.put(4069, runs("app-1"));
    Duration unused = runNext();

    await().until(() -> find("app-1").isPresent());
    assertThat(drivers.status().error()).isEmpty();
  }

  @Test
  void stopsSearchingWithoutRunningExecutors() {
    TestHint hint = new TestHint("app-1");
    hint.executorsRunning = false;

    assertThat(isFoundBy(hint)).isFalse();

    assertThat(tasks).isEmpty();
    assertThat(drivers.status().error()).isEmpty();
    replies.put(4045, runs("app-1"));
    assertThat(isFoundBy(hint)).isTrue();
  }

  @Test
  void reportsWhyItCannotSearch() throws InterruptedException {
    TestHint hint = new TestHint("app-1");
    hint.host = Optional.empty();

    searchWithoutResult(hint);

    assertThat(drivers.status().error()).contains("application app-1, a test: unknown host");
    assertThat(probed).isEmpty();
  }

  @Test
  void reportsAFewOfManyDriversThatAreNotFound() throws InterruptedException {
    for (int i = 1; i <= 8; i++) {
      searchWithoutResult(new TestHint("app-" + i));
      tasks.clear();
    }

    assertThat(drivers.status().error().orElseThrow())
        .contains("application app-5, ")
        .doesNotContain("app-6")
        .endsWith("; and 3 more");
  }

  @Test
  void startsOneSearchForEachApplication() {
    TestHint hint = found("app-1");
    int before = probed.size();

    assertThat(isFoundBy(hint)).isTrue();
    assertThat(isFoundBy(new TestHint("app-1"))).isTrue();

    assertThat(probed).hasSize(before);
    assertThat(tasks).hasSize(1);
  }

  @Test
  void pollsADriverAtItsAddressOnceItIsFound() throws InterruptedException {
    found("app-1");
    probed.clear();

    for (int i = 0; i < 5; i++) {
      assertThat(runNext()).isEqualTo(INTERVALS.refresh());
    }

    assertThat(probed).hasSize(5).containsOnly(new DriverAddress("10.0.0.7", 4045));
    assertState("app-1", ApplicationState.LIVE);
  }

  @Test
  void endsADriverThatRefusesThreeTimes() throws InterruptedException {
    TestHint hint = found("app-1");
    hint.executorsRunning = false;
    replies.put(4045, REFUSED);
    runNext();
    runNext();
    assertState("app-1", ApplicationState.LIVE);
    now = START.plusSeconds(15);
    runNext();

    assertState("app-1", ApplicationState.ENDED);
    assertThat(find("app-1").orElseThrow().ended()).contains(now);
    assertThat(tasks).isEmpty();
    assertThat(drivers.status().applications()).isZero();
  }

  @Test
  void resetsTheFailureCountWhenTheDriverResponds() throws InterruptedException {
    TestHint hint = found("app-1");
    hint.executorsRunning = false;
    for (int i = 0; i < 3; i++) {
      replies.put(4045, REFUSED);
      runNext();
      runNext();
      replies.put(4045, runs("app-1"));
      runNext();
    }

    assertState("app-1", ApplicationState.LIVE);
  }

  @Test
  void endsADriverThatIsUnreachableThreeTimes() throws InterruptedException {
    TestHint hint = found("app-1");
    hint.executorsRunning = false;
    replies.put(4045, new ProbeResult.Unreachable());
    runNext();
    runNext();
    assertState("app-1", ApplicationState.LIVE);
    runNext();

    assertState("app-1", ApplicationState.ENDED);
  }

  @Test
  void endsAnUnresponsiveDriverAfterTheTimeout() throws InterruptedException {
    TestHint hint = found("app-1");
    hint.executorsRunning = false;
    replies.put(4045, NO_RESPONSE);
    runNext();
    now = START.plus(INTERVALS.noResponseTimeout());
    runNext();
    assertState("app-1", ApplicationState.LIVE);
    now = now.plusMillis(1);
    runNext();

    assertState("app-1", ApplicationState.ENDED);
  }

  @Test
  void keepsADriverWhileItHasRunningExecutors() throws InterruptedException {
    TestHint hint = found("app-1");
    for (ProbeResult reply :
        List.of(
            REFUSED, NO_RESPONSE, new ProbeResult.Unreachable(), new ProbeResult.NotADriver())) {
      replies.put(4045, reply);
      for (int i = 0; i < 5; i++) {
        now = now.plus(INTERVALS.noResponseTimeout());
        runNext();
      }
    }
    assertState("app-1", ApplicationState.LIVE);

    hint.executorsRunning = false;
    runNext();
    assertState("app-1", ApplicationState.ENDED);
  }

  @Test
  void endsADriverWhenAnotherApplicationResponds() throws InterruptedException {
    TestHint hint = found("app-1");
    hint.executorsRunning = false;
    replies.put(4045, runs("app-2"));
    runNext();

    assertState("app-1", ApplicationState.ENDED);
    assertThat(find("app-2")).isEmpty();
    assertThat(tasks).isEmpty();
  }

  @Test
  void findsADriverThatMovedToAnotherPort() throws InterruptedException {
    found("app-1");
    replies.put(4045, runs("app-2"));
    replies.put(4051, runs("app-1"));
    runNext();

    await()
        .until(
            () ->
                find("app-1")
                    .flatMap(LiveApplication::address)
                    .filter(address -> address.port() == 4051)
                    .isPresent());
    assertState("app-1", ApplicationState.LIVE);
  }

  @Test
  void dropsADriverWhoseHintIsObsolete() throws InterruptedException {
    TestHint hint = new TestHint("app-1");
    hint.obsolete = true;
    assertThat(isFoundBy(hint)).isFalse();
    assertThat(probed).isEmpty();
    assertThat(tasks).isEmpty();

    hint.obsolete = false;
    replies.put(4045, runs("app-1"));
    assertThat(isFoundBy(hint)).isTrue();
    hint.obsolete = true;
    runNext();

    assertState("app-1", ApplicationState.ENDED);
    assertThat(tasks).isEmpty();
  }

  @Test
  void limitsTheStartTimeToTheTimeOfDiscovery() {
    replies.put(
        4040,
        new ProbeResult.Running(
            new ApplicationId("app-1"),
            new ApplicationInfo("app-1", Optional.empty(), START.plusSeconds(3600), "ada", "4.2.0"),
            SOMEWHERE));

    assertThat(isFoundBy(new TestHint("app-1"))).isTrue();

    assertThat(find("app-1").orElseThrow().info().started()).isEqualTo(START);
  }

  @Test
  void probesNothingAfterClose() throws InterruptedException {
    found("app-1");
    drivers.close();
    probed.clear();
    replies.put(4045, runs("app-2"));
    Duration unused = runNext();

    assertThat(probed).isEmpty();
    assertState("app-1", ApplicationState.LIVE);
    assertThat(isFoundBy(new TestHint("app-9"))).isFalse();
  }
}
