// SPDX-License-Identifier: Apache-2.0
package io.sparklive.listing;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationInfo;
import io.sparklive.application.ApplicationState;
import io.sparklive.application.DriverAddress;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.SourceRef;
import io.sparklive.spi.CatalogStatus;
import io.sparklive.spi.EntryFields;
import io.sparklive.spi.EventLogEndpoint;
import io.sparklive.spi.HistoryCatalog;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A list of 20,000 completed applications, into which the filter inserts the running ones. */
@State(Scope.Benchmark)
public class JsonArraySplicerBenchmark {
  private static final int COMPLETED = 20_000;

  /** In the chunks that Jackson writes. */
  private static final int PIECE = 8_000;

  private static final Instant STARTED = Instant.parse("2026-11-21T08:43:54.879Z");
  private static final DriverAddress ADDRESS = new DriverAddress("10.0.0.7", 4040);
  private static final Instant NOW = STARTED.plusSeconds(3_600);
  private static final ListQuery EVERYTHING = ListQuery.parse("").orElseThrow();

  /** The number of running applications. */
  @Param({"1", "1000"})
  public int running;

  private final byte[] completed =
      IntStream.range(0, COMPLETED)
          .mapToObj(i -> ApplicationJson.of(ended("app-%05d".formatted(i)), EntryFields.NONE, NOW))
          .collect(Collectors.joining(", ", "[ ", " ]"))
          .getBytes(StandardCharsets.UTF_8);
  private List<LiveApplication> applications = List.of();

  private static LiveApplication live(String id) {
    return application(id, ApplicationState.LIVE, Optional.empty());
  }

  private static LiveApplication ended(String id) {
    return application(id, ApplicationState.ENDED, Optional.of(NOW));
  }

  private static LiveApplication application(
      String id, ApplicationState state, Optional<Instant> ended) {
    return new LiveApplication(
        new ApplicationId(id),
        state,
        new ApplicationInfo(id, Optional.empty(), STARTED, "ada", "4.2.0"),
        Optional.of(ADDRESS),
        Optional.empty(),
        new SourceRef("static", ADDRESS.toString()),
        ended);
  }

  /** Adds so many running applications. */
  @Setup
  public void start() {
    applications =
        IntStream.range(0, running).mapToObj(i -> live("spark-%05d".formatted(i))).toList();
  }

  /** The whole list. */
  @Benchmark
  public void wholeList() throws IOException {
    MergePlan plan = plan();
    JsonArraySplicer list =
        new JsonArraySplicer(OutputStream.nullOutputStream(), plan.limit(), plan);
    for (int from = 0; from < completed.length; from += PIECE) {
      list.write(completed, from, Math.min(PIECE, completed.length - from));
    }
    list.finish();
  }

  /** The merge alone. */
  @Benchmark
  public List<byte[]> mergePlanAlone() {
    MergePlan plan = plan();
    List<byte[]> before = plan.atStart();
    return before.isEmpty() ? plan.atEnd() : before;
  }

  private MergePlan plan() {
    return MergePlan.of(EVERYTHING, applications, new EmptyCatalog(), NOW);
  }

  /** A catalog that contains none of the running applications. */
  private static final class EmptyCatalog implements HistoryCatalog {
    @Override
    public CatalogStatus status(ApplicationId id, Freshness freshness) {
      return CatalogStatus.UNKNOWN;
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
}
