// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.sparklive.harness.BareFilterConfig;
import io.sparklive.harness.Container;
import io.sparklive.harness.EmbeddedHistoryServer;
import io.sparklive.harness.EmbeddedHistoryServer.LoadedApplication;
import io.sparklive.harness.FilterThreads;
import io.sparklive.harness.HistoryServerPlan;
import io.sparklive.harness.OneLiveApplication;
import io.sparklive.harness.StandInAccess;
import io.sparklive.harness.StandInCatalog;
import io.sparklive.http.Prefixes;
import io.sparklive.runtime.SharedRuntime;
import io.sparklive.spi.Deployment;
import io.sparklive.spi.HostEnvironment;
import io.sparklive.spi.SecurityHeaders;
import io.sparklive.spi.StaticFileSource;
import io.sparklive.testkit.driver.FakeDriver;
import io.sparklive.web.RequestRouter;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The start and the stop of the filter. */
class LifecycleFilterTest {
  private static final String ID = "app-1";
  private static final String LIVE = "/sparkui/" + ID + "/jobs/";
  private static final String PARAMETER = "spark.io.sparklive.LiveHistoryFilter.param.";

  private FakeDriver driver;

  @BeforeEach
  void startDriver() {
    assertThat(FilterThreads.names()).isEmpty();
    driver = new FakeDriver(ID);
  }

  @AfterEach
  void stopDriver() {
    driver.close();
    await().untilAsserted(() -> assertThat(FilterThreads.names()).isEmpty());
  }

  @ParameterizedTest
  @EnumSource(Container.class)
  void sharesOneRuntimeAmongInstances(Container container) throws Exception {
    try (EmbeddedHistoryServer server = container.start(plan());
        LoadedApplication first = server.load("app-a");
        LoadedApplication second = server.load("app-b")) {
      OneLiveApplication.awaitLive(server, 1);
      awaitMorePolls();

      assertThat(first).isNotSameAs(second);
      assertThat(countPollingRuntimes()).isEqualTo(1);
      assertThat(FilterThreads.names()).containsOnlyOnce("spark-live-history-scheduler");
    }
  }

  @ParameterizedTest
  @EnumSource(Container.class)
  void startsOnlyDaemonThreads(Container container) throws Exception {
    try (EmbeddedHistoryServer server = container.start(plan())) {
      OneLiveApplication.awaitLive(server, 1);
      assertThat(server.get(LIVE).text()).isEqualTo("driver: GET /jobs/");

      assertThat(FilterThreads.namesOfNonDaemonThreads()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Container.class)
  void keepsRuntimeIfOneInstanceIsDestroyed(Container container) throws Exception {
    try (EmbeddedHistoryServer server = container.start(plan())) {
      OneLiveApplication.awaitLive(server, 1);
      for (int i = 0; i < 2; i++) {
        server.load("app-" + i).close();
      }

      assertThat(server.get(LIVE).text()).isEqualTo("driver: GET /jobs/");
      awaitMorePolls();
      assertThat(countPollingRuntimes()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(Container.class)
  void stopsRuntimeWithLastInstanceAndRestarts(Container container) throws Exception {
    for (int round = 1; round <= 3; round++) {
      try (EmbeddedHistoryServer server = container.start(plan());
          LoadedApplication loaded = server.load("app-a")) {
        OneLiveApplication.awaitLive(server, 1);
        assertThat(server.get(LIVE).text()).isEqualTo("driver: GET /jobs/");
        assertThat(FilterThreads.names()).isNotEmpty();
        assertThat(loaded).isNotNull();
      }
      await().untilAsserted(() -> assertThat(FilterThreads.names()).isEmpty());
      assertThat(countPollingRuntimes()).isEqualTo(round);
    }
  }

  @Test
  @Timeout(20)
  void returnsFromInitBeforeRuntimeIsReady() throws Exception {
    CountDownLatch mayStart = new CountDownLatch(1);
    LiveHistoryFilter filter = new LiveHistoryFilter();
    // Jetty's proxy puts its client into the servlet context while it starts.
    filter.init(config(historyServer(), Map.of(), () -> awaitQuietly(mayStart)));
    try {
      CountDownLatch passed = new CountDownLatch(1);
      filter.doFilter(null, null, (request, response) -> passed.countDown());
      assertThat(passed.getCount()).isZero();
      assertThat(SharedRuntime.requestHandler()).get().isNotInstanceOf(RequestRouter.class);
      assertThat(SharedRuntime.requestStart()).isFalse();
    } finally {
      mayStart.countDown();
    }
    await()
        .untilAsserted(
            () ->
                assertThat(SharedRuntime.requestHandler()).containsInstanceOf(RequestRouter.class));
    filter.destroy();
    assertThat(SharedRuntime.requestHandler()).isEmpty();
  }

  @Test
  void startsRuntimeAfterFirstResponse() throws Exception {
    try (EmbeddedHistoryServer server = Container.EE10.start(plan())) {
      assertThat(FilterThreads.names()).containsExactly("spark-live-history-start");

      assertThat(server.get("/").status()).isEqualTo(200);

      await().until(() -> FilterThreads.names().contains("spark-live-history-scheduler"));
    }
  }

  @Test
  void startsRuntimeWithoutAnyRequest() throws Exception {
    try (EmbeddedHistoryServer server = Container.EE10.start(plan())) {
      await().until(() -> FilterThreads.names().contains("spark-live-history-scheduler"));
      assertThat(server.passed()).isEmpty();
    }
  }

  @Test
  void stopsRuntimeWhoseStartIsInProgress() throws Exception {
    for (int i = 0; i < 20; i++) {
      LiveHistoryFilter filter = new LiveHistoryFilter();
      filter.init(config(historyServer(), Map.of("drivers", driver.address()), () -> {}));
      // The first request starts the runtime.
      assertThat(i % 2 == 0 && SharedRuntime.requestStart()).isFalse();
      filter.destroy();
    }
    await().untilAsserted(() -> assertThat(FilterThreads.names()).isEmpty());
  }

  @ParameterizedTest
  @EnumSource(Container.class)
  void releasesResourcesAfterFailedStart(Container container) throws Exception {
    HistoryServerPlan wrong = plan().parameter("responseTimeout", "soon");
    Throwable failure = catchThrowable(() -> container.start(wrong).close());

    assertThat(root(failure))
        .isInstanceOf(ServletException.class)
        .hasMessageStartingWith(PARAMETER + "responseTimeout=soon is invalid");
    await().untilAsserted(() -> assertThat(FilterThreads.names()).isEmpty());
    // The next start works, instances join and leave, and the runtime stops.
    try (EmbeddedHistoryServer server = container.start(plan())) {
      OneLiveApplication.awaitLive(server, 1);
      server.load("app-a").close();
      assertThat(server.get(LIVE).text()).isEqualTo("driver: GET /jobs/");
    }
    await().untilAsserted(() -> assertThat(FilterThreads.names()).isEmpty());
  }

  @ParameterizedTest
  @MethodSource("wrongSettings")
  void failsStartWithOneLineForInvalidSetting(
      Map<String, String> parameters, List<String> filters, String line) {
    LiveHistoryFilter api = new LiveHistoryFilter();

    assertThatThrownBy(() -> api.init(config(historyServer(filters), parameters, () -> {})))
        .isInstanceOf(ServletException.class)
        .hasNoCause()
        .hasMessageContaining(line)
        .message()
        .doesNotContain("\n");
    assertThat(FilterThreads.names()).isEmpty();
  }

  static Stream<Arguments> wrongSettings() {
    String filter = "io.sparklive.LiveHistoryFilter";
    String login = "org.example.Login";
    return Stream.of(
        Arguments.of(
            Map.of("responseTimeout", "soon"),
            List.of(filter),
            PARAMETER + "responseTimeout=soon is invalid; allowed: a duration"),
        Arguments.of(
            Map.of("drivrs", "a:1"),
            List.of(filter),
            PARAMETER + "drivrs=a:1 is not a parameter; allowed: "),
        Arguments.of(
            Map.of(), List.of(filter, login), "write spark.ui.filters=" + login + "," + filter),
        Arguments.of(Map.of(), List.of(filter, login, filter), "must be last and occur once"),
        Arguments.of(Map.of(), List.of(login, filter, filter), "must be last and occur once"));
  }

  @ParameterizedTest
  @EnumSource(Container.class)
  void startsIfFilterOrderIsCorrect(Container container) throws Exception {
    HistoryServerPlan plan = plan().filters("org.example.Login", "io.sparklive.LiveHistoryFilter");
    try (EmbeddedHistoryServer server = container.start(plan)) {
      OneLiveApplication.awaitLive(server, 1);
    }
  }

  @Test
  void failsStartOnlyInContextOfHistoryServer() throws Exception {
    Map<String, String> wrong = Map.of("responseTimeout", "soon");
    LiveHistoryFilter home = new LiveHistoryFilter();
    home.init(config(Optional.empty(), wrong, () -> {}));

    LiveHistoryFilter api = new LiveHistoryFilter();
    assertThatThrownBy(() -> api.init(config(historyServer(), wrong, () -> {})))
        .isInstanceOf(ServletException.class)
        .hasNoCause()
        .hasMessageStartingWith(PARAMETER + "responseTimeout=soon");
    home.destroy();
  }

  private HistoryServerPlan plan() {
    return new HistoryServerPlan().drivers(driver.address());
  }

  private static FilterConfig config(
      Optional<?> detection, Map<String, String> parameters, Runnable onWrite) {
    return new BareFilterConfig(BareFilterConfig.contextWith(detection, onWrite), parameters);
  }

  private static Optional<?> historyServer() {
    return historyServer(List.of());
  }

  private static Optional<?> historyServer(List<String> filters) {
    return Optional.of(
        new HostEnvironment.HistoryServer(
            new StandInCatalog(),
            new StandInAccess(),
            () -> new HostEnvironment.UiInfo("4.2.0"),
            new Prefixes(Optional::empty),
            Deployment.EMBEDDED,
            filters,
            SecurityHeaders.USUAL,
            StaticFileSource.NONE));
  }

  /** Each runtime has a name of its own, which it sends with every request. */
  private long countPollingRuntimes() {
    return driver.discovery().stream().map(request -> request.header("Via")).distinct().count();
  }

  private void awaitMorePolls() {
    int before = driver.discovery().size();
    await()
        .pollInterval(Duration.ofMillis(20))
        .until(() -> driver.discovery().size() >= before + 3);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Throwable root(Throwable failure) {
    return failure.getCause() == null ? failure : root(failure.getCause());
  }
}
