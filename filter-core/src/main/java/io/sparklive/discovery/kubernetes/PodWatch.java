package io.sparklive.discovery.kubernetes;

import com.google.gson.stream.MalformedJsonException;
import io.sparklive.application.SourceStatus;
import io.sparklive.concurrent.Backoff;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import okhttp3.Response;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists pods, then follows their changes, for ever, on a thread of its own.
 *
 * <p>What was told stays until it is seen to be gone: while the API server is away nothing changes,
 * and when it is back the new list is compared with the old. A watch that ends cleanly, or in which
 * nothing happens for long, is opened again from where it was. One that breaks off, or whose
 * version is too old, lists again: an API server that comes back with an older store accepts a
 * version of its future, and then says nothing. Any failure waits, longer each time, and at least
 * as long as the API server asks for.
 */
final class PodWatch implements Runnable {
  private static final int MOST_EXPIRIES = 3;
  private static final Logger LOG = LoggerFactory.getLogger(PodWatch.class);

  private final PodQuery query;
  private final ApiServerClient cluster;
  private final PodListener listener;
  private final Outages outages;
  private final KubernetesTimings timings;
  private final InstantSource clock;
  private final Backoff backoff;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final CountDownLatch listed = new CountDownLatch(1);

  // Of the watch's own thread.
  private final Set<String> told = new HashSet<>();
  private String version = "";
  private int failures;

  private volatile WatchStatus progress;

  private record WatchStatus(
      SourceStatus.State state,
      Instant since,
      Optional<Instant> lastEvent,
      Optional<String> error) {}

  PodWatch(
      PodQuery query,
      ApiServerClient cluster,
      PodListener listener,
      Outages outages,
      KubernetesTimings timings,
      InstantSource clock) {
    this.query = query;
    this.cluster = cluster;
    this.listener = listener;
    this.outages = outages;
    this.timings = timings;
    this.clock = clock;
    // Without jitter, all watches would list again in the same moment after an outage.
    this.backoff =
        Backoff.exponential(timings.minBackOff(), timings.minBackOff().multipliedBy(32))
            .withJitter(0.25)
            .within(timings.minBackOff(), timings.maxBackOff());
    this.progress =
        new WatchStatus(
            SourceStatus.State.STARTING, clock.instant(), Optional.empty(), Optional.empty());
  }

  PodQuery query() {
    return query;
  }

  /** How it fares; it sees this many applications. */
  SourceStatus status(int applications) {
    WatchStatus now = progress;
    return new SourceStatus(
        query.role() + " pods",
        query.where(),
        now.state(),
        now.since(),
        now.lastEvent(),
        applications,
        now.error());
  }

  /** Waits until everything has been told once. */
  boolean awaitListed(Duration atMost) throws InterruptedException {
    return listed.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void run() {
    while (!isClosed()) {
      Instant began = clock.instant();
      try {
        if (version.isEmpty()) {
          list();
        }
        follow();
      } catch (ApiFailure e) {
        failed(e);
      } catch (MalformedJsonException | RuntimeException e) {
        failed(failure(ApiFailure.Kind.UNREADABLE, "answers with what cannot be read", e));
      } catch (IOException e) {
        failed(failure(ApiFailure.Kind.UNAVAILABLE, "breaks off", e));
      }
      // Some end a watch as soon as it has begun.
      pause(timings.minBackOff().minus(Duration.between(began, clock.instant())));
    }
  }

  /** Ends as soon as the call that it waits for is broken off. */
  void close() {
    closed.countDown();
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  private void list() throws IOException {
    Set<String> onPod = new HashSet<>();
    PodStream.PageEnd end = new PodStream.PageEnd("", "");
    do {
      try (Response page = cluster.get(query.page(end.continuation()))) {
        end =
            PodStream.readPage(
                page.body().charStream(),
                pod -> {
                  onPod.add(pod.uid());
                  tell(pod);
                });
      }
    } while (!end.continuation().isEmpty());
    Set<String> onPodDeleted = new HashSet<>(told);
    onPodDeleted.removeAll(onPod);
    onPodDeleted.forEach(this::tellGone);
    version = end.version();
    listed.countDown();
  }

  private void follow() throws IOException {
    try (Response watch = cluster.get(query.watch(version))) {
      succeeded();
      PodStream.Events events = new PodStream.Events(watch.body().charStream());
      while (!isClosed() && events.hasNext()) {
        PodStream.Event event = events.next();
        take(event);
        version = event.pod().resourceVersion();
        failures = 0;
        progress =
            new WatchStatus(
                SourceStatus.State.UP,
                progress.since(),
                Optional.of(clock.instant()),
                Optional.empty());
      }
      failures = 0;
    } catch (ApiFailure | MalformedJsonException e) {
      throw e;
    } catch (SocketTimeoutException e) {
      failures = 0;
      LOG.debug("Nothing happened to {} in {}", query.role(), query.where());
    } catch (IOException e) {
      // If the API server is away, asking again will tell.
      LOG.debug(
          "The watch of {} in {} ended: {}", query.role(), query.where(), ErrorMessages.of(e));
      version = "";
    }
  }

  private void take(PodStream.Event event) {
    switch (event.type()) {
      case "ADDED", "MODIFIED" -> tell(event.pod());
      case "DELETED" -> tellGone(event.pod().uid());
      case "BOOKMARK" -> {}
      default -> throw new IllegalStateException("an event of the type " + event.type());
    }
  }

  private void tell(Pod pod) {
    told.add(pod.uid());
    listener.onPod(pod);
  }

  private void tellGone(String uid) {
    if (told.remove(uid)) {
      listener.onPodDeleted(uid);
    }
  }

  private ApiFailure failure(ApiFailure.Kind kind, String what, Exception cause) {
    String words = "the API server %s %s: %s";
    return new ApiFailure(
        kind,
        words.formatted(cluster.address(), what, ErrorMessages.of(cause)),
        Optional.empty(),
        cause);
  }

  private void succeeded() {
    if (progress.state() != SourceStatus.State.UP) {
      progress =
          new WatchStatus(
              SourceStatus.State.UP, clock.instant(), progress.lastEvent(), Optional.empty());
    }
    outages.over(this);
  }

  private void failed(ApiFailure failure) {
    if (isClosed()) {
      return;
    }
    version = "";
    if (failure.kind() == ApiFailure.Kind.EXPIRED) {
      if (++failures <= MOST_EXPIRIES) {
        return;
      }
    }
    boolean wasDown = progress.state() == SourceStatus.State.DOWN;
    progress =
        new WatchStatus(
            SourceStatus.State.DOWN,
            wasDown ? progress.since() : clock.instant(),
            progress.lastEvent(),
            Optional.of(failure.getMessage()));
    outages.begun(this, failure);
    Duration wait = backoff.delay(failures++);
    pause(wait.compareTo(failure.retryAfter()) < 0 ? failure.retryAfter() : wait);
  }

  private void pause(Duration wait) {
    try {
      if (closed.await(Math.max(0, wait.toMillis()), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      closed.countDown();
      Thread.currentThread().interrupt();
    }
  }
}
