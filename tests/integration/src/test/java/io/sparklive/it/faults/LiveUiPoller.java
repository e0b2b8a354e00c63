// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.testkit.WebServer;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A user who keeps the live UI of an application open: requests it every 100 ms. */
final class LiveUiPoller implements AutoCloseable {
  private static final int PACE = 100;

  /** The possible responses, in this order. */
  enum PageState {
    LIVE,
    /** The driver's UI has just closed. */
    UNREACHABLE,
    AWAITS_LOG,
    HISTORY,
    UNEXPECTED
  }

  private final WebServer server;
  private final String id;
  private final List<PageState> states = new ArrayList<>();
  private final List<String> unexpected = new ArrayList<>();
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

  /** Begins to poll. */
  LiveUiPoller(WebServer server, String id) {
    this.server = server;
    this.id = id;
    ScheduledFuture<?> unused =
        thread.scheduleWithFixedDelay(this::poll, 0, PACE, TimeUnit.MILLISECONDS);
  }

  /** The application's id. */
  String id() {
    return id;
  }

  /** The responses so far, without repetitions. */
  synchronized List<PageState> states() {
    return List.copyOf(states);
  }

  /**
   * Asserts that the page was live, then waited for the event log, then redirected to the history.
   * It may wait once more. If a History Server reads the end of a log before Spark renames the log,
   * it removes the application, and lists it again after its next scan.
   */
  synchronized void assertLedFromLiveToHistory() {
    assertThat(unexpected).as("states of the page of %s", id).isEmpty();
    int end = states.size();
    boolean isRenamed =
        end > 3
            && states
                .subList(end - 3, end)
                .equals(List.of(PageState.HISTORY, PageState.AWAITS_LOG, PageState.HISTORY));
    assertThat(isRenamed ? states.subList(0, end - 2) : states)
        .as("states of the page of %s", id)
        .isSorted()
        .contains(PageState.LIVE, PageState.AWAITS_LOG, PageState.HISTORY);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  private void poll() {
    try {
      note(server.get("/sparkui/" + id + "/jobs/"));
    } catch (RuntimeException e) {
      if (!thread.isShutdown()) {
        note(PageState.UNEXPECTED, e.toString());
      }
    }
  }

  private void note(HttpResponse<String> page) {
    String location = page.headers().firstValue("Location").orElse("");
    PageState state =
        switch (page.statusCode()) {
          case 200 -> PageState.LIVE;
          case 502 -> PageState.UNREACHABLE;
          case 503 -> stateOfUnavailable(page.body());
          case 302 ->
              location.equals("/history/" + id + "/jobs/")
                  ? PageState.HISTORY
                  : PageState.UNEXPECTED;
          default -> PageState.UNEXPECTED;
        };
    note(state, page.statusCode() + " " + location + " " + page.body());
  }

  private static PageState stateOfUnavailable(String page) {
    if (page.contains("accepts no connections any more")) {
      return PageState.UNREACHABLE;
    }
    return page.contains("event log is not available yet")
        ? PageState.AWAITS_LOG
        : PageState.UNEXPECTED;
  }

  private synchronized void note(PageState state, String details) {
    if (state == PageState.UNEXPECTED) {
      unexpected.add(details);
    }
    if (states.isEmpty() || states.get(states.size() - 1) != state) {
      states.add(state);
    }
  }
}
