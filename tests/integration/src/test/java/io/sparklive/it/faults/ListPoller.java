// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Requests the unfiltered list of a History Server and the list of each status every 50 ms, and
 * from time to time one of the server's own pages.
 *
 * <p>A test sets the expected states of an application; there may be several during a change. In
 * every sample of the unfiltered list, the application must then have exactly one of them.
 * Thread-safe.
 */
final class ListPoller implements AutoCloseable {
  private static final Duration PACE = Duration.ofMillis(50);
  private static final Duration FREQUENT_PACE = Duration.ofMillis(5);
  private static final Duration LEAST_PACE = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final int PAGE_EVERY = 8;
  private static final int MOST_REPORTED = 20;

  private static final String LIST = "/api/v1/applications";
  private static final String RUNNING = LIST + "?status=running";
  private static final String COMPLETED = LIST + "?status=completed";

  private final long began = System.nanoTime();
  private final URI server;
  private final List<String> pages = new ArrayList<>();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ConcurrentLinkedQueue<ListSample> samples = new ConcurrentLinkedQueue<>();
  private final Map<String, NavigableMap<Long, Set<ListedState>>> expected =
      new ConcurrentHashMap<>();
  private final ConcurrentSkipListMap<Long, Long> exempt = new ConcurrentSkipListMap<>();
  private volatile ListSample latest = new ListSample(LIST, 0, 0, "", List.of());
  private final AtomicLong turns = new AtomicLong();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread polling = new Thread(task, "list-poller");
            polling.setDaemon(true);
            return polling;
          });

  /**
   * Starts to poll.
   *
   * @param server a History Server; it may be restarted on its port
   * @param pages pages of its own, which must never fail; beside the home page and the version
   */
  ListPoller(URI server, String... pages) {
    this(server, PACE, pages);
  }

  private ListPoller(URI server, Duration pace, String... pages) {
    this.server = server;
    this.pages.add("/");
    this.pages.add("/api/v1/version");
    this.pages.addAll(List.of(pages));
    ScheduledFuture<?> unused =
        thread.scheduleAtFixedRate(this::poll, 0, pace.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Polls every 5 ms, or as fast as the History Server responds. */
  static ListPoller frequent(URI server) {
    return new ListPoller(server, FREQUENT_PACE);
  }

  /** From now on the application has one of these states; until the first call, any. */
  void expect(String id, ListedState... places) {
    expected
        .computeIfAbsent(id, any -> new ConcurrentSkipListMap<>())
        .put(System.nanoTime(), EnumSet.copyOf(List.of(places)));
  }

  /** Runs an action during which samples do not count: a restart, up to the first scan. */
  void exempt(Runnable restart) {
    long from = System.nanoTime();
    try {
      restart.run();
    } finally {
      exempt.put(from, System.nanoTime());
    }
  }

  /** The state of the application in the last sample of the unfiltered list. */
  ListedState currentState(String id) {
    return stateIn(latest, id);
  }

  /**
   * Fails if since the last call an application had a wrong state, was missing or listed twice, or
   * a page failed.
   */
  void assertNoFailures() {
    assertThat(turns.get())
        .as("polls without a pause")
        .isGreaterThan((System.nanoTime() - began) / LEAST_PACE.toNanos());
    List<ListSample> judged = new ArrayList<>();
    for (ListSample sample = samples.poll(); sample != null; sample = samples.poll()) {
      judged.add(sample);
    }
    List<String> wrong =
        judged.stream().filter(this::counts).flatMap(sample -> wrongWith(sample).stream()).toList();
    assertThat(wrong.stream().limit(MOST_REPORTED))
        .as("%d samples, of which wrong %d", judged.size(), wrong.size())
        .isEmpty();
  }

  @Override
  public void close() {
    thread.shutdownNow();
    try {
      thread.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void poll() {
    pollList(LIST);
    pollList(RUNNING);
    pollList(COMPLETED);
    long turn = turns.getAndIncrement();
    if (turn % PAGE_EVERY == 0) {
      request(pages.get((int) (turn / PAGE_EVERY % pages.size())), false);
    }
  }

  private void pollList(String path) {
    request(path, true);
  }

  private void request(String path, boolean list) {
    long begun = System.nanoTime();
    String trouble = "";
    List<ListSample.Entry> entries = List.of();
    try {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(URI.create(server + path)).timeout(PATIENCE).build(),
              HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() >= 400) {
        trouble = "status " + response.statusCode();
      } else if (list) {
        entries = ListSample.entriesOf(response.body());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    } catch (IOException | RuntimeException e) {
      trouble = e.toString();
    }
    if (!thread.isShutdown()) {
      ListSample sample = new ListSample(path, begun, System.nanoTime(), trouble, entries);
      samples.add(sample);
      if (path.equals(LIST)) {
        latest = sample;
      }
    }
  }

  private boolean counts(ListSample sample) {
    return exempt.entrySet().stream()
        .noneMatch(time -> sample.overlaps(time.getKey(), time.getValue()));
  }

  private List<String> wrongWith(ListSample sample) {
    List<String> wrong = new ArrayList<>();
    if (!sample.trouble().isEmpty()) {
      wrong.add(message(sample, sample.trouble()));
      return wrong;
    }
    Set<String> seen = new HashSet<>();
    sample.entries().stream()
        .filter(entry -> !seen.add(entry.id()))
        .forEach(entry -> wrong.add(message(sample, entry.id() + " is listed twice")));
    if (sample.path().startsWith(LIST)) {
      expected.forEach((id, times) -> wrongState(sample, id, times).ifPresent(wrong::add));
    }
    return wrong;
  }

  private Optional<String> wrongState(
      ListSample sample, String id, NavigableMap<Long, Set<ListedState>> times) {
    Set<ListedState> right = rightStates(sample, times);
    ListedState state = stateIn(sample, id);
    boolean fits =
        switch (sample.path()) {
          case LIST -> right.contains(state);
          case RUNNING -> fitsFiltered(state, ListedState.RUNNING, right);
          default -> fitsFiltered(state, ListedState.COMPLETED, right);
        };
    return fits
        ? Optional.empty()
        : Optional.of(
            message(
                sample,
                "%s is %s, not one of %s, among %s".formatted(id, state, right, sample.entries())));
  }

  private static ListedState stateIn(ListSample sample, String id) {
    return sample.entries().stream()
        .filter(entry -> entry.id().equals(id))
        .map(ListSample.Entry::state)
        .findFirst()
        .orElse(ListedState.ABSENT);
  }

  /** A list of one status: an application that is missing there may be in the other. */
  private static boolean fitsFiltered(
      ListedState state, ListedState listed, Set<ListedState> right) {
    return state == ListedState.ABSENT
        ? !right.equals(EnumSet.of(listed))
        : state == listed && right.contains(listed);
  }

  private static Set<ListedState> rightStates(
      ListSample sample, NavigableMap<Long, Set<ListedState>> times) {
    Map.Entry<Long, Set<ListedState>> atFirst = times.floorEntry(sample.begun());
    Set<ListedState> right =
        EnumSet.copyOf(atFirst == null ? EnumSet.allOf(ListedState.class) : atFirst.getValue());
    times.subMap(sample.begun(), false, sample.ended(), true).values().forEach(right::addAll);
    return right;
  }

  private String message(ListSample sample, String what) {
    return "%s at %d ms: %s"
        .formatted(sample.path(), TimeUnit.NANOSECONDS.toMillis(sample.begun() - began), what);
  }
}
