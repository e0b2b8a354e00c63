// SPDX-License-Identifier: Apache-2.0
package io.sparklive.listing;

import static io.sparklive.application.SampleApplications.STARTED;
import static io.sparklive.application.SampleApplications.ended;
import static io.sparklive.application.SampleApplications.live;
import static io.sparklive.application.SampleApplications.starting;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import io.sparklive.application.LiveApplication;
import io.sparklive.spi.CatalogStatus;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MergePlanTest {
  private static final Instant NOW = STARTED.plusSeconds(3600);

  /** From this number of entries on, the filter queries the catalog again. */
  private static final int LONG = 64;

  private final ChangingCatalog catalog = new ChangingCatalog();

  private MergePlan plan(@Nullable String query, LiveApplication... applications) {
    return MergePlan.of(ListQuery.parse(query).orElseThrow(), List.of(applications), catalog, NOW);
  }

  /** Begins this number of entries; returns whether the plan needs the id of the last one. */
  private static boolean beginEntries(MergePlan plan, int entries) {
    boolean needsId = false;
    for (int i = 0; i < entries; i++) {
      needsId = plan.beforeEntry();
    }
    return needsId;
  }

  /** The ids that the plan adds at the end of a list with entries of these ids. */
  private static List<String> idsAtEnd(MergePlan plan, String... listed) {
    for (String id : listed) {
      plan.onEntry(id);
    }
    return ids(plan.atEnd());
  }

  private static List<String> ids(List<byte[]> entries) {
    return entries.stream()
        .map(entry -> JsonParser.parseString(new String(entry, StandardCharsets.UTF_8)))
        .map(entry -> entry.getAsJsonObject().get("id").getAsString())
        .toList();
  }

  @Test
  void addsRunningAfterByIdDescendingAsSparkDoes() {
    MergePlan plan = plan(null, live("b"), starting("c"), live("a"));

    assertThat(plan.isEmpty()).isFalse();
    assertThat(ids(plan.atStart())).isEmpty();
    assertThat(idsAtEnd(plan)).containsExactly("c", "b", "a");
  }

  @Test
  void addsEndedBeforeWithNewestFirst() {
    MergePlan plan =
        plan(
            null,
            ended("a", STARTED.plusSeconds(2)),
            ended("b", STARTED.plusSeconds(3)),
            ended("c", STARTED.plusSeconds(1)));

    assertThat(ids(plan.atStart())).containsExactly("b", "a", "c");
    assertThat(idsAtEnd(plan)).isEmpty();
  }

  @Test
  void leavesCompleteApplicationsToTheHistoryServer() {
    catalog.setStatus("a", CatalogStatus.COMPLETE);
    catalog.setStatus("b", CatalogStatus.COMPLETE);

    MergePlan plan = plan(null, live("a"), ended("b", NOW));

    assertThat(plan.atStart()).isEmpty();
    assertThat(idsAtEnd(plan, "b", "a")).isEmpty();
    assertThat(plan.hasAddedEntries()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "COMPLETE, status=running",
    "COMPLETE, minEndDate=2026-12-01",
    "INCOMPLETE, status=completed",
    "INCOMPLETE, minDate=2026-11-22"
  })
  void addsNoEntryThatQueryExcludes(CatalogStatus status, String query) {
    catalog.setStatus("a", status);
    catalog.setStatus("b", status);
    MergePlan plan = plan(query, live("a"), ended("b", Instant.parse("2026-11-21T10:00:00Z")));

    assertThat(plan.atStart()).isEmpty();
    assertThat(idsAtEnd(plan)).isEmpty();
  }

  @Test
  void leavesCompleteApplicationsOfLongListToTheHistoryServer() {
    catalog.setStatus("a", CatalogStatus.COMPLETE);
    MergePlan plan = plan(null, live("a"));
    plan.atStart();

    assertThat(beginEntries(plan, LONG + 1)).isFalse();
    assertThat(idsAtEnd(plan)).isEmpty();
  }

  /** A log that was complete under its old name has no entry until it is read under the new one. */
  @ParameterizedTest
  @EnumSource(
      value = CatalogStatus.class,
      names = {"UNKNOWN", "INCOMPLETE"})
  void addsCompleteApplicationThatHistoryServerLosesMeanwhile(CatalogStatus later) {
    for (int entries : List.of(1, LONG + 1)) {
      assertThat(idsAtEnd(planOfLostHistory(later, entries))).containsExactly("b", "a");
      assertThat(idsAtEnd(planOfLostHistory(later, entries), "a", "b")).isEmpty();
    }
  }

  /** The History Server has the entry before the request, and again after it. */
  @ParameterizedTest
  @EnumSource(
      value = CatalogStatus.class,
      names = {"INCOMPLETE", "COMPLETE"})
  void addsEndedApplicationThatShortListLacks(CatalogStatus status) {
    catalog.setStatus("a", status);
    MergePlan plan = plan(null, ended("a", NOW));
    plan.atStart();

    assertThat(idsAtEnd(plan)).containsExactly("a");
  }

  @Test
  void addsNoLiveApplicationThatIsComplete() {
    catalog.setStatus("a", CatalogStatus.COMPLETE);
    MergePlan plan = plan(null, live("a"));
    plan.atStart();

    assertThat(idsAtEnd(plan)).isEmpty();
  }

  private MergePlan planOfLostHistory(CatalogStatus later, int entries) {
    catalog.setStatus("a", CatalogStatus.COMPLETE);
    catalog.setStatus("b", CatalogStatus.COMPLETE);
    MergePlan plan = plan(null, live("a"), ended("b", NOW));
    catalog.setStatus("a", later);
    catalog.setStatus("b", later);
    assertThat(plan.atStart()).isEmpty();
    assertThat(beginEntries(plan, entries)).isTrue();
    return plan;
  }

  /** A remote catalog reports an application as complete for some time after its last response. */
  @Test
  void searchesForCompleteApplicationInListOfRemoteServer() {
    assertThat(idsAtEnd(planOfRemoteComplete(null))).containsExactly("b");
    assertThat(idsAtEnd(planOfRemoteComplete(null), "b")).isEmpty();
    assertThat(idsAtEnd(planOfRemoteComplete("minEndDate=2026-11-22"))).isEmpty();
  }

  private MergePlan planOfRemoteComplete(@Nullable String query) {
    catalog.setStatus("b", CatalogStatus.COMPLETE);
    MergePlan plan =
        MergePlan.of(
            ListQuery.parse(query).orElseThrow(),
            List.of(ended("b", Instant.parse("2026-11-23T00:00:00Z"))),
            catalog.remote(),
            NOW);
    assertThat(plan.atStart()).isEmpty();
    beginEntries(plan, 1);
    return plan;
  }

  @Test
  void addsNoUnknownApplicationThatTheListHas() {
    MergePlan plan = plan(null, live("a"), live("b"));
    plan.atStart();
    plan.beforeEntry();
    plan.onEntry("a");
    beginEntries(plan, LONG + 1);

    assertThat(idsAtEnd(plan)).containsExactly("b");
  }

  @Test
  void leavesIncompleteApplicationsToTheHistoryServer() {
    catalog.setStatus("a", CatalogStatus.INCOMPLETE);
    catalog.setStatus("b", CatalogStatus.INCOMPLETE);
    MergePlan plan = plan(null, live("a"), ended("b", NOW));

    assertThat(plan.atStart()).isEmpty();
    assertThat(beginEntries(plan, LONG + 1)).isFalse();
    assertThat(plan.searchedIds()).isEmpty();
    assertThat(plan.atEnd()).isEmpty();
    assertThat(plan.hasAddedEntries()).isFalse();
  }

  @Test
  void searchesShortListWithoutQueryingCatalog() {
    catalog.setStatus("a", CatalogStatus.INCOMPLETE);
    MergePlan plan = plan(null, live("a"), live("b"));
    int queries = catalog.queries();
    plan.atStart();

    assertThat(beginEntries(plan, LONG)).isTrue();
    assertThat(plan.searchedIds()).containsExactlyInAnyOrder("a", "b");
    assertThat(idsAtEnd(plan, "a")).containsExactly("b");
    assertThat(plan.hasAddedEntries()).isTrue();
    assertThat(catalog.queries()).isEqualTo(queries);
  }

  /** A scan removes the entry of a log that was renamed before another thread makes the new one. */
  @ParameterizedTest
  @EnumSource(
      value = CatalogStatus.class,
      names = {"UNKNOWN", "COMPLETE"})
  void addsApplicationThatHistoryServerLosesMeanwhile(CatalogStatus later) {
    assertThat(planOfLost(later).searchedIds()).containsExactlyInAnyOrder("a", "b");
    assertThat(idsAtEnd(planOfLost(later), "a", "b")).isEmpty();
    assertThat(idsAtEnd(planOfLost(later), "b")).containsExactly("a");
    MergePlan plan = planOfLost(later);
    assertThat(idsAtEnd(plan)).containsExactly("b", "a");
    assertThat(plan.hasAddedEntries()).isTrue();
  }

  private MergePlan planOfLost(CatalogStatus later) {
    catalog.setStatus("a", CatalogStatus.INCOMPLETE);
    catalog.setStatus("b", CatalogStatus.INCOMPLETE);
    catalog.setStatus("c", CatalogStatus.INCOMPLETE);
    MergePlan plan = plan(null, live("a"), ended("b", NOW), live("c"));
    catalog.setStatus("a", later);
    catalog.setStatus("b", later);
    plan.atStart();
    assertThat(beginEntries(plan, LONG + 1)).isTrue();
    return plan;
  }

  /** The log was listed as running; then a scan removes its entry for a moment. */
  @ParameterizedTest
  @EnumSource(
      value = CatalogStatus.class,
      names = {"UNKNOWN", "COMPLETE"})
  void searchesForApplicationThatRemoteServerLoses(CatalogStatus later) {
    assertThat(planOfRemoteLost(later).searchedIds()).containsExactly("a");
    assertThat(idsAtEnd(planOfRemoteLost(later), "a")).isEmpty();
    assertThat(idsAtEnd(planOfRemoteLost(later))).containsExactly("a");
  }

  private MergePlan planOfRemoteLost(CatalogStatus later) {
    catalog.setStatus("a", CatalogStatus.INCOMPLETE);
    MergePlan plan =
        MergePlan.of(
            ListQuery.parse(null).orElseThrow(),
            List.of(ended("a", NOW), ended("b", NOW)),
            catalog.remote(),
            NOW);
    catalog.setStatus("a", later);
    assertThat(ids(plan.atStart())).containsExactly("b");
    assertThat(beginEntries(plan, LONG + 1)).isTrue();
    return plan;
  }

  @Test
  void addsNothingThatQueryExcludes() {
    assertThat(plan("status=completed", live("a")).isEmpty()).isTrue();
    assertThat(plan("status=running", ended("a", NOW)).isEmpty()).isTrue();
    assertThat(plan("minDate=2026-11-22", live("a")).isEmpty()).isTrue();
    assertThat(plan(null).isEmpty()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(
      value = CatalogStatus.class,
      names = {"INCOMPLETE", "COMPLETE"})
  void addsNewlyCatalogedApplicationOnlyIfUnlisted(CatalogStatus status) {
    assertThat(planOfListedMeanwhile(status).searchedIds()).containsExactlyInAnyOrder("a", "b");
    assertThat(idsAtEnd(planOfListedMeanwhile(status), "a", "b")).containsExactly("c");
    assertThat(idsAtEnd(planOfListedMeanwhile(status), "a")).containsExactly("c", "b");
    assertThat(idsAtEnd(planOfListedMeanwhile(status))).containsExactly("c", "b", "a");
  }

  private MergePlan planOfListedMeanwhile(CatalogStatus status) {
    catalog.setStatus("a", CatalogStatus.UNKNOWN);
    catalog.setStatus("b", CatalogStatus.UNKNOWN);
    MergePlan plan = plan(null, live("a"), ended("b", NOW), live("c"));
    catalog.setStatus("a", status);
    catalog.setStatus("b", status);
    assertThat(ids(plan.atStart())).isEmpty();
    assertThat(plan.searchedIds()).contains("a", "b");
    assertThat(beginEntries(plan, LONG + 1)).isTrue();
    return plan;
  }

  @Test
  void appliesLimit() {
    assertThat(plan("limit=3", live("a")).limit()).isEqualTo(3);
    assertThat(plan("limit=-3", live("a")).limit()).isZero();
    assertThat(plan(null, live("a")).limit()).isEqualTo(ListQuery.UNLIMITED);
  }
}
