// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.harness.Container;
import io.sparklive.harness.EmbeddedHistoryServer;
import io.sparklive.harness.EmbeddedHistoryServer.Passed;
import io.sparklive.harness.FilterThreads;
import io.sparklive.harness.HistoryServerPlan;
import io.sparklive.harness.NewestContainer;
import io.sparklive.testkit.driver.FakeDriver;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;

/** The filter on other UIs than a History Server's, by settings shared by mistake. */
class InactiveFilterTest {
  private static final List<String> PATHS =
      List.of(
          "/",
          "/jobs/",
          "/sparkui/",
          "/sparkui/app-1/jobs/",
          "/sparkui/-/health",
          "/sparkui/a;b/x.css",
          "/proxy/app-1/",
          "/api/v1/applications",
          "/api/v1/applications/app-1/jobs",
          "/history/app-1/jobs/",
          "/static/webui.css");

  @ParameterizedTest
  @NewestContainer
  void passesRequestsOfOtherUisUnchanged(Container container) throws Exception {
    assertInert(container, new HistoryServerPlan().anotherUi("a driver"));
  }

  @ParameterizedTest
  @NewestContainer
  void passesRequestsUnchangedIfUiIsNotDetected(Container container) throws Exception {
    assertInert(container, new HistoryServerPlan().undetected());
  }

  private static void assertInert(Container container, HistoryServerPlan plan) throws Exception {
    plan.parameter("responseTimeout", "nonsense").parameter("noSuchParameter", "at all");
    plan.filters("io.sparklive.LiveHistoryFilter", "org.example.After");
    try (FakeDriver driver = new FakeDriver("app-1");
        EmbeddedHistoryServer server = container.start(plan.drivers(driver.address()))) {
      List<String> targets = new ArrayList<>();
      for (String path : PATHS) {
        server.get(path);
        server.request("POST", path);
        targets.addAll(List.of(path, path));
      }

      assertThat(server.passed()).extracting(Passed::target).isEqualTo(targets);
      assertThat(server.passed()).allMatch(Passed::untouched);
      assertThat(FilterThreads.names()).isEmpty();
      assertThat(driver.discovery()).isEmpty();
      assertThat(driver.requests()).isEmpty();
    }
  }
}
