// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import static io.sparklive.application.SampleApplications.STARTED;
import static io.sparklive.application.SampleApplications.found;
import static io.sparklive.application.SampleApplications.lost;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.sparklive.application.EndedApplication.History;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The applications that ended recently, before and after their hand-off. */
class RecentlyEndedTest {
  private static final Instant ENDED = STARTED.plusSeconds(60);

  private final ApplicationRegistry registry = new ApplicationRegistry();

  private void run(String id) {
    registry.apply(found(id, id));
  }

  private void end(String id, Instant at) {
    run(id);
    registry.apply(lost(id, at));
  }

  private void handOff(String id, History history) {
    registry.apply(new DiscoveryEvent.HandedOff(new ApplicationId(id), history, "a test"));
  }

  private void endAndHandOff(String id, Instant at) {
    end(id, at);
    handOff(id, History.COMPLETE);
  }

  private List<String> idsSince(Instant since) {
    return registry.recentlyEnded(since).stream()
        .map(ended -> ended.application().id().value())
        .toList();
  }

  @Test
  void listsEndedApplicationsByLatestEnd() {
    run("app-running");
    end("app-b", ENDED.plusSeconds(2));
    endAndHandOff("app-a", ENDED.plusSeconds(3));
    end("app-d", ENDED.plusSeconds(1));
    endAndHandOff("app-e", ENDED);
    endAndHandOff("app-c", ENDED);

    assertThat(idsSince(ENDED)).containsExactly("app-a", "app-b", "app-d", "app-c", "app-e");
    assertThat(registry.recentlyEnded(ENDED).get(0).application().ended())
        .contains(ENDED.plusSeconds(3));
  }

  @Test
  void omitsEarlierEnds() {
    end("app-a", ENDED);
    endAndHandOff("app-b", ENDED);

    assertThat(idsSince(ENDED)).containsExactly("app-a", "app-b");
    assertThat(idsSince(ENDED.plusMillis(1))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(History.class)
  void keepsHistoryOfHandoff(History history) {
    end("app-a", ENDED);

    handOff("app-a", history);

    assertThat(registry.recentlyEnded(ENDED))
        .extracting(EndedApplication::history)
        .containsExactly(history);
  }

  @ParameterizedTest
  @CsvSource({"true, INCOMPLETE", "false, NONE"})
  void derivesHistoryFromSettingsBeforeHandoff(boolean logsEvents, History history) {
    run("app-a");
    registry.apply(
        new DiscoveryEvent.SettingsReported(
            new SourceRef("static", "app-a"),
            new ApplicationId("app-a"),
            STARTED,
            new DriverSettings(logsEvents, AccessLists.EMPTY)));
    registry.apply(lost("app-a", ENDED));

    assertThat(registry.recentlyEnded(ENDED))
        .extracting(EndedApplication::history)
        .containsExactly(history);
  }

  @Test
  void treatsHistoryAsIncompleteWithoutSettings() {
    end("app-a", ENDED);

    assertThat(registry.recentlyEnded(ENDED))
        .extracting(EndedApplication::history)
        .containsExactly(History.INCOMPLETE);
  }

  @Test
  void omitsApplicationThatRunsAgain() {
    end("app-a", ENDED);
    endAndHandOff("app-b", ENDED);
    assertThat(idsSince(ENDED)).hasSize(2);

    run("app-a");
    run("app-b");

    assertThat(idsSince(ENDED)).isEmpty();
  }

  @Test
  void listsOnlyLastEndOfId() {
    endAndHandOff("app-a", ENDED);
    end("app-a", ENDED.plusSeconds(60));
    assertThat(registry.recentlyEnded(ENDED))
        .containsExactly(
            new EndedApplication(
                registry.find(new ApplicationId("app-a")).orElseThrow(), History.INCOMPLETE));

    handOff("app-a", History.NONE);

    assertThat(registry.recentlyEnded(ENDED))
        .extracting(ended -> ended.application().ended().orElseThrow(), EndedApplication::history)
        .containsExactly(tuple(ENDED.plusSeconds(60), History.NONE));
  }

  @Test
  void listsLatestFiveHundred() {
    IntStream.range(0, 300).forEach(i -> end("app-waiting-" + i, ENDED.plusSeconds(2L * i)));
    IntStream.range(0, 300)
        .forEach(i -> endAndHandOff("app-removed-" + i, ENDED.plusSeconds(2L * i + 1)));

    List<EndedApplication> ended = registry.recentlyEnded(ENDED);

    assertThat(ended).hasSize(500);
    assertThat(ended.get(0).application().ended()).contains(ENDED.plusSeconds(599));
    assertThat(ended.get(499).application().ended()).contains(ENDED.plusSeconds(100));
  }

  @Test
  void keepsLastThousandRemovedApplications() {
    endAndHandOff("app-a", ENDED);
    endAndHandOff("app-b", ENDED);
    IntStream.range(0, 998).forEach(i -> endAndHandOff("app-" + i, ENDED));
    endAndHandOff("app-a", ENDED.plusSeconds(60));

    endAndHandOff("app-last", ENDED);

    assertThat(registry.findRecentlyRemoved(new ApplicationId("app-b"))).isEmpty();
    assertThat(registry.findRecentlyRemoved(new ApplicationId("app-a")).orElseThrow().ended())
        .contains(ENDED.plusSeconds(60));
  }

  @Test
  void requiresEnd() {
    assertThatThrownBy(
            () -> new EndedApplication(SampleApplications.live("app-a"), History.COMPLETE))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
