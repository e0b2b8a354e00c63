package io.sparklive.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.sparklive.application.ApplicationFacts;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.ApplicationState;
import io.sparklive.application.DriverAddress;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.Witness;
import io.sparklive.driver.DriverApi;
import io.sparklive.driver.DriverReply;
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
  private static final ClientModeDrivers.Pace PACE =
      new ClientModeDrivers.Pace(
          Duration.ofSeconds(5), Duration.ofMinutes(10), Duration.ofSeconds(15));
  private static final DriverAddress SOMEWHERE = new DriverAddress("10.0.0.9", 1);
  private static final DriverReply REFUSED = new DriverReply.Refused();
  private static final DriverReply SILENT = new DriverReply.Silent();

  private final BlockingQueue<Task> tasks = new LinkedBlockingQueue<>();
  private final ScheduledExecutorService scheduler = mock(ScheduledExecutorService.class);
  private final ApplicationRegistry registry = new ApplicationRegistry();
  private final DriverApi api = mock(DriverApi.class);
  private final Map<Integer, DriverReply> replies = new ConcurrentHashMap<>();
  private final List<DriverAddress> asked = new CopyOnWriteArrayList<>();
  private volatile Instant now = START;
  private final ClientModeDrivers drivers =
      new ClientModeDrivers(
          api,
          registry,
          new DriverAddressResolver(
              InetAddress::getAllByName,
              AllowedNetworks.anyOrdinary(),
              IntStream.range(4040, 4070).boxed().toList()),
          PACE,
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
    when(api.whatRunsAt(any()))
        .thenAnswer(
            call -> {
              DriverAddress address = call.getArgument(0);
              asked.add(address);
              return CompletableFuture.completedFuture(
                  at(address, replies.getOrDefault(address.port(), REFUSED)));
            });
  }

  @AfterEach
  void close() {
    drivers.close();
  }

  /** Somebody's claim, as a test wants it. */
  private static final class Says implements ClientModeDrivers.Claim {
    private final ApplicationId id;
    private volatile boolean backedUp = true;
    private volatile boolean moot;
    private volatile Optional<String> host = Optional.of("10.0.0.7");

    Says(String id) {
      this.id = new ApplicationId(id);
    }

    @Override
    public ApplicationId id() {
      return id;
    }

    @Override
    public String claimant() {
      return "a test";
    }

    @Override
    public Optional<String> namespace() {
      return Optional.of("team-a");
    }

    @Override
    public boolean isBackedUp() {
      return backedUp;
    }

    @Override
    public boolean isMoot() {
      return moot;
    }

    @Override
    public CandidateHosts whereabouts() throws IOException {
      return new CandidateHosts(
          List.of(host.orElseThrow(() -> new IOException("nobody knows where"))), Optional.empty());
    }
  }

  private static DriverReply at(DriverAddress address, DriverReply reply) {
    return reply instanceof DriverReply.Runs runs
        ? new DriverReply.Runs(runs.id(), runs.facts(), address)
        : reply;
  }

  private static DriverReply runs(String id) {
    return new DriverReply.Runs(
        new ApplicationId(id),
        new ApplicationFacts(id, Optional.empty(), START.minusSeconds(60), "ada", "4.2.0"),
        SOMEWHERE);
  }

  private boolean isFound(Says claim) {
    return drivers.look(claim).orTimeout(10, TimeUnit.SECONDS).join().isEmpty();
  }

  /** Nobody is found, for long enough to say so. */
  private void searchInVain(Says claim) throws InterruptedException {
    assertThat(isFound(claim)).isFalse();
    now = now.plusSeconds(3600);
    Duration unused = turn();
    await().until(() -> !tasks.isEmpty());
  }

  /** What is due next happens. */
  private Duration turn() throws InterruptedException {
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

  private Says found(String id) {
    Says claim = new Says(id);
    replies.put(4045, runs(id));
    assertThat(isFound(claim)).isTrue();
    return claim;
  }

  @Test
  void findsADriverAmongAllPorts() {
    replies.put(4041, runs("app-2"));
    replies.put(4042, new DriverReply.SomethingElse());
    replies.put(4065, runs("app-1"));

    assertThat(isFound(new Says("app-1"))).isTrue();

    assertThat(find("app-1"))
        .contains(
            new LiveApplication(
                new ApplicationId("app-1"),
                ApplicationState.LIVE,
                new ApplicationFacts(
                    "app-1", Optional.empty(), START.minusSeconds(60), "ada", "4.2.0"),
                Optional.of(new DriverAddress("10.0.0.7", 4065)),
                Optional.of("team-a"),
                new Witness("client mode", "a test app-1"),
                Optional.empty()));
    assertThat(find("app-2")).isEmpty();
    assertThat(drivers.status().applications()).isEqualTo(1);
    assertThat(drivers.status().lastEvent()).contains(START);
  }

  @Test
  void asksNoMorePortsThanItNeeds() {
    replies.put(4045, runs("app-1"));

    assertThat(isFound(new Says("app-1"))).isTrue();

    assertThat(asked).hasSizeLessThanOrEqualTo(10);
  }

  @Test
  void tellsSeveralApplicationsOfOneHostApart() {
    replies.put(4040, runs("app-1"));
    replies.put(4041, runs("app-2"));
    replies.put(4052, runs("app-3"));

    assertThat(isFound(new Says("app-3"))).isTrue();
    assertThat(isFound(new Says("app-2"))).isTrue();
    assertThat(isFound(new Says("app-1"))).isTrue();

    assertThat(registry.all())
        .extracting(application -> application.address().orElseThrow().port())
        .containsExactly(4040, 4041, 4052);
  }

  @Test
  void goesOnSearchingWhileTheClaimIsBackedUp() throws InterruptedException {
    searchInVain(new Says("app-1"));
    assertThat(drivers.status().error())
        .contains(
            "application app-1, a test: no answer as app-1 from 10.0.0.7 at the ports 4040-4069");

    for (int i = 0; i < 10; i++) {
      assertThat(turn()).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(1));
      await().until(() -> !tasks.isEmpty());
    }
    replies.put(4069, runs("app-1"));
    Duration unused = turn();

    await().until(() -> find("app-1").isPresent());
    assertThat(drivers.status().error()).isEmpty();
  }

  @Test
  void givesUpOnAClaimThatNothingBacksUp() {
    Says claim = new Says("app-1");
    claim.backedUp = false;

    assertThat(isFound(claim)).isFalse();

    assertThat(tasks).isEmpty();
    assertThat(drivers.status().error()).isEmpty();
    replies.put(4045, runs("app-1"));
    assertThat(isFound(claim)).isTrue();
  }

  @Test
  void saysWhyItCannotSearch() throws InterruptedException {
    Says claim = new Says("app-1");
    claim.host = Optional.empty();

    searchInVain(claim);

    assertThat(drivers.status().error()).contains("application app-1, a test: nobody knows where");
    assertThat(asked).isEmpty();
  }

  @Test
  void namesFewOfManyThatAreNotFound() throws InterruptedException {
    for (int i = 1; i <= 8; i++) {
      searchInVain(new Says("app-" + i));
      tasks.clear();
    }

    assertThat(drivers.status().error().orElseThrow())
        .contains("application app-5, ")
        .doesNotContain("app-6")
        .endsWith("; and 3 more");
  }

  @Test
  void nobodyIsLookedForTwiceAtATime() {
    Says claim = found("app-1");
    int before = asked.size();

    assertThat(isFound(claim)).isTrue();
    assertThat(isFound(new Says("app-1"))).isTrue();

    assertThat(asked).hasSize(before);
    assertThat(tasks).hasSize(1);
  }

  @Test
  void asksADriverAgainAndAgainWhereItWasFound() throws InterruptedException {
    found("app-1");
    asked.clear();

    for (int i = 0; i < 5; i++) {
      assertThat(turn()).isEqualTo(PACE.refresh());
    }

    assertThat(asked).hasSize(5).containsOnly(new DriverAddress("10.0.0.7", 4045));
    assertState("app-1", ApplicationState.LIVE);
  }

  @Test
  void oneThatRefusesEndsAtTheThirdTime() throws InterruptedException {
    Says claim = found("app-1");
    claim.backedUp = false;
    replies.put(4045, REFUSED);
    turn();
    turn();
    assertState("app-1", ApplicationState.LIVE);
    now = START.plusSeconds(15);
    turn();

    assertState("app-1", ApplicationState.ENDED);
    assertThat(find("app-1").orElseThrow().ended()).contains(now);
    assertThat(tasks).isEmpty();
    assertThat(drivers.status().applications()).isZero();
  }

  @Test
  void anAnswerBetweenRefusalsBeginsTheCountAnew() throws InterruptedException {
    Says claim = found("app-1");
    claim.backedUp = false;
    for (int i = 0; i < 3; i++) {
      replies.put(4045, REFUSED);
      turn();
      turn();
      replies.put(4045, runs("app-1"));
      turn();
    }

    assertState("app-1", ApplicationState.LIVE);
  }

  @Test
  void oneThatIsOutOfReachEndsLikeOneThatRefuses() throws InterruptedException {
    Says claim = found("app-1");
    claim.backedUp = false;
    replies.put(4045, new DriverReply.Unreachable());
    turn();
    turn();
    assertState("app-1", ApplicationState.LIVE);
    turn();

    assertState("app-1", ApplicationState.ENDED);
  }

  @Test
  void oneThatIsSilentEndsWhenPatienceIsOver() throws InterruptedException {
    Says claim = found("app-1");
    claim.backedUp = false;
    replies.put(4045, SILENT);
    turn();
    now = START.plus(PACE.patience());
    turn();
    assertState("app-1", ApplicationState.LIVE);
    now = now.plusMillis(1);
    turn();

    assertState("app-1", ApplicationState.ENDED);
  }

  @Test
  void whateverItsAddressSaysItStaysWhileItHasExecutors() throws InterruptedException {
    Says claim = found("app-1");
    for (DriverReply reply :
        List.of(REFUSED, SILENT, new DriverReply.Unreachable(), new DriverReply.SomethingElse())) {
      replies.put(4045, reply);
      for (int i = 0; i < 5; i++) {
        now = now.plus(PACE.patience());
        turn();
      }
    }
    assertState("app-1", ApplicationState.LIVE);

    claim.backedUp = false;
    turn();
    assertState("app-1", ApplicationState.ENDED);
  }

  @Test
  void anotherApplicationAtItsAddressEndsItAtOnce() throws InterruptedException {
    Says claim = found("app-1");
    claim.backedUp = false;
    replies.put(4045, runs("app-2"));
    turn();

    assertState("app-1", ApplicationState.ENDED);
    assertThat(find("app-2")).isEmpty();
    assertThat(tasks).isEmpty();
  }

  @Test
  void oneThatHasMovedToAnotherPortIsFoundThere() throws InterruptedException {
    found("app-1");
    replies.put(4045, runs("app-2"));
    replies.put(4051, runs("app-1"));
    turn();

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
  void oneThatIsKnownInABetterWayIsLeftToThat() throws InterruptedException {
    Says claim = new Says("app-1");
    claim.moot = true;
    assertThat(isFound(claim)).isFalse();
    assertThat(asked).isEmpty();
    assertThat(tasks).isEmpty();

    claim.moot = false;
    replies.put(4045, runs("app-1"));
    assertThat(isFound(claim)).isTrue();
    claim.moot = true;
    turn();

    assertState("app-1", ApplicationState.ENDED);
    assertThat(tasks).isEmpty();
  }

  @Test
  void noDriverHasStartedLaterThanItWasFound() {
    replies.put(
        4040,
        new DriverReply.Runs(
            new ApplicationId("app-1"),
            new ApplicationFacts(
                "app-1", Optional.empty(), START.plusSeconds(3600), "ada", "4.2.0"),
            SOMEWHERE));

    assertThat(isFound(new Says("app-1"))).isTrue();

    assertThat(find("app-1").orElseThrow().facts().started()).isEqualTo(START);
  }

  @Test
  void onceClosedNobodyIsAskedAndNothingChanges() throws InterruptedException {
    found("app-1");
    drivers.close();
    asked.clear();
    replies.put(4045, runs("app-2"));
    Duration unused = turn();

    assertThat(asked).isEmpty();
    assertState("app-1", ApplicationState.LIVE);
    assertThat(isFound(new Says("app-9"))).isFalse();
  }
}
