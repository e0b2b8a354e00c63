// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import static java.util.Objects.requireNonNull;

import com.google.gson.stream.MalformedJsonException;
import io.sparklive.application.SourceStatus;
import io.sparklive.concurrent.Backoff;
import io.sparklive.kubernetes.ApiFailure;
import io.sparklive.kubernetes.ApiServerClient;
import io.sparklive.kubernetes.ErrorMessages;
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
 * Lists pods, then watches their changes, for ever, on its own thread: a reflector, as in
 * client-go.
 *
 * <p>A pod is reported as deleted only by an event or by a new list. While the API server is
 * unavailable, nothing changes; then the new list is compared with the old one. If a watch ends
 * cleanly, or has no event for long, the next one continues from the same resource version. If a
 * watch breaks off, or its version is too old, the pods are listed again. The reason: an API server
 * that returns with an older store accepts a version that it has not reached yet, and then sends
 * nothing. After a failure the loop waits, longer each time, and at least as long as the API server
 * requests.
 */
final class PodWatch implements Runnable {
  private static final int MAX_EXPIRIES = 3;
  private static final Logger LOG = LoggerFactory.getLogger(PodWatch.class);

  private final PodQuery query;
  private final ApiServerClient client;
  private final PodListener listener;
  private final Outages outages;
  private final KubernetesTimings timings;
  private final InstantSource clock;
  private final Backoff backoff;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final CountDownLatch listed = new CountDownLatch(1);

  // Used only by the thread of this watch.
  private final Set<String> reported = new HashSet<>();
  private String version = "";
  private int failures;

  private volatile WatchStatus watchStatus;

  private record WatchStatus(
      SourceStatus.State state,
      Instant since,
      Optional<Instant> lastEvent,
      Optional<String> error) {}

  PodWatch(
      PodQuery query,
      ApiServerClient client,
      PodListener listener,
      Outages outages,
      KubernetesTimings timings,
      InstantSource clock) {
    this.query = query;
    this.client = client;
    this.listener = listener;
    this.outages = outages;
    this.timings = timings;
    this.clock = clock;
    // Without jitter, all watches would list again at the same moment after an outage.
    this.backoff =
        Backoff.exponential(timings.minBackOff(), timings.minBackOff().multipliedBy(32))
            .withJitter(0.25)
            .within(timings.minBackOff(), timings.maxBackOff());
    this.watchStatus =
        new WatchStatus(
            SourceStatus.State.STARTING, clock.instant(), Optional.empty(), Optional.empty());
  }

  PodQuery query() {
    return query;
  }

  /** The status of this source, with this number of applications. */
  SourceStatus status(int applications) {
    WatchStatus current = watchStatus;
    return new SourceStatus(
        query.role() + " pods",
        query.scope(),
        current.state(),
        current.since(),
        current.lastEvent(),
        applications,
        current.error());
  }

  /** Waits until all pods have been listed once; returns whether they have. */
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
        watchChanges();
      } catch (ApiFailure e) {
        onFailure(e);
      } catch (MalformedJsonException | RuntimeException e) {
        onFailure(failure(ApiFailure.Kind.UNREADABLE, "sent a response that cannot be read", e));
      } catch (IOException e) {
        onFailure(failure(ApiFailure.Kind.UNAVAILABLE, "aborted a response", e));
      }
      // Some API servers end a watch as soon as it has begun.
      pause(timings.minBackOff().minus(Duration.between(began, clock.instant())));
    }
  }

  /** Makes {@link #run} end as soon as its call in flight is cancelled. */
  void close() {
    closed.countDown();
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  private void list() throws IOException {
    Set<String> uids = new HashSet<>();
    PodStream.PageEnd end = new PodStream.PageEnd("", "");
    do {
      try (Response page = client.get(query.page(end.continueToken()))) {
        end =
            PodStream.readPage(
                page.body().charStream(),
                pod -> {
                  uids.add(pod.uid());
                  reportPod(pod);
                });
      }
    } while (!end.continueToken().isEmpty());
    Set<String> deleted = new HashSet<>(reported);
    deleted.removeAll(uids);
    deleted.forEach(this::reportDeleted);
    version = end.version();
    listed.countDown();
  }

  private void watchChanges() throws IOException {
    try (Response watch = client.get(query.watch(version))) {
      onSuccess();
      PodStream.Events events = new PodStream.Events(watch.body().charStream());
      while (!isClosed() && events.hasNext()) {
        PodStream.Event event = events.next();
        apply(event);
        version = event.pod().resourceVersion();
        failures = 0;
        watchStatus =
            new WatchStatus(
                SourceStatus.State.UP,
                watchStatus.since(),
                Optional.of(clock.instant()),
                Optional.empty());
      }
      failures = 0;
    } catch (ApiFailure | MalformedJsonException e) {
      throw e;
    } catch (SocketTimeoutException e) {
      failures = 0;
      LOG.debug("No events of {} in {}", query.role(), query.scope());
    } catch (IOException e) {
      // If the API server is unavailable, the next list fails and reports it.
      LOG.debug("Watch of {} in {} ended: {}", query.role(), query.scope(), ErrorMessages.of(e));
      version = "";
    }
  }

  private void apply(PodStream.Event event) {
    switch (event.type()) {
      case "ADDED", "MODIFIED" -> reportPod(event.pod());
      case "DELETED" -> {
        listener.onLastState(event.pod());
        reportDeleted(event.pod().uid());
      }
      case "BOOKMARK" -> {}
      default -> throw new IllegalStateException("an event of the type " + event.type());
    }
  }

  private void reportPod(Pod pod) {
    reported.add(pod.uid());
    listener.onPod(pod);
  }

  private void reportDeleted(String uid) {
    if (reported.remove(uid)) {
      listener.onPodDeleted(uid);
    }
  }

  private ApiFailure failure(ApiFailure.Kind kind, String what, Exception cause) {
    String format = "the API server %s %s: %s";
    return new ApiFailure(
        kind,
        format.formatted(client.address(), what, ErrorMessages.of(cause)),
        Duration.ZERO,
        cause);
  }

  private void onSuccess() {
    // First: a user who reads the new status finds its reason in the log.
    outages.recordSuccess(this);
    if (watchStatus.state() != SourceStatus.State.UP) {
      watchStatus =
          new WatchStatus(
              SourceStatus.State.UP, clock.instant(), watchStatus.lastEvent(), Optional.empty());
    }
  }

  private void onFailure(ApiFailure failure) {
    if (isClosed()) {
      return;
    }
    version = "";
    if (failure.kind() == ApiFailure.Kind.EXPIRED) {
      if (++failures <= MAX_EXPIRIES) {
        return;
      }
    }
    // First, as in onSuccess.
    outages.recordFailure(this, failure);
    boolean wasDown = watchStatus.state() == SourceStatus.State.DOWN;
    watchStatus =
        new WatchStatus(
            SourceStatus.State.DOWN,
            wasDown ? watchStatus.since() : clock.instant(),
            watchStatus.lastEvent(),
            Optional.of(requireNonNull(failure.getMessage())));
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
