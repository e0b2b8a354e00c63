// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery;

import static io.sparklive.application.ApplicationState.ENDED;
import static io.sparklive.application.ApplicationState.LIVE;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;
import static org.mockito.Mockito.withSettings;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationInfo;
import io.sparklive.application.ApplicationRegistry;
import io.sparklive.application.ApplicationState;
import io.sparklive.application.DriverAddress;
import io.sparklive.application.LiveApplication;
import io.sparklive.driver.DriverApi;
import io.sparklive.driver.ProbeResult;
import io.sparklive.harness.LoggedLines;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Host names in {@code drivers} that resolve to several addresses, or to others later. */
class StaticNamesTest {
  private static final String NAME = "notebooks";
  private static final Instant STARTED = Instant.parse("2026-11-21T09:00:00Z");
  private static final ProbeResult REFUSED = new ProbeResult.ConnectionRefused();

  private final ApplicationRegistry registry = new ApplicationRegistry();
  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
  private final DriverApi api = mock(DriverApi.class, withSettings().stubOnly());
  private final Map<String, ProbeResult> replies = new ConcurrentHashMap<>();
  private final Map<String, Integer> polls = new ConcurrentHashMap<>();
  private volatile List<String> addresses = List.of();
  private volatile Optional<CountDownLatch> hangs = Optional.empty();
  private final DriverNames names = new DriverNames(this::resolve);
  private final StaticDrivers drivers =
      new StaticDrivers(
          List.of(new DriverAddress(NAME, 4040)),
          names,
          Duration.ofMillis(20),
          Duration.ofMinutes(10),
          api,
          registry,
          scheduler,
          InstantSource.system());

  @BeforeEach
  void script() {
    when(api.probe(any()))
        .thenAnswer(
            call -> {
              DriverAddress address = call.getArgument(0);
              polls.merge(address.host(), 1, Integer::sum);
              ProbeResult reply = replies.getOrDefault(address.host(), REFUSED);
              return CompletableFuture.completedFuture(
                  reply instanceof ProbeResult.Running runs
                      ? new ProbeResult.Running(runs.id(), runs.info(), address)
                      : reply);
            });
  }

  @AfterEach
  void close() {
    hangs.ifPresent(CountDownLatch::countDown);
    drivers.close();
    names.close();
    scheduler.shutdownNow();
  }

  private InetAddress[] resolve(String host) throws UnknownHostException {
    try {
      if (hangs.isPresent()) {
        hangs.get().await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!host.equals(NAME) || addresses.isEmpty()) {
      throw new UnknownHostException(host);
    }
    InetAddress[] found = new InetAddress[addresses.size()];
    for (int i = 0; i < found.length; i++) {
      found[i] = InetAddress.getByName(addresses.get(i));
    }
    return found;
  }

  private void run(String host, String id) {
    replies.put(
        host,
        new ProbeResult.Running(
            new ApplicationId(id),
            new ApplicationInfo(id, Optional.empty(), STARTED, "ada", "4.2.0"),
            new DriverAddress("anywhere", 1)));
  }

  private Optional<LiveApplication> find(String id) {
    return registry.find(new ApplicationId(id));
  }

  private void awaitState(String id, ApplicationState state) {
    await()
        .pollInterval(Duration.ofMillis(5))
        .until(() -> find(id).map(LiveApplication::state).equals(Optional.of(state)));
  }

  private void awaitAt(String id, String host) {
    await()
        .pollInterval(Duration.ofMillis(5))
        .until(
            () ->
                find(id)
                    .flatMap(LiveApplication::address)
                    .equals(Optional.of(new DriverAddress(host, 4040))));
  }

  private void awaitPolls(String host, int more) {
    int before = polls.getOrDefault(host, 0);
    await()
        .pollInterval(Duration.ofMillis(5))
        .until(() -> polls.getOrDefault(host, 0) >= before + more);
  }

  @Test
  void pollsEachAddressOfAName() {
    addresses = List.of("10.0.0.1", "10.0.0.2", "fd00::3");
    run("10.0.0.1", "app-1");
    run("10.0.0.2", "app-2");
    run("fd00:0:0:0:0:0:0:3", "app-3");
    // The name resolves to one of them.
    run(NAME, "app-1");

    drivers.start();

    awaitAt("app-1", "10.0.0.1");
    awaitAt("app-2", "10.0.0.2");
    awaitAt("app-3", "fd00:0:0:0:0:0:0:3");
    assertThat(drivers.status().orElseThrow().applications()).isEqualTo(3);
    assertThat(drivers.status().orElseThrow().scope()).isEqualTo("1 address");
    assertThat(registry.conflicts()).isEmpty();
  }

  @Test
  void keepsTheNameOfAHostWithOneAddress() {
    addresses = List.of("10.0.0.1");
    run(NAME, "app-1");

    drivers.start();

    awaitAt("app-1", NAME);
    awaitPolls(NAME, 3);
    assertThat(polls).containsOnlyKeys(NAME);
    assertThat(names.namesOf("10.0.0.1")).isEmpty();
  }

  @Test
  void keepsApplicationsWhenANameGetsASecondAddress() {
    try (LoggedLines log = new LoggedLines()) {
      addresses = List.of("10.0.0.1");
      run(NAME, "app-1");
      drivers.start();
      awaitAt("app-1", NAME);

      run("10.0.0.1", "app-1");
      run("10.0.0.2", "app-2");
      addresses = List.of("10.0.0.1", "10.0.0.2");

      awaitAt("app-1", "10.0.0.1");
      awaitAt("app-2", "10.0.0.2");
      assertThat(log.with("ended")).isEmpty();
      assertThat(log.with("Two drivers")).isEmpty();
      assertThat(find("app-1").orElseThrow().state()).isEqualTo(LIVE);
    }
  }

  /** As with IPv4 and IPv6. */
  @Test
  void reportsADriverAtTwoAddressesOnce() {
    try (LoggedLines log = new LoggedLines()) {
      addresses = List.of("127.0.0.1", "::1");
      String ipv6 = "0:0:0:0:0:0:0:1";
      run("127.0.0.1", "app-1");
      run(ipv6, "app-1");
      drivers.start();
      awaitAt("app-1", "127.0.0.1");
      awaitPolls(ipv6, 3);
      assertThat(drivers.status().orElseThrow().applications()).isEqualTo(1);
      assertThat(registry.conflicts()).isEmpty();

      replies.put("127.0.0.1", REFUSED);
      awaitAt("app-1", ipv6);
      assertThat(log.with("ended")).isEmpty();

      replies.put(ipv6, REFUSED);
      awaitState("app-1", ENDED);
      assertThat(drivers.status().orElseThrow().applications()).isZero();
    }
  }

  private static ProbeResult runs(String id, String host) {
    return new ProbeResult.Running(
        new ApplicationId(id),
        new ApplicationInfo(id, Optional.empty(), STARTED, "ada", "4.2.0"),
        new DriverAddress(host, 4040));
  }

  /** Replies after which app-1 has ended at the last address that reports it, too. */
  static Stream<ProbeResult> losses() {
    return Stream.of(runs("app-2", "10.0.0.2"), REFUSED, new ProbeResult.NotADriver());
  }

  /** One of two addresses replaces the other, and the application ends there at once. */
  @ParameterizedTest
  @MethodSource("losses")
  void appliesEventsOfTwoAddressesInTheirOrder(ProbeResult loss) throws Exception {
    List<CompletableFuture<ProbeResult>> first = new CopyOnWriteArrayList<>();
    List<CompletableFuture<ProbeResult>> second = new CopyOnWriteArrayList<>();
    doAnswer(
            call -> {
              String host = call.<DriverAddress>getArgument(0).host();
              CompletableFuture<ProbeResult> reply = new CompletableFuture<>();
              if (host.equals(NAME)) {
                reply.complete(REFUSED);
              } else {
                (host.equals("10.0.0.1") ? first : second).add(reply);
              }
              return reply;
            })
        .when(api)
        .probe(any());
    addresses = List.of("10.0.0.1", "10.0.0.2");
    StaticDrivers raced =
        new StaticDrivers(
            List.of(new DriverAddress(NAME, 4040)),
            names,
            Duration.ofMillis(20),
            Duration.ofMinutes(10),
            api,
            registry,
            scheduler,
            InstantSource.system());
    raced.start();
    await().until(() -> first.size() == 1 && second.size() == 1);
    first.get(0).complete(runs("app-1", "10.0.0.1"));
    second.get(0).complete(runs("app-1", "10.0.0.2"));
    int losing = 1;
    while (!(loss instanceof ProbeResult.Running) && losing < 3) {
      int responses = losing;
      await().until(() -> second.size() == responses + 1);
      second.get(losing++).complete(loss);
    }
    int last = losing;
    await().until(() -> first.size() == 2 && second.size() == last + 1);
    Thread takesOver = new Thread(() -> first.get(1).complete(runs("app-3", "10.0.0.1")));
    Thread loses = new Thread(() -> second.get(last).complete(loss));
    // Both threads wait for this lock; the JVM prefers the thread that waits last.
    synchronized (registry) {
      takesOver.start();
      await().until(() -> takesOver.getState() == Thread.State.BLOCKED);
      loses.start();
      await().until(() -> loses.getState() == Thread.State.BLOCKED);
    }
    takesOver.join();
    loses.join();
    raced.close();

    assertThat(find("app-1").map(LiveApplication::state)).contains(ENDED);
  }

  @Test
  void stopsPollingARemovedAddressOnceItsDriverEnds() {
    addresses = List.of("10.0.0.1", "10.0.0.2");
    run("10.0.0.1", "app-1");
    run("10.0.0.2", "app-2");
    run(NAME, "app-1");
    drivers.start();
    awaitState("app-1", LIVE);
    awaitState("app-2", LIVE);
    assertThat(names.namesOf("10.0.0.2")).containsExactly(NAME);

    addresses = List.of("10.0.0.1");
    awaitPolls("10.0.0.2", 5);
    assertThat(find("app-2").orElseThrow().state()).isEqualTo(LIVE);

    replies.put("10.0.0.2", REFUSED);
    awaitState("app-2", ENDED);
    await().until(() -> names.namesOf("10.0.0.2").isEmpty());
    int polled = requireNonNull(polls.get("10.0.0.2"));
    awaitPolls(NAME, 5);
    assertThat(polls.get("10.0.0.2")).isEqualTo(polled);
    assertThat(find("app-1").orElseThrow().state()).isEqualTo(LIVE);
  }

  @Test
  void pollsAnAddressThatAppearsAgain() {
    addresses = List.of("10.0.0.1", "10.0.0.2");
    run("10.0.0.1", "app-1");
    drivers.start();
    awaitPolls("10.0.0.2", 1);
    addresses = List.of("10.0.0.1", "10.0.0.3");
    await().until(() -> names.namesOf("10.0.0.2").isEmpty());

    run("10.0.0.2", "app-2");
    addresses = List.of("10.0.0.1", "10.0.0.2");

    awaitAt("app-2", "10.0.0.2");
  }

  @Test
  void pollsAtMostEightAddressesOfAName() {
    addresses = IntStream.rangeClosed(1, 200).mapToObj(i -> "10.0.0." + i).toList();
    drivers.start();
    awaitPolls("10.0.0.8", 3);

    assertThat(polls).hasSize(9);
  }

  /** The maximum is reached: an address that replaces another one gets its endpoints. */
  @Test
  void pollsAReplacingAddressWhenTheMaximumIsReached() {
    List<DriverAddress> ports =
        IntStream.range(0, 1250).mapToObj(i -> new DriverAddress(NAME, 5000 + i)).toList();
    addresses = IntStream.rangeClosed(1, 8).mapToObj(i -> "10.0.0." + i).toList();
    StaticDrivers full =
        new StaticDrivers(
            ports,
            names,
            Duration.ofMillis(500),
            Duration.ofMinutes(10),
            api,
            registry,
            scheduler,
            InstantSource.system());
    full.start();
    awaitPolls("10.0.0.8", 1250);

    addresses = IntStream.rangeClosed(2, 9).mapToObj(i -> "10.0.0." + i).toList();

    awaitPolls("10.0.0.9", 1250);
    int polled = requireNonNull(polls.get("10.0.0.1"));
    awaitPolls("10.0.0.9", 1250);
    assertThat(polls.get("10.0.0.1")).isEqualTo(polled);
    full.close();
  }

  /** Further addresses are polled as soon as others are removed. */
  @Test
  void pollsAtMostTenThousandAddresses() {
    List<DriverAddress> ports =
        IntStream.range(0, 1251).mapToObj(i -> new DriverAddress(NAME, 5000 + i)).toList();
    addresses = IntStream.rangeClosed(1, 8).mapToObj(i -> "10.0.0." + i).toList();
    Set<DriverAddress> polled = ConcurrentHashMap.newKeySet();
    doAnswer(
            call -> {
              polled.add(call.getArgument(0));
              return CompletableFuture.completedFuture(REFUSED);
            })
        .when(api)
        .probe(any());
    StaticDrivers full =
        new StaticDrivers(
            ports,
            names,
            Duration.ofMillis(500),
            Duration.ofMinutes(10),
            api,
            registry,
            scheduler,
            InstantSource.system());
    try (LoggedLines log = new LoggedLines()) {
      full.start();
      await().until(() -> polled.size() >= 10_000 + 1251);
      assertThat(polled).hasSize(10_000 + 1251);

      addresses = List.of("10.0.0.1", "10.0.0.2");
      await().until(() -> polled.containsAll(at("10.0.0.2", ports)));
      assertThat(polled).containsAll(at("10.0.0.1", ports));
      assertThat(log.with("drivers: names have more than")).hasSize(1);
    }
    full.close();
  }

  private static List<DriverAddress> at(String host, List<DriverAddress> ports) {
    return ports.stream().map(port -> new DriverAddress(host, port.port())).toList();
  }

  /** A proxy with several addresses needs the name in the Host header. */
  @Test
  void pollsTheNameItselfIfNoAddressShowsADriver() {
    addresses = List.of("10.0.0.1", "10.0.0.2");
    replies.put("10.0.0.1", new ProbeResult.NotADriver());
    replies.put("10.0.0.2", new ProbeResult.NotADriver());
    run(NAME, "app-1");

    drivers.start();

    awaitAt("app-1", NAME);
    awaitPolls(NAME, 5);
    awaitAt("app-1", NAME);
  }

  @Test
  void pollsWhileTheNameServerHangs() {
    hangs = Optional.of(new CountDownLatch(1));
    run(NAME, "app-1");

    drivers.start();

    awaitAt("app-1", NAME);
    awaitPolls(NAME, 5);
  }

  @Test
  void pollsANameThatCannotBeResolved() {
    run(NAME, "app-1");

    drivers.start();

    awaitAt("app-1", NAME);
    assertThat(polls).containsOnlyKeys(NAME);
  }
}
