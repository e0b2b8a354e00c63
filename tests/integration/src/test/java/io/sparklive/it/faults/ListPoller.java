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
 * Looks every 50 ms at the unfiltered list of a History Server and at the list of each status, and
 * now and then at pages of its own.
 *
 * <p>A test says where an application is to be from now on; places may be several while it is about
 * to change. In the unfiltered list it is then in exactly one of them at every look. Thread-safe.
 */
final class ListPoller implements AutoCloseable {
  private static final Duration PACE = Duration.ofMillis(50);
  private static final Duration LEAST_PACE = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final int PAGE_EVERY = 8;
  private static final int MOST_TOLD = 20;

  private static final String LIST = "/api/v1/applications";
  private static final String RUNNING = LIST + "?status=running";
  private static final String COMPLETED = LIST + "?status=completed";

  private final long began = System.nanoTime();
  private final URI server;
  private final List<String> pages = new ArrayList<>();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ConcurrentLinkedQueue<ListSample> looks = new ConcurrentLinkedQueue<>();
  private final Map<String, NavigableMap<Long, Set<Place>>> expected = new ConcurrentHashMap<>();
  private final ConcurrentSkipListMap<Long, Long> exempt = new ConcurrentSkipListMap<>();
  private volatile ListSample latest = new ListSample(LIST, 0, 0, "", List.of());
  private final AtomicLong turns = new AtomicLong();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread looking = new Thread(task, "looker");
            looking.setDaemon(true);
            return looking;
          });

  /**
   * Begins to look.
   *
   * @param server a History Server; it may be restarted on its port
   * @param pages pages of its own, which must never fail; beside the home page and the version
   */
  ListPoller(URI server, String... pages) {
    this.server = server;
    this.pages.add("/");
    this.pages.add("/api/v1/version");
    this.pages.addAll(List.of(pages));
    ScheduledFuture<?> unused =
        thread.scheduleAtFixedRate(this::look, 0, PACE.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** From now on the application is in one of these places; until the first call, anywhere. */
  void expect(String id, Place... places) {
    expected
        .computeIfAbsent(id, any -> new ConcurrentSkipListMap<>())
        .put(System.nanoTime(), EnumSet.copyOf(List.of(places)));
  }

  /** Does what no look is to count in: the restart of a History Server, up to its first scan. */
  void exempt(Runnable restart) {
    long from = System.nanoTime();
    try {
      restart.run();
    } finally {
      exempt.put(from, System.nanoTime());
    }
  }

  /** Where the last look at the unfiltered list saw the application. */
  Place placeNow(String id) {
    return placeIn(latest, id);
  }

  /**
   * Says what was seen in the wrong place, in none, or twice, and which page failed, since this was
   * called last.
   */
  void assertAllWasWell() {
    assertThat(turns.get())
        .as("it has looked all the time")
        .isGreaterThan((System.nanoTime() - began) / LEAST_PACE.toNanos());
    List<ListSample> judged = new ArrayList<>();
    for (ListSample look = looks.poll(); look != null; look = looks.poll()) {
      judged.add(look);
    }
    List<String> wrong =
        judged.stream().filter(this::counts).flatMap(look -> wrongWith(look).stream()).toList();
    assertThat(wrong.stream().limit(MOST_TOLD))
        .as("%d looks, of which wrong %d", judged.size(), wrong.size())
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

  private void look() {
    lookAtList(LIST);
    lookAtList(RUNNING);
    lookAtList(COMPLETED);
    long turn = turns.getAndIncrement();
    if (turn % PAGE_EVERY == 0) {
      lookAt(pages.get((int) (turn / PAGE_EVERY % pages.size())), false);
    }
  }

  private void lookAtList(String path) {
    lookAt(path, true);
  }

  private void lookAt(String path, boolean list) {
    long begun = System.nanoTime();
    String trouble = "";
    List<ListSample.Entry> entries = List.of();
    try {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(URI.create(server + path)).timeout(PATIENCE).build(),
              HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() >= 400) {
        trouble = "status " + answer.statusCode();
      } else if (list) {
        entries = ListSample.entriesOf(answer.body());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    } catch (IOException | RuntimeException e) {
      trouble = e.toString();
    }
    if (!thread.isShutdown()) {
      ListSample look = new ListSample(path, begun, System.nanoTime(), trouble, entries);
      looks.add(look);
      if (path.equals(LIST)) {
        latest = look;
      }
    }
  }

  private boolean counts(ListSample look) {
    return exempt.entrySet().stream()
        .noneMatch(time -> look.overlaps(time.getKey(), time.getValue()));
  }

  private List<String> wrongWith(ListSample look) {
    List<String> wrong = new ArrayList<>();
    if (!look.trouble().isEmpty()) {
      wrong.add(told(look, look.trouble()));
      return wrong;
    }
    Set<String> seen = new HashSet<>();
    look.entries().stream()
        .filter(entry -> !seen.add(entry.id()))
        .forEach(entry -> wrong.add(told(look, entry.id() + " is there twice")));
    if (look.path().startsWith(LIST)) {
      expected.forEach((id, times) -> wrongPlace(look, id, times).ifPresent(wrong::add));
    }
    return wrong;
  }

  private Optional<String> wrongPlace(
      ListSample look, String id, NavigableMap<Long, Set<Place>> times) {
    Set<Place> right = rightPlaces(look, times);
    Place place = placeIn(look, id);
    boolean fits =
        switch (look.path()) {
          case LIST -> right.contains(place);
          case RUNNING -> fitsFiltered(place, Place.RUNNING, right);
          default -> fitsFiltered(place, Place.COMPLETED, right);
        };
    return fits
        ? Optional.empty()
        : Optional.of(told(look, id + " is " + place + ", not one of " + right));
  }

  private static Place placeIn(ListSample look, String id) {
    return look.entries().stream()
        .filter(entry -> entry.id().equals(id))
        .map(ListSample.Entry::place)
        .findFirst()
        .orElse(Place.ABSENT);
  }

  /** A list of one status: what is missing there may be in the other. */
  private static boolean fitsFiltered(Place place, Place listed, Set<Place> right) {
    return place == Place.ABSENT
        ? !right.equals(EnumSet.of(listed))
        : place == listed && right.contains(listed);
  }

  private static Set<Place> rightPlaces(ListSample look, NavigableMap<Long, Set<Place>> times) {
    Map.Entry<Long, Set<Place>> atFirst = times.floorEntry(look.begun());
    Set<Place> right =
        EnumSet.copyOf(atFirst == null ? EnumSet.allOf(Place.class) : atFirst.getValue());
    times.subMap(look.begun(), false, look.ended(), true).values().forEach(right::addAll);
    return right;
  }

  private String told(ListSample look, String what) {
    return "%s at %d ms: %s"
        .formatted(look.path(), TimeUnit.NANOSECONDS.toMillis(look.begun() - began), what);
  }
}
