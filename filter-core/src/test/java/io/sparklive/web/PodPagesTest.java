// SPDX-License-Identifier: Apache-2.0
package io.sparklive.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.application.AccessLists;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationState;
import io.sparklive.application.DriverEnd;
import io.sparklive.application.DriverSettings;
import io.sparklive.application.ExecutorFailures;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.PendingReason;
import io.sparklive.application.SampleApplications;
import io.sparklive.pages.Message;
import io.sparklive.routing.Links;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class PodPagesTest {
  private static final Links LINKS = new Links("", "/sparkui");
  private static final Instant ENDED = Instant.parse("2026-11-21T09:00:00.5Z");
  private static final PendingReason IMAGE =
      new PendingReason(PendingReason.Kind.IMAGE, "Image x cannot be pulled (ErrImagePull)");
  private static final DriverEnd KILLED =
      new DriverEnd(
          true, OptionalInt.of(137), "OOMKilled", "Killed: out of memory (exit code 137)");
  private static final DriverEnd REJECTED =
      new DriverEnd(false, OptionalInt.empty(), "OutOfcpu", "OutOfcpu: Pod was rejected");

  private static LiveApplication application(
      ApplicationState state,
      Optional<Boolean> logsEvents,
      Optional<Instant> ended,
      Optional<PendingReason> pending,
      Optional<DriverEnd> end) {
    return new LiveApplication(
        new ApplicationId("spark-1"),
        state,
        SampleApplications.info("orders"),
        Optional.empty(),
        Optional.empty(),
        SampleApplications.SOURCE,
        logsEvents.map(logs -> new DriverSettings(logs, AccessLists.EMPTY)),
        Optional.empty(),
        Optional.empty(),
        ended,
        pending,
        end,
        ExecutorFailures.NONE);
  }

  private static LiveApplication pending(Optional<Instant> ended) {
    return application(
        ApplicationState.PENDING, Optional.empty(), ended, Optional.of(IMAGE), Optional.empty());
  }

  private static LiveApplication ended(Optional<Boolean> logsEvents, DriverEnd end) {
    return application(
        ApplicationState.ENDED, logsEvents, Optional.of(ENDED), Optional.empty(), Optional.of(end));
  }

  @Test
  void saysWhyDriverWaits() {
    Message page = PodPages.pending(pending(Optional.empty()), true, LINKS);

    assertThat(page.status()).isEqualTo(503);
    assertThat(page.title()).isEqualTo("The driver is waiting");
    assertThat(page.text())
        .isEqualTo(
            "The application spark-1 (orders) has a driver that does not run yet. Image x cannot be"
                + " pulled (ErrImagePull).");
    assertThat(page.retryAfter()).contains(2);
  }

  @Test
  void saysThatDriverWaitsAgain() {
    assertThat(PodPages.pending(pending(Optional.of(ENDED)), true, LINKS).text())
        .contains(" has a driver that does not run at the moment. Image x ");
  }

  @Test
  void hidesReasonsFromUsersWhoMayNotView() {
    assertThat(PodPages.pending(pending(Optional.empty()), false, LINKS).text())
        .endsWith(" has a driver that does not run yet.");
    assertThat(PodPages.ended(ended(Optional.empty(), KILLED), false, LINKS).text())
        .doesNotContain("memory");
    assertThat(PodPages.recentlyEnded(ended(Optional.empty(), KILLED), false, LINKS).text())
        .doesNotContain("memory");
  }

  @Test
  void saysHowDriverEndedBeforeItsLogIsRead() {
    Message page = PodPages.ended(ended(Optional.empty(), KILLED), true, LINKS);

    assertThat(page.status()).isEqualTo(503);
    assertThat(page.retryAfter()).contains(5);
    assertThat(page.text())
        .isEqualTo(
            "The application spark-1 (orders) has ended. Killed: out of memory (exit code 137). The"
                + " History Server has not read its event log yet. If there is no event log, the"
                + " application is removed from the list.");
  }

  @Test
  void saysHowDriverEndedWithoutLog() {
    Message page = PodPages.ended(ended(Optional.of(false), KILLED), true, LINKS);

    assertThat(page.retryAfter()).isEmpty();
    assertThat(page.text())
        .isEqualTo(
            "The application spark-1 (orders) has ended. Killed: out of memory (exit code 137). It"
                + " ran without an event log (spark.eventLog.enabled), so the History Server cannot"
                + " show it.");
  }

  @Test
  void saysHowDriverEndedAfterItsRemoval() {
    Message page = PodPages.recentlyEnded(ended(Optional.empty(), KILLED), true, LINKS);

    assertThat(page.status()).isEqualTo(404);
    assertThat(page.text())
        .isEqualTo(
            "The application spark-1 (orders) ended at 2026-11-21T09:00:00Z. Killed: out of memory"
                + " (exit code 137). The History Server has no event log of it.");
  }

  @Test
  void saysThatDriverNeverStarted() {
    Message page = PodPages.recentlyEnded(ended(Optional.empty(), REJECTED), true, LINKS);

    assertThat(page.status()).isEqualTo(404);
    assertThat(page.title()).isEqualTo("The application never started");
    assertThat(page.text())
        .isEqualTo(
            "The application spark-1 (orders) never started: its pod ended at 2026-11-21T09:00:00Z."
                + " OutOfcpu: Pod was rejected.");
  }
}
