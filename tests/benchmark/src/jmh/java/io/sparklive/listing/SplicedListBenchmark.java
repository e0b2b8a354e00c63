package io.sparklive.listing;

import static io.sparklive.application.SampleApplications.STARTED;
import static io.sparklive.application.SampleApplications.ended;
import static io.sparklive.application.SampleApplications.live;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.LiveApplication;
import io.sparklive.history.EntryFields;
import io.sparklive.history.HistoryCatalog;
import io.sparklive.history.Knowledge;
import io.sparklive.history.LoggedDriver;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A list with 20,000 completed applications on its way, and what runs put into it. */
@State(Scope.Benchmark)
public class SplicedListBenchmark {
  private static final int COMPLETED = 20_000;

  /** As Jackson hands it on. */
  private static final int PIECE = 8_000;

  private static final Instant NOW = STARTED.plusSeconds(3_600);
  private static final ListQuery EVERYTHING = ListQuery.parse("").orElseThrow();

  /** How many run. */
  @Param({"1", "1000"})
  public int running;

  private final byte[] completed =
      IntStream.range(0, COMPLETED)
          .mapToObj(
              i -> ApplicationJson.of(ended("app-%05d".formatted(i), NOW), EntryFields.NONE, NOW))
          .collect(Collectors.joining(", ", "[ ", " ]"))
          .getBytes(StandardCharsets.UTF_8);
  private List<LiveApplication> applications = List.of();

  /** Starts so many. */
  @Setup
  public void start() {
    applications =
        IntStream.range(0, running).mapToObj(i -> live("spark-%05d".formatted(i))).toList();
  }

  /** The whole list. */
  @Benchmark
  public void wholeList() throws IOException {
    SplicedList list = new SplicedList(OutputStream.nullOutputStream(), additions());
    for (int from = 0; from < completed.length; from += PIECE) {
      list.write(completed, from, Math.min(PIECE, completed.length - from));
    }
    list.finish();
  }

  /** What goes into it, alone. */
  @Benchmark
  public List<byte[]> additionsAlone() {
    Additions additions = additions();
    additions.settle();
    return additions.after(Set.of());
  }

  private Additions additions() {
    return Additions.to(EVERYTHING, applications, new KnowsNone(), NOW);
  }

  /** A catalog in which nothing is that runs. */
  private static final class KnowsNone implements HistoryCatalog {
    @Override
    public Knowledge knowledgeOf(ApplicationId id) {
      return Knowledge.UNKNOWN;
    }

    @Override
    public Optional<String> newestAttempt(ApplicationId id) {
      return Optional.empty();
    }

    @Override
    public Optional<LoggedDriver> loggedDriver(ApplicationId id) {
      return Optional.empty();
    }
  }
}
