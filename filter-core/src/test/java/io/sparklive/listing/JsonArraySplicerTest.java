// SPDX-License-Identifier: Apache-2.0
package io.sparklive.listing;

import static io.sparklive.application.SampleApplications.STARTED;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationInfo;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.SampleApplications;
import io.sparklive.spi.CatalogStatus;
import io.sparklive.spi.EntryFields;
import io.sparklive.spi.EventLogEndpoint;
import io.sparklive.spi.HistoryCatalog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonArraySplicerTest {
  private static final int LONG = 64;
  private static final Instant NOW = STARTED.plusSeconds(3600);
  private static final String[] NASTY = {
    "plain",
    "",
    "\"",
    "\\",
    "\\\"",
    "}",
    "{",
    "]",
    "[",
    "} ], [ {",
    "\" : { \"id\" : \"app-1",
    "id",
    "東京",
    "🚀",
    "Größe",
    "\u2028",
    "a\nb\tc",
    "\\\\\"",
    ",",
    "\"}]",
    "\u0001"
  };

  private final ChangingCatalog catalog = new ChangingCatalog();

  private MergePlan plan(@Nullable String query, LiveApplication... applications) {
    return MergePlan.of(ListQuery.parse(query).orElseThrow(), List.of(applications), catalog, NOW);
  }

  private static String spliced(String list, MergePlan plan) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] bytes = list.getBytes(UTF_8);
    JsonArraySplicer spliced = splicer(out, plan);
    spliced.write(bytes, 0, bytes.length);
    spliced.finish();
    return out.toString(UTF_8);
  }

  private static JsonArraySplicer splicer(OutputStream out, MergePlan plan) {
    return new JsonArraySplicer(out, plan.limit(), plan);
  }

  private static JsonElement tree(LiveApplication application) {
    return JsonParser.parseString(ApplicationJson.of(application, EntryFields.NONE, NOW));
  }

  @Test
  void leavesEmptyListAsJacksonWritesIt() throws IOException {
    assertThat(spliced("[ ]", plan("limit=0", SampleApplications.live("a")))).isEqualTo("[ ]");
  }

  @Test
  void addsRunningApplicationsToEmptyList() throws IOException {
    LiveApplication b = SampleApplications.live("b");
    LiveApplication a = SampleApplications.live("a");

    assertThat(spliced("[ ]", plan(null, a, b)))
        .isEqualTo(
            "[ "
                + ApplicationJson.of(b, EntryFields.NONE, NOW)
                + ", "
                + ApplicationJson.of(a, EntryFields.NONE, NOW)
                + " ]")
        .startsWith("[ {\n  \"id\" : \"b\"")
        .contains("\n}, {\n  \"id\" : \"a\"")
        .endsWith("\n} ]");
  }

  @Test
  void addsEndedBeforeAndRunningAfterOwnEntries() throws IOException {
    LiveApplication ended = SampleApplications.ended("a", NOW);
    LiveApplication live = SampleApplications.live("b");

    assertThat(
            spliced("[ {\n  \"id\" : \"x\"\n}, {\n  \"id\" : \"y\"\n} ]", plan(null, ended, live)))
        .isEqualTo(
            "[ "
                + ApplicationJson.of(ended, EntryFields.NONE, NOW)
                + ", {\n  \"id\" : \"x\"\n}, {\n  \"id\" : \"y\"\n}, "
                + ApplicationJson.of(live, EntryFields.NONE, NOW)
                + " ]");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 7, 11, 1000})
  void findsEndForAnyChunks(int size) throws IOException {
    String entry = "{\n  \"id\" : \"x ] \",\n  \"attempts\" : [ {\n  } ]\n}";
    byte[] list = ("[ " + entry + ", " + entry + " ] \n").getBytes(UTF_8);
    LiveApplication live = SampleApplications.live("b");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    JsonArraySplicer spliced = splicer(out, plan(null, live));

    for (int from = 0; from < list.length; from += size) {
      spliced.write(list, from, Math.min(size, list.length - from));
    }
    spliced.finish();
    spliced.finish();

    assertThat(out.toString(UTF_8))
        .isEqualTo(
            "[ "
                + entry
                + ", "
                + entry
                + ", "
                + ApplicationJson.of(live, EntryFields.NONE, NOW)
                + " ] \n");
  }

  @Test
  void writesSmallPartsOfPieceTogether() throws IOException {
    LiveApplication live = SampleApplications.live("b");
    List<String> writes = new ArrayList<>();
    JsonArraySplicer spliced = splicer(recording(writes), plan(null, live));

    write(spliced, "[ {\n  \"id\" : \"x\"\n}, {\n  \"id\" : \"y\"\n}, {");
    write(spliced, "\n  \"id\" : \"z\"\n} ]");

    assertThat(writes)
        .containsExactly(
            "[ {\n  \"id\" : \"x\"\n}, {\n  \"id\" : \"y\"\n}, {",
            "\n  \"id\" : \"z\"\n}, " + ApplicationJson.of(live, EntryFields.NONE, NOW) + " ]");
  }

  @Test
  void doesNotCopyLargeParts() throws IOException {
    List<String> writes = new ArrayList<>();
    JsonArraySplicer spliced = splicer(recording(writes), plan(null, SampleApplications.live("b")));
    String large = "\n  \"name\" : \"%s\"\n}".formatted("x".repeat(100_000));

    write(spliced, "[ {" + large + " ]");

    assertThat(writes).startsWith("[ {", large).hasSize(3);
  }

  private static OutputStream recording(List<String> writes) {
    return new OutputStream() {
      @Override
      public void write(int b) {
        writes.add(String.valueOf((char) b));
      }

      @Override
      public void write(byte[] bytes, int offset, int length) {
        writes.add(new String(bytes, offset, length, UTF_8));
      }
    };
  }

  @Test
  void addsNothingToIncompleteList() throws IOException {
    String half = "[ {\n  \"id\" : \"x\",\n  \"attempts\" : [ {\n  } ],\n  \"na";

    assertThat(spliced(half, plan(null, SampleApplications.live("b")))).isEqualTo(half);
  }

  @Test
  void countsAllEntriesForLimit() throws IOException {
    LiveApplication ended = SampleApplications.ended("a", NOW);
    LiveApplication live = SampleApplications.live("b");
    String list = "[ {\n  \"id\" : \"x\"\n}, {\n  \"id\" : \"y\"\n} ]";

    assertThat(spliced(list, plan("limit=1", ended, live)))
        .isEqualTo("[ " + ApplicationJson.of(ended, EntryFields.NONE, NOW) + " ]");
    assertThat(spliced(list, plan("limit=2", ended, live)))
        .isEqualTo(
            "[ " + ApplicationJson.of(ended, EntryFields.NONE, NOW) + ", {\n  \"id\" : \"x\"\n} ]");
    assertThat(spliced(list, plan("limit=3", ended, live))).doesNotContain("\"b\"");
    assertThat(spliced(list, plan("limit=4", ended, live))).contains("\"b\"");
  }

  @Test
  void keepsConcurrentlyAddedEntryOnce() throws IOException {
    MergePlan plan = plan(null, SampleApplications.live("x"));
    catalog.setStatus("x", CatalogStatus.INCOMPLETE);
    String list = "[ {\n  \"id\" : \"x\",\n  \"name\" : \"the History Server's own\"\n} ]";

    assertThat(spliced(list, plan)).isEqualTo(list);
  }

  @Test
  void addsEntryThatListMissed() throws IOException {
    MergePlan missed = plan(null, SampleApplications.live("x"));
    catalog.setStatus("x", CatalogStatus.INCOMPLETE);

    assertThat(spliced("[ {\n  \"id\" : \"y\",\n  \"name\" : \"x\"\n} ]", missed))
        .startsWith("[ {\n  \"id\" : \"y\"")
        .contains("}, {\n  \"id\" : \"x\",");
  }

  /** The list streams while the catalog determines the status. */
  @ParameterizedTest
  @CsvSource({
    // How many of three entries have passed when the catalog responds, and the status of "b".
    "0, UNKNOWN",
    "1, UNKNOWN",
    "3, UNKNOWN",
    "0, COMPLETE",
    "1, COMPLETE",
    "2, COMPLETE",
    "3, COMPLETE",
    "3, INCOMPLETE"
  })
  void usesCatalogStatusThatArrivesLate(int passed, CatalogStatus status) throws IOException {
    for (boolean isListed : new boolean[] {true, false}) {
      if (isListed && status == CatalogStatus.UNKNOWN) {
        continue;
      }
      SlowCatalog slow = new SlowCatalog();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      JsonArraySplicer list = splicer(out, slow.plan());
      List<String> own = List.of("y", isListed ? "b" : "x", "z");
      write(list, "[ " + String.join(", ", first()));
      for (int i = 0; i < own.size(); i++) {
        slow.completeIf(i == passed, "b", status);
        write(list, ", {\n  \"id\" : \"" + own.get(i) + "\"\n}");
      }
      slow.completeIf(own.size() == passed, "b", status);
      write(list, " ]");
      list.finish();

      JsonArray all = JsonParser.parseString(out.toString(UTF_8)).getAsJsonArray();
      List<String> ids = new ArrayList<>();
      all.forEach(entry -> ids.add(entry.getAsJsonObject().get("id").getAsString()));
      List<String> expected = new ArrayList<>(own);
      expected.add("c");
      if (!isListed) {
        expected.add("b");
      }
      assertThat(ids.subList(LONG, ids.size())).isEqualTo(expected);
    }
  }

  /** The splicer writes parsed entries as Jackson does, and others unchanged. */
  @Test
  void stopsParsingOnceCatalogStatusIsAvailable() throws IOException {
    SlowCatalog slow = new SlowCatalog();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    JsonArraySplicer list = splicer(out, slow.plan());
    write(list, "[" + String.join("\n,\n", first()) + "\n,\n");
    write(list, "{\"id\":\"v\"}\n,\n{\"id\":\"w\"}\n,\n");
    slow.completeIf(true, "b", CatalogStatus.UNKNOWN);
    write(list, "{\"id\":\"x\"}\n,\n{\"id\":\"y\"}\n,\n");
    write(list, "{\"id\":\"z\"}\n]");
    list.finish();

    assertThat(out.toString(UTF_8))
        .startsWith("[ " + String.join(", ", first()))
        .contains(
            ", {\"id\":\"v\"}, {\"id\":\"w\"}, {\"id\":\"x\"}\n,\n{\"id\":\"y\"}\n,\n{\"id\":\"z\"}, {")
        .contains("\"id\" : \"b\"", "\"id\" : \"c\"")
        .endsWith("}\n]");
  }

  private static void write(JsonArraySplicer list, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    list.write(bytes, 0, bytes.length);
  }

  /** The entries after which the filter queries the catalog again. */
  private static List<String> first() {
    return IntStream.range(0, LONG).mapToObj(i -> "{\"id\":\"first-%d\"}".formatted(i)).toList();
  }

  /** A catalog that lists nothing at first, and responds late to the second query. */
  private static final class SlowCatalog implements HistoryCatalog {
    private final CompletableFuture<Map<ApplicationId, CatalogStatus>> laterStatus =
        new CompletableFuture<>();

    /** Two running applications: b and c. */
    MergePlan plan() {
      return MergePlan.of(
          ListQuery.parse(null).orElseThrow(),
          List.of(SampleApplications.live("b"), SampleApplications.live("c")),
          this,
          NOW);
    }

    void completeIf(boolean now, String id, CatalogStatus status) {
      if (now) {
        laterStatus.complete(
            Map.of(new ApplicationId(id), status, new ApplicationId("c"), CatalogStatus.UNKNOWN));
      }
    }

    @Override
    public CatalogStatus status(ApplicationId id, Freshness freshness) {
      return CatalogStatus.UNKNOWN;
    }

    @Override
    public CompletableFuture<Map<ApplicationId, CatalogStatus>> statusAsync(
        Collection<ApplicationId> ids) {
      return ids.isEmpty() ? CompletableFuture.completedFuture(Map.of()) : laterStatus;
    }

    @Override
    public Optional<String> newestAttempt(ApplicationId id) {
      return Optional.empty();
    }

    @Override
    public Optional<EventLogEndpoint> loggedDriver(ApplicationId id) {
      return Optional.empty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{\n  \"id\" : \"x\"\n}",
        "{ \"list\" : [ ] }",
        "unknown app: [ ]",
        "<html>[ {} ]</html>",
        "\"[ ]\"",
        "null",
        "  \n\t x[ ]",
        "ä[ ]"
      })
  void leavesOtherJsonUnchanged(String text) throws IOException {
    assertThat(spliced(text, plan(null, SampleApplications.live("a")))).isEqualTo(text);
  }

  @Test
  void leavesTextAfterArrayUnchanged() throws IOException {
    assertThat(spliced("\n[ ]\n[ { ] }", plan("limit=0", SampleApplications.live("a"))))
        .isEqualTo("\n[ ]\n[ { ] }");
  }

  @Test
  void parsesListWithoutSpaces() throws IOException {
    LiveApplication live = SampleApplications.live("b");

    assertThat(spliced("[{\"id\":\"x\"},{\"id\":\"y\"}]", plan(null, live)))
        .isEqualTo(
            "[ {\"id\":\"x\"}, {\"id\":\"y\"}, "
                + ApplicationJson.of(live, EntryFields.NONE, NOW)
                + " ]");
  }

  @Test
  void passesBytesOnAtOnce() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    JsonArraySplicer list =
        splicer(out, plan(null, SampleApplications.ended("a", NOW), SampleApplications.live("b")));
    byte[] begin = "[ {\n  \"id\" : \"x\",\n  \"na".getBytes(UTF_8);

    list.write(begin, 0, begin.length);

    assertThat(out.toString(UTF_8)).endsWith("}, {\n  \"id\" : \"x\",\n  \"na");
  }

  @Test
  void passesEntryOnInOnePiece() throws IOException {
    int[] writes = new int[1];
    OutputStream counting =
        new OutputStream() {
          @Override
          public void write(int b) {
            writes[0]++;
          }

          @Override
          public void write(byte[] bytes, int offset, int length) {
            writes[0]++;
          }
        };
    JsonArray entries = new JsonArray();
    for (int i = 0; i < 1_000; i++) {
      entries.add(tree(SampleApplications.live("app-" + i)));
    }
    byte[] bytes = JacksonStyle.print(entries).getBytes(UTF_8);

    splicer(counting, plan(null, SampleApplications.live("x"))).write(bytes, 0, bytes.length);

    assertThat(writes[0]).isLessThan(3 * 1_000 + 10);
  }

  @Test
  void mergesRandomLists() throws IOException {
    Random random = new Random(20261121);
    for (int round = 0; round < 500; round++) {
      compareOne(random, "round " + round);
    }
  }

  /** Compares with a merge of JSON trees, an independent implementation. */
  private static void compareOne(Random random, String round) throws IOException {
    ChangingCatalog catalog = new ChangingCatalog();
    List<LiveApplication> applications = applications(random);
    int limit = random.nextInt(4) == 0 ? random.nextInt(15) : ListQuery.UNLIMITED;
    JsonArray entries = entries(random);
    List<LiveApplication> known =
        applications.stream().filter(a -> random.nextInt(6) == 0).toList();
    for (LiveApplication application : known) {
      catalog.setStatus(application.id().value(), CatalogStatus.COMPLETE);
      entries.add(entry(random, application.id().value()));
    }
    MergePlan plan =
        MergePlan.of(ListQuery.parse("limit=" + limit).orElseThrow(), applications, catalog, NOW);

    List<LiveApplication> before = new ArrayList<>();
    List<LiveApplication> after = new ArrayList<>();
    for (LiveApplication application : applications) {
      if (known.contains(application)) {
        continue;
      }
      boolean changed = random.nextInt(3) == 0;
      boolean listed = changed && random.nextBoolean();
      if (changed) {
        catalog.setStatus(
            application.id().value(),
            random.nextBoolean() ? CatalogStatus.COMPLETE : CatalogStatus.INCOMPLETE);
      }
      if (listed) {
        insert(
            entries, random.nextInt(entries.size() + 1), entry(random, application.id().value()));
      } else if (application.state().isRunning() || changed) {
        after.add(application);
      } else {
        before.add(application);
      }
    }
    before.sort(Comparator.comparing((LiveApplication a) -> a.ended().orElseThrow()).reversed());
    after.sort(Comparator.comparing(LiveApplication::id).reversed());
    JsonArray expected = new JsonArray();
    before.forEach(a -> expected.add(tree(a)));
    expected.addAll(entries);
    after.forEach(a -> expected.add(tree(a)));
    while (expected.size() > limit) {
      expected.remove(expected.size() - 1);
    }

    byte[] whole = JacksonStyle.print(entries).getBytes(UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    JsonArraySplicer list = splicer(out, plan);
    int longest = List.of(1, 2, 17, 512, 8192).get(random.nextInt(5));
    for (int i = 0; i < whole.length; ) {
      int length = Math.min(whole.length - i, 1 + random.nextInt(longest));
      list.write(whole, i, length);
      i += length;
    }
    list.finish();

    assertThat(out.toString(UTF_8)).as(round).isEqualTo(JacksonStyle.print(expected));
    assertThat(JsonParser.parseString(out.toString(UTF_8))).as(round).isEqualTo(expected);
  }

  private static void insert(JsonArray array, int place, JsonElement element) {
    array.asList().add(place, element);
  }

  private static List<LiveApplication> applications(Random random) {
    List<LiveApplication> applications = new ArrayList<>();
    for (int i = random.nextInt(8); i > 0; i--) {
      ApplicationInfo info =
          new ApplicationInfo(
              hostileText(random),
              random.nextBoolean() ? Optional.empty() : Optional.of("1"),
              STARTED,
              hostileText(random),
              "4.2.0");
      LiveApplication live = SampleApplications.live("added-" + i, info);
      LiveApplication ended = SampleApplications.ended("added-" + i, STARTED.plusSeconds(i));
      applications.add(
          random.nextBoolean()
              ? live
              : new LiveApplication(
                  ended.id(),
                  ended.state(),
                  info,
                  ended.address(),
                  ended.namespace(),
                  ended.source(),
                  ended.ended()));
    }
    Collections.shuffle(applications, random);
    return applications;
  }

  private static JsonArray entries(Random random) {
    JsonArray entries = new JsonArray();
    // If the list is long, the filter queries the catalog again.
    int length = random.nextInt(8) == 0 ? LONG + random.nextInt(20) : random.nextInt(10);
    for (int i = length; i > 0; i--) {
      entries.add(entry(random, "listed-" + i));
    }
    return entries;
  }

  private static JsonObject entry(Random random, String id) {
    JsonObject attempt = new JsonObject();
    attempt.addProperty("id", "added-" + random.nextInt(8));
    attempt.addProperty("sparkUser", hostileText(random));
    attempt.addProperty("completed", random.nextBoolean());
    attempt.addProperty("duration", random.nextLong());
    JsonArray attempts = new JsonArray();
    for (int i = random.nextInt(3); i > 0; i--) {
      attempts.add(attempt);
    }
    JsonObject entry = new JsonObject();
    entry.addProperty("id", id);
    entry.addProperty("name", random.nextInt(4) == 0 ? "added-1" : hostileText(random));
    entry.addProperty("k" + hostileText(random), hostileText(random));
    entry.add("attempts", attempts);
    return entry;
  }

  private static String hostileText(Random random) {
    return NASTY[random.nextInt(NASTY.length)] + NASTY[random.nextInt(NASTY.length)];
  }
}
