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

/** A person who keeps the live UI of an application open, and looks again every 100 ms. */
final class LiveUiPoller implements AutoCloseable {
  private static final int PACE = 100;

  /** What they may see, in this order. */
  enum Answer {
    LIVE,
    /** The driver's UI has just closed. */
    NOT_REACHED,
    AWAITED,
    HISTORY,
    ANYTHING_ELSE
  }

  private final WebServer server;
  private final String id;
  private final List<Answer> answers = new ArrayList<>();
  private final List<String> unexpected = new ArrayList<>();
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

  /** Begins to look. */
  LiveUiPoller(WebServer server, String id) {
    this.server = server;
    this.id = id;
    ScheduledFuture<?> unused =
        thread.scheduleWithFixedDelay(this::look, 0, PACE, TimeUnit.MILLISECONDS);
  }

  /** The application's id. */
  String id() {
    return id;
  }

  /** What was seen so far, without repetitions. */
  synchronized List<Answer> answers() {
    return List.copyOf(answers);
  }

  /**
   * Asserts that it was live, then awaited, then led to the history. It may be awaited once more: a
   * History Server that reads the end of a log before the log is renamed drops the application, and
   * lists it again after its next scan.
   */
  synchronized void assertLedFromLiveToHistory() {
    assertThat(unexpected).as("answers for %s", id).isEmpty();
    int end = answers.size();
    boolean isRenamed =
        end > 3
            && answers
                .subList(end - 3, end)
                .equals(List.of(Answer.HISTORY, Answer.AWAITED, Answer.HISTORY));
    assertThat(isRenamed ? answers.subList(0, end - 2) : answers)
        .as("answers for %s", id)
        .isSorted()
        .contains(Answer.LIVE, Answer.AWAITED, Answer.HISTORY);
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  private void look() {
    try {
      note(server.get("/sparkui/" + id + "/jobs/"));
    } catch (RuntimeException e) {
      if (!thread.isShutdown()) {
        note(Answer.ANYTHING_ELSE, e.toString());
      }
    }
  }

  private void note(HttpResponse<String> page) {
    String leads = page.headers().firstValue("Location").orElse("");
    Answer answer =
        switch (page.statusCode()) {
          case 200 -> Answer.LIVE;
          case 502 -> Answer.NOT_REACHED;
          case 503 -> answerThatIsAwaited(page.body());
          case 302 ->
              leads.equals("/history/" + id + "/jobs/") ? Answer.HISTORY : Answer.ANYTHING_ELSE;
          default -> Answer.ANYTHING_ELSE;
        };
    note(answer, page.statusCode() + " " + leads + " " + page.body());
  }

  private static Answer answerThatIsAwaited(String page) {
    if (page.contains("accepts no connections any more")) {
      return Answer.NOT_REACHED;
    }
    return page.contains("event log is not available yet") ? Answer.AWAITED : Answer.ANYTHING_ELSE;
  }

  private synchronized void note(Answer answer, String what) {
    if (answer == Answer.ANYTHING_ELSE) {
      unexpected.add(what);
    }
    if (answers.isEmpty() || answers.get(answers.size() - 1) != answer) {
      answers.add(answer);
    }
  }
}
