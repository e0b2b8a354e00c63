// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery;

import static io.sparklive.application.SampleApplications.addressOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationInfo;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.ApplicationState;
import io.sparklive.application.Conflict;
import io.sparklive.application.DiscoveryEvent;
import io.sparklive.application.DriverAddress;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.SourceRef;
import io.sparklive.driver.DriverApi;
import io.sparklive.driver.DriverHttpClient;
import io.sparklive.driver.ProbeResult;
import io.sparklive.testkit.driver.FakeDriver;
import io.sparklive.testkit.driver.Response;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.mockito.stubbing.OngoingStubbing;

class StaticDriversTest {
  private static final Duration REFRESH = Duration.ofSeconds(5);
  private static final Duration NO_RESPONSE_TIMEOUT = Duration.ofMinutes(10);
  private static final Instant START = Instant.parse("2026-11-21T09:00:00Z");
  private static final ApplicationId ID = new ApplicationId("app-1");

  private static final DriverNames NAMES = new DriverNames(InetAddress::getAllByName);
  private static final ProbeResult NO_RESPONSE = new ProbeResult.NoResponse();
  private static final ProbeResult RUNS =
      new ProbeResult.Running(
          ID,
          new ApplicationInfo("app-1", Optional.empty(), START, "ada", "4.2.0"),
          new DriverAddress("10.0.0.7", 4040));

  private static DriverHttpClient client;

  private final BlockingQueue<Task> tasks = new LinkedBlockingQueue<>();
  private final ScheduledExecutorService scheduler = mock(ScheduledExecutorService.class);
  private final ApplicationRegistry registry = new ApplicationRegistry();
  private final DriverApi api = api();
  private final FakeDriver driver = FakeDriver.refusing();
  private volatile Instant now = START;
  private final StaticDrivers drivers = drivers(api, addressOf(driver));

  private record Task(Runnable work, Duration delay) {}

  private static DriverApi api() {
    return new DriverApi(client.client(), "spark-live-history-1", Duration.ofSeconds(10));
  }

  @BeforeAll
  static void startClient() throws Exception {
    client = new DriverHttpClient(8);
  }

  @AfterAll
  static void stopClient() {
    client.close();
    NAMES.close();
  }

  @BeforeEach
  void keepTasks() {
    doAnswer(
            call -> {
              tasks.add(
                  new Task(call.getArgument(0), Duration.ofMillis(call.<Long>getArgument(1))));
              return mock(ScheduledFuture.class);
            })
        .when(scheduler)
        .schedule(any(Runnable.class), anyLong(), any(TimeUnit.class));
  }

  @AfterEach
  void closeDriver() {
    drivers.close();
    driver.close();
  }

  private StaticDrivers drivers(DriverApi api, DriverAddress... addresses) {
    return new StaticDrivers(
        List.of(addresses),
        NAMES,
        REFRESH,
        NO_RESPONSE_TIMEOUT,
        api,
        registry,
        scheduler,
        () -> now);
  }

  /** Runs the next scheduled probe, and returns when its reply has been processed. */
  private Task runNext() throws InterruptedException {
    Task task = tasks.poll(10, TimeUnit.SECONDS);
    task.work.run();
    await().pollInterval(Duration.ofMillis(1)).until(() -> !tasks.isEmpty());
    return tasks.peek();
  }

  private LiveApplication application() {
    return registry.find(ID).orElseThrow();
  }

  private void assertState(ApplicationState state) {
    assertThat(application().state()).isEqualTo(state);
  }

  private void startLive() throws InterruptedException {
    driver.run("app-1");
    drivers.start();
    runNext();
    assertState(ApplicationState.LIVE);
  }

  @Test
  void reportsADriverWithItsInfo() throws InterruptedException {
    driver.run("app-1");
    drivers.start();
    runNext();

    assertThat(application())
        .isEqualTo(
            new LiveApplication(
                ID,
                ApplicationState.LIVE,
                new ApplicationInfo(
                    "Night shift",
                    Optional.empty(),
                    driver.application().started(),
                    "ada",
                    "4.2.0"),
                Optional.of(addressOf(driver)),
                Optional.empty(),
                new SourceRef("static", driver.address()),
                Optional.empty()));
  }

  @Test
  void reportsADriverThatStartsLater() throws InterruptedException {
    drivers.start();
    runNext();
    runNext();
    runNext();
    runNext();
    assertThat(registry.all()).isEmpty();
    driver.respondToAll(Response.STARTING_UP);
    runNext();
    assertThat(registry.all()).isEmpty();

    driver.run("app-1");
    runNext();

    assertState(ApplicationState.LIVE);
  }

  @Test
  void pollsAgainARefreshAfterTheReply() throws InterruptedException {
    startLive();

    assertThat(runNext().delay).isEqualTo(REFRESH);
    assertThat(tasks).hasSize(1);
  }

  @Test
  void pollsEachSecondWhileADriverRefuses() throws InterruptedException {
    Duration afterFailure = Duration.ofSeconds(1);
    startLive();
    assertThat(runNext().delay).isEqualTo(REFRESH);

    driver.refuse();
    assertThat(runNext().delay).isEqualTo(afterFailure);
    assertThat(runNext().delay).isEqualTo(afterFailure);
    assertThat(runNext().delay).isEqualTo(REFRESH);
    assertState(ApplicationState.ENDED);
    assertThat(runNext().delay).isEqualTo(REFRESH);
  }

  @Test
  void endsADriverAfterThreeRefusals() throws InterruptedException {
    startLive();
    driver.refuse();
    runNext();
    assertState(ApplicationState.LIVE);
    runNext();
    assertState(ApplicationState.LIVE);
    now = START.plusSeconds(10);
    runNext();

    assertState(ApplicationState.ENDED);
    assertThat(application().ended()).contains(START.plusSeconds(10));
  }

  @Test
  void keepsADriverThatRespondsBetweenRefusals() throws InterruptedException {
    startLive();
    for (int i = 0; i < 3; i++) {
      driver.refuse();
      runNext();
      assertState(ApplicationState.LIVE);
      runNext();
      assertState(ApplicationState.LIVE);
      driver.run("app-1");
      runNext();
    }
  }

  @Test
  void endsADriverAfterThreeRepliesOfAnotherProgram() throws InterruptedException {
    startLive();
    driver.respondToAll(Response.STARTING_UP);
    runNext();
    driver.respondToAll(Response.of(404, "<html>Not Found</html>", "Content-Type", "text/html"));
    runNext();
    assertState(ApplicationState.LIVE);
    runNext();

    assertState(ApplicationState.ENDED);
  }

  /** Polls a driver with scripted replies, as a real timeout would take long. */
  private void startScripted(ProbeResult first, ProbeResult... next) throws InterruptedException {
    DriverApi scripted = mock(DriverApi.class);
    OngoingStubbing<CompletableFuture<ProbeResult>> replies =
        when(scripted.probe(addressOf(driver)))
            .thenReturn(CompletableFuture.completedFuture(first));
    for (ProbeResult reply : next) {
      replies = replies.thenReturn(CompletableFuture.completedFuture(reply));
    }
    drivers(scripted, addressOf(driver)).start();
    runNext();
  }

  @Test
  void keepsAnUnresponsiveDriverUntilTheTimeout() throws InterruptedException {
    startScripted(RUNS, NO_RESPONSE);
    runNext();
    runNext();
    runNext();
    runNext();
    assertState(ApplicationState.LIVE);
    assertThat(runNext().delay).isEqualTo(REFRESH);
    now = START.plus(NO_RESPONSE_TIMEOUT);
    runNext();
    assertState(ApplicationState.LIVE);
    now = START.plus(NO_RESPONSE_TIMEOUT).plusMillis(1);
    runNext();

    assertState(ApplicationState.ENDED);
    assertThat(application().ended()).contains(now);
  }

  @Test
  void restartsTheTimeoutAfterAResponse() throws InterruptedException {
    startScripted(RUNS, NO_RESPONSE, RUNS, NO_RESPONSE);
    runNext();
    now = START.plus(NO_RESPONSE_TIMEOUT).minusSeconds(1);
    runNext();
    now = START.plus(NO_RESPONSE_TIMEOUT).plusSeconds(1);
    runNext();
    now = now.plusSeconds(60);
    runNext();

    assertState(ApplicationState.LIVE);
  }

  @Test
  void restartsTheTimeoutAfterARefusal() throws InterruptedException {
    startScripted(RUNS, NO_RESPONSE, new ProbeResult.ConnectionRefused(), NO_RESPONSE);
    runNext();
    now = START.plus(NO_RESPONSE_TIMEOUT).plusSeconds(1);
    runNext();
    runNext();
    now = now.plusSeconds(60);
    runNext();

    assertState(ApplicationState.LIVE);
  }

  @Test
  void reportsAnEndedDriverThatRespondsAgain() throws InterruptedException {
    startLive();
    driver.refuse();
    runNext();
    runNext();
    runNext();
    assertState(ApplicationState.ENDED);
    driver.run("app-1");
    runNext();

    assertState(ApplicationState.LIVE);
    driver.refuse();
    runNext();
    runNext();
    assertState(ApplicationState.LIVE);
    runNext();
    assertState(ApplicationState.ENDED);
  }

  @Test
  void endsAnApplicationWhenAnotherOneResponds() throws InterruptedException {
    startLive();
    driver.run("app-2");
    runNext();

    assertState(ApplicationState.ENDED);
    LiveApplication second = registry.find(new ApplicationId("app-2")).orElseThrow();
    assertThat(second.state()).isEqualTo(ApplicationState.LIVE);
    assertThat(second.address()).contains(addressOf(driver));
  }

  @Test
  void limitsTheStartTimeToTheTimeOfDiscovery() throws InterruptedException {
    Instant declared = START.plus(Duration.ofDays(365));
    startScripted(
        new ProbeResult.Running(
            ID,
            new ApplicationInfo("app-1", Optional.empty(), declared, "ada", "4.2.0"),
            new DriverAddress("10.0.0.7", 4040)),
        new ProbeResult.ConnectionRefused());
    assertThat(application().info().started()).isEqualTo(START);
    runNext();
    runNext();
    runNext();

    assertThat(application().ended()).contains(START);
  }

  @Test
  void reportsAConflictOfTwoAddressesWithOneId() throws InterruptedException {
    try (FakeDriver other = FakeDriver.refusing()) {
      startLive();
      tasks.clear();
      other.run("app-1");
      drivers(api, addressOf(other)).start();
      runNext();

      assertThat(registry.conflicts())
          .containsExactly(
              new Conflict(
                  ID,
                  new SourceRef("static", driver.address()),
                  new SourceRef("static", other.address())));
    }
  }

  @Test
  void spreadsTheFirstPolls() {
    drivers(api, new DriverAddress("a", 1), new DriverAddress("a", 2), new DriverAddress("a", 3))
        .start();

    assertThat(tasks)
        .extracting(Task::delay)
        .startsWith(Duration.ZERO, Duration.ofMillis(1), Duration.ofMillis(2));
  }

  @Test
  void schedulesNothingAfterClose() throws InterruptedException {
    startLive();
    Task next = tasks.poll();
    drivers.close();
    assertThat(next).isNotNull();
    drivers.start();

    assertThat(tasks).isEmpty();
  }

  @Test
  void sendsNoScheduledRequestAfterClose() throws InterruptedException {
    startLive();
    drivers.close();
    tasks.poll().work.run();

    await()
        .during(Duration.ofMillis(200))
        .atMost(Duration.ofSeconds(2))
        .until(() -> driver.received() == 1);
  }

  @Test
  @Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void ignoresARequestInFlightAfterClose() {
    DriverApi slow = mock(DriverApi.class);
    CompletableFuture<ProbeResult> reply = new CompletableFuture<>();
    when(slow.probe(any())).thenReturn(reply);
    StaticDrivers closing = drivers(slow, addressOf(driver));
    closing.start();
    tasks.poll().work.run();
    closing.close();

    reply.complete(RUNS);

    assertThat(registry.all()).isEmpty();
    assertThat(tasks).isEmpty();
  }

  @Test
  void toleratesASchedulerThatIsShutDownFirst() throws InterruptedException {
    startLive();
    doThrow(new RejectedExecutionException())
        .when(scheduler)
        .schedule(any(Runnable.class), anyLong(), any(TimeUnit.class));
    tasks.poll().work.run();

    await().until(() -> driver.received() == 2);
    assertState(ApplicationState.LIVE);
  }

  @Test
  void pollsAgainIfAReplyCannotBeProcessed() throws InterruptedException {
    ApplicationRegistry failing = mock(ApplicationRegistry.class);
    doThrow(new IllegalStateException("no")).when(failing).apply(any(DiscoveryEvent.class));
    driver.run("app-1");
    StaticDrivers polling =
        new StaticDrivers(
            List.of(addressOf(driver)),
            NAMES,
            REFRESH,
            NO_RESPONSE_TIMEOUT,
            api,
            failing,
            scheduler,
            () -> now);
    polling.start();

    assertThat(runNext().delay).isEqualTo(REFRESH);
    assertThat(runNext().delay).isEqualTo(REFRESH);
    assertThat(driver.received()).isEqualTo(2);
  }

  @Test
  void pollsAgainIfARequestCannotBeSent() {
    DriverApi failing = mock(DriverApi.class);
    when(failing.probe(any())).thenThrow(new IllegalArgumentException("no such host"));
    drivers(failing, addressOf(driver)).start();

    try {
      tasks.poll().work.run();
    } catch (IllegalArgumentException e) {
      // A scheduler loses the exception with its task.
    }

    assertThat(tasks).hasSize(1);
  }

  @Test
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void blocksNoThreadOnAddressesThatHang() throws Exception {
    List<ServerSocket> hanging = new ArrayList<>();
    ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    try (DriverHttpClient client = new DriverHttpClient(8)) {
      List<DriverAddress> addresses = new ArrayList<>();
      for (int i = 0; i < 299; i++) {
        // The kernel accepts the connection; no program does.
        ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        hanging.add(socket);
        addresses.add(new DriverAddress("127.0.0.1", socket.getLocalPort()));
      }
      driver.run("app-1");
      addresses.add(addressOf(driver));
      int threadsBefore = Thread.activeCount();
      StaticDrivers many =
          new StaticDrivers(
              addresses,
              NAMES,
              Duration.ofMillis(50),
              NO_RESPONSE_TIMEOUT,
              new DriverApi(client.client(), "via", Duration.ofSeconds(30)),
              registry,
              clock,
              InstantSource.system());
      many.start();
      await().pollInterval(Duration.ofMillis(10)).until(() -> driver.received() >= 3);

      assertState(ApplicationState.LIVE);
      assertThat(client.client().getDestinations()).hasSize(300);
      assertThat(Thread.activeCount() - threadsBefore).isLessThan(20);
      many.close();
    } finally {
      clock.shutdownNow();
      for (ServerSocket socket : hanging) {
        socket.close();
      }
    }
  }
}
