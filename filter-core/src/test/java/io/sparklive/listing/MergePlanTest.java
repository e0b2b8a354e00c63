package io.sparklive.listing;

import static io.sparklive.application.SampleApplications.STARTED;
import static io.sparklive.application.SampleApplications.ended;
import static io.sparklive.application.SampleApplications.live;
import static io.sparklive.application.SampleApplications.starting;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import io.sparklive.application.LiveApplication;
import io.sparklive.history.Knowledge;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MergePlanTest {
  private static final Instant NOW = STARTED.plusSeconds(3600);

  /** From this number of entries on, the filter queries the catalog again. */
  private static final int LONG = 64;

  private final ChangingCatalog catalog = new ChangingCatalog();

  private MergePlan additions(String query, LiveApplication... applications) {
    return MergePlan.to(ListQuery.parse(query).orElseThrow(), List.of(applications), catalog, NOW);
  }

  private static List<String> ids(List<byte[]> entries) {
    return entries.stream()
        .map(entry -> JsonParser.parseString(new String(entry, StandardCharsets.UTF_8)))
        .map(entry -> entry.getAsJsonObject().get("id").getAsString())
        .toList();
  }

  @Test
  void runningOnesComeAfterByIdDescendingAsSparkOrdersThem() {
    MergePlan additions = additions(null, live("b"), starting("c"), live("a"));
    additions.begin();

    assertThat(additions.isEmpty()).isFalse();
    assertThat(ids(additions.before())).isEmpty();
    assertThat(ids(additions.after(Set.of()))).containsExactly("c", "b", "a");
  }

  @Test
  void endedOnesComeBeforeWithTheNewestEndFirst() {
    MergePlan additions =
        additions(
            null,
            ended("a", STARTED.plusSeconds(2)),
            ended("b", STARTED.plusSeconds(3)),
            ended("c", STARTED.plusSeconds(1)));
    additions.begin();

    assertThat(ids(additions.before())).containsExactly("b", "a", "c");
    assertThat(ids(additions.after(Set.of()))).isEmpty();
  }

  @Test
  void leavesCompleteApplicationsToTheHistoryServer() {
    catalog.learn("a", Knowledge.COMPLETE);
    catalog.learn("b", Knowledge.COMPLETE);

    assertThat(additions(null, live("a"), ended("b", NOW)).isEmpty()).isTrue();
  }

  @Test
  void leavesIncompleteApplicationsToTheHistoryServer() {
    catalog.learn("a", Knowledge.INCOMPLETE);
    catalog.learn("b", Knowledge.INCOMPLETE);
    MergePlan additions = additions(null, live("a"), ended("b", NOW));
    additions.begin();

    assertThat(additions.settle(LONG)).isTrue();
    assertThat(additions.doubtfulIds()).isEmpty();
    assertThat(additions.before()).isEmpty();
    assertThat(additions.after(Set.of())).isEmpty();
    assertThat(additions.wereAdded()).isFalse();
  }

  @Test
  void looksForAllRunningApplicationsInAShortListAndAsksNobody() {
    catalog.learn("a", Knowledge.INCOMPLETE);
    MergePlan additions = additions(null, live("a"), live("b"));
    int questions = catalog.questions();
    additions.begin();

    assertThat(additions.settle(LONG - 1)).isFalse();
    assertThat(additions.doubtfulIds()).containsExactlyInAnyOrder("a", "b");
    assertThat(ids(additions.after(Set.of("a")))).containsExactly("b");
    assertThat(additions.wereAdded()).isTrue();
    assertThat(catalog.questions()).isEqualTo(questions);
  }

  /** A scan removes the entry of a log that was renamed before another thread makes the new one. */
  @ParameterizedTest
  @EnumSource(
      value = Knowledge.class,
      names = {"UNKNOWN", "COMPLETE"})
  void addsAnApplicationThatTheHistoryServerLosesMeanwhile(Knowledge later) {
    catalog.learn("a", Knowledge.INCOMPLETE);
    catalog.learn("b", Knowledge.INCOMPLETE);
    catalog.learn("c", Knowledge.INCOMPLETE);
    MergePlan additions = additions(null, live("a"), ended("b", NOW), live("c"));
    catalog.learn("a", later);
    catalog.learn("b", later);
    additions.begin();

    assertThat(additions.settle(LONG)).isTrue();
    assertThat(additions.doubtfulIds()).containsExactlyInAnyOrder("a", "b");
    assertThat(ids(additions.after(Set.of("a", "b")))).isEmpty();
    assertThat(ids(additions.after(Set.of("b")))).containsExactly("a");
    assertThat(ids(additions.after(Set.of()))).containsExactly("b", "a");
    assertThat(additions.wereAdded()).isTrue();
  }

  /** It has listed the log as running before a scan makes that entry vanish for a moment. */
  @ParameterizedTest
  @EnumSource(
      value = Knowledge.class,
      names = {"UNKNOWN", "COMPLETE"})
  void anApplicationThatAHistoryServerElsewhereLosesMeanwhileIsLookedFor(Knowledge later) {
    catalog.moveAway();
    catalog.learn("a", Knowledge.INCOMPLETE);
    MergePlan additions = additions(null, ended("a", NOW), ended("b", NOW));
    catalog.learn("a", later);
    additions.begin();

    assertThat(additions.settle(LONG)).isTrue();
    assertThat(ids(additions.before())).containsExactly("b");
    assertThat(additions.doubtfulIds()).containsExactly("a");
    assertThat(ids(additions.after(Set.of("a")))).isEmpty();
    assertThat(ids(additions.after(Set.of()))).containsExactly("a");
  }

  @Test
  void whatIsNotAskedForIsNotAdded() {
    assertThat(additions("status=completed", live("a")).isEmpty()).isTrue();
    assertThat(additions("status=running", ended("a", NOW)).isEmpty()).isTrue();
    assertThat(additions("minDate=2026-11-22", live("a")).isEmpty()).isTrue();
    assertThat(additions(null).isEmpty()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(
      value = Knowledge.class,
      names = {"INCOMPLETE", "COMPLETE"})
  void whatTheHistoryServerLearnsMeanwhileFollowsOnlyWhereItDidNotListIt(Knowledge knowledge) {
    MergePlan additions = additions(null, live("a"), ended("b", NOW), live("c"));
    catalog.learn("a", knowledge);
    catalog.learn("b", knowledge);
    additions.begin();

    assertThat(additions.doubtfulIds()).contains("a", "b");
    assertThat(additions.settle(LONG)).isTrue();
    assertThat(additions.doubtfulIds()).containsExactlyInAnyOrder("a", "b");
    assertThat(ids(additions.before())).isEmpty();
    assertThat(ids(additions.after(Set.of("a", "b")))).containsExactly("c");
    assertThat(ids(additions.after(Set.of("a")))).containsExactly("c", "b");
    assertThat(ids(additions.after(Set.of()))).containsExactly("c", "b", "a");
  }

  @Test
  void keepsTheLimit() {
    assertThat(additions("limit=3", live("a")).limit()).isEqualTo(3);
    assertThat(additions("limit=-3", live("a")).limit()).isZero();
    assertThat(additions(null, live("a")).limit()).isEqualTo(ListQuery.UNLIMITED);
  }
}
