// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.browser;

import static io.sparklive.it.browser.LiveUi.awaiting;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import io.sparklive.testkit.browser.Chromium;
import io.sparklive.testkit.browser.InChromium;
import io.sparklive.testkit.driver.FakeDriver;
import io.sparklive.testkit.driver.RunningApplication;
import io.sparklive.testkit.driver.Script;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The tables of a History Server without applications of its own: its page has no table then, and
 * the filter adds one.
 */
@Tag("war")
@Tag("browser")
@InChromium
@ParameterizedClass
@MethodSource("io.sparklive.testkit.SparkVersion#underTest")
class EmptyHistoryIT {
  private static final String LIVE = "app-live";
  private static final String ENDED = "app-ended";

  private static FakeDriver live;
  private static HistoryServerProcess server;

  @Parameter SparkVersion version;

  @BeforeParameterizedClassInvocation
  static void start(SparkVersion version) {
    live = driver(LIVE);
    FakeDriver ended = driver(ENDED);
    server =
        LiveHistoryServer.builder(
                EventLogs.newDirectory("empty-" + version),
                version,
                live.address() + "," + ended.address(),
                "2s")
            .start();
    LiveHistoryServer.awaitApplications(server, "", 2);
    ended.close();
    LiveHistoryServer.awaitApplications(server, "?status=completed", 1);
  }

  private static FakeDriver driver(String id) {
    FakeDriver driver = new FakeDriver(RunningApplication.of(id));
    driver.respondToAllButList(Script.silence());
    return driver;
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    server.close();
    live.close();
  }

  @ParameterizedTest
  @CsvSource({"/, " + ENDED, "/?showIncomplete=true, " + LIVE})
  void showsTableOfAddedEntries(String page, String id, Chromium browser) {
    browser.open(server.uri() + page);
    awaiting(
        () ->
            assertThat(browser.texts("#history-summary tbody td:nth-child(2)"))
                .containsExactly(id));
    browser.click("#history-summary thead th:nth-child(3)");
    assertThat(browser.texts("#history-summary tbody td:nth-child(2)")).containsExactly(id);
  }
}
