// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.it.overview.TaskCounts;
import io.sparklive.testkit.browser.Exchange;
import io.sparklive.testkit.browser.PageActivity;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.awaitility.core.ThrowingRunnable;

/**
 * The section with the running applications, on a page in a browser.
 *
 * @param screen the browser
 * @param root the address of the History Server in the browser, without a slash at the end
 */
record RunningTable(BrowserWindow screen, URI root) {
  static final String SECTION = "#live-history";
  static final String STATUS = "#live-history [role=status]";
  static final String FILTER = "#live-history input[type=search]";

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final String ROW =
      """
      const row = document.querySelector(`#live-history tbody tr[data-id="${arguments[0]}"]`);
      if (!row) return null;
      const texts = {};
      for (const cell of row.querySelectorAll('[data-column]')) {
        texts[cell.dataset.column] = cell.textContent.replace(/\\s+/g, ' ').trim();
      }
      const bar = row.querySelector('[role=progressbar]');
      const number = name => parseInt(bar.getAttribute(name));
      return {
        texts,
        work: row.querySelector('.live-history-work')?.textContent ?? '',
        ended: row.classList.contains('live-history-ended'),
        bar: bar && ['aria-valuemax', 'aria-valuenow', 'data-active', 'data-failed', 'data-killed',
            'data-skipped'].map(number),
        shown: bar?.textContent ?? '',
      };
      """;

  /**
   * A row of its table.
   *
   * @param texts the text of each column
   * @param work the current work of the application
   * @param counts the values of its progress bar for assistive technology
   * @param shown the text of its progress bar
   */
  record Row(
      Map<?, ?> texts, String work, boolean ended, Optional<TaskCounts> counts, String shown) {
    String text(String column) {
      return String.valueOf(texts.get(column));
    }
  }

  /** Opens a page with it, and waits until it has been filled. */
  void open(String page) {
    screen.open(root + page);
    awaitState("ready");
  }

  void awaitState(String state) {
    awaiting(
        () -> assertThat(screen.element(SECTION).getDomAttribute("data-state")).isEqualTo(state));
  }

  /** The row of an application, if there is one. */
  Optional<Row> row(String id) {
    return Optional.ofNullable((Map<?, ?>) screen.run(ROW, id)).map(RunningTable::row);
  }

  private static Row row(Map<?, ?> found) {
    return new Row(
        (Map<?, ?>) found.get("texts"),
        String.valueOf(found.get("work")),
        Boolean.TRUE.equals(found.get("ended")),
        Optional.ofNullable((List<?>) found.get("bar")).map(RunningTable::counts),
        String.valueOf(found.get("shown")));
  }

  private static TaskCounts counts(List<?> bar) {
    List<Integer> numbers = bar.stream().map(one -> ((Number) one).intValue()).toList();
    return new TaskCounts(
        numbers.get(0),
        numbers.get(1),
        numbers.get(2),
        numbers.get(3),
        numbers.get(4),
        numbers.get(5));
  }

  /** The number of visible rows. */
  long visibleRows() {
    Object count =
        screen.run(
            "return Array.from(document.querySelectorAll('#live-history tbody tr'))"
                + ".filter(row => row.checkVisibility()).length");
    return (Long) count;
  }

  /**
   * Asserts that since the page was opened no request failed or left the server, and no markup ran.
   */
  void assertNoErrors() {
    PageActivity activity = screen.activity();
    assertThat(activity.errors()).as("console").isEmpty();
    assertThat(activity.dialogs()).as("dialogs").isEmpty();
    assertThat(activity.exchanges()).isNotEmpty().filteredOn(Exchange::hasFailed).isEmpty();
    assertThat(activity.exchanges())
        .filteredOn(exchange -> !exchange.url().startsWith(root + "/"))
        .as("requests to elsewhere")
        .isEmpty();
  }

  static void awaiting(ThrowingRunnable assertion) {
    await()
        .pollInterval(Duration.ofMillis(50))
        .atMost(PATIENCE)
        .ignoreExceptionsInstanceOf(NoSuchElementException.class)
        .untilAsserted(assertion);
  }
}
