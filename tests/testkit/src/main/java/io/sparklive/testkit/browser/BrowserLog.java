// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.browser;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.openqa.selenium.UnhandledAlertException;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;

/**
 * The activity of a browser: requests, responses, console messages and dialogs. A dialog, an error
 * in the console or a failed request on any page of a test fails the test, unless the test {@link
 * #expect expects} it. For one thread.
 */
public final class BrowserLog implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(20);
  // The page was left, or its script aborted the request.
  private static final Optional<String> ABORTED = Optional.of("net::ERR_ABORTED");

  private static final Set<BrowserLog> OPEN = ConcurrentHashMap.newKeySet();

  private final ChromeDriver driver;
  private final NetworkLog.Bodies bodies;
  private final List<String> failures = new ArrayList<>();
  private final List<String> expected = new ArrayList<>();
  private final List<String> errors = new ArrayList<>();
  private NetworkLog network;

  /**
   * Begins to read the logs of a browser.
   *
   * @param bodies the source of the texts of responses
   */
  public BrowserLog(ChromeDriver driver, NetworkLog.Bodies bodies) {
    this.driver = driver;
    this.bodies = bodies;
    this.network = new NetworkLog(bodies);
    OPEN.add(this);
  }

  /**
   * Tolerates an error for the rest of the test.
   *
   * @param part a part of the text of a dialog, of an error in the console, or of the method, URL
   *     and status of a request
   */
  public void expect(String part) {
    expected.add(part);
  }

  /** Opens a page, and begins anew for {@link #activity}. */
  public void open(String url) {
    leave();
    driver.get(url);
  }

  /** Reads the logs until no response is pending; bodies are gone once another page is opened. */
  public void settle() {
    await()
        .atMost(PATIENCE)
        .pollInterval(POLL_INTERVAL)
        .until(
            () -> {
              read();
              return network.isQuiet();
            });
  }

  /** The activity since the page was opened, once no response is pending any more. */
  public PageActivity activity() {
    settle();
    return new PageActivity(network.exchanges(), List.copyOf(errors), network.dialogs());
  }

  /** Leaves the page and its dialogs, and drops log entries that this causes. */
  private void leave() {
    read();
    collect();
    await()
        .atMost(PATIENCE)
        .pollDelay(Duration.ZERO)
        .pollInterval(POLL_INTERVAL)
        .ignoreExceptionsInstanceOf(UnhandledAlertException.class)
        .until(
            () -> {
              driver.get("about:blank");
              driver.manage().logs().get(LogType.PERFORMANCE);
              driver.manage().logs().get(LogType.BROWSER);
              return driver.getCurrentUrl().equals("about:blank");
            });
  }

  private void read() {
    for (LogEntry entry : driver.manage().logs().get(LogType.PERFORMANCE)) {
      network.add(entry.getMessage());
    }
    for (LogEntry entry : driver.manage().logs().get(LogType.BROWSER)) {
      if (entry.getLevel().intValue() >= Level.SEVERE.intValue()) {
        errors.add(entry.getMessage());
      }
    }
  }

  /** Records the errors of a page, and discards the page. */
  private void collect() {
    Stream.of(
            network.dialogs().stream().map(text -> "dialog: " + text),
            errors.stream().map(text -> "console: " + text),
            network.finished().stream()
                .filter(exchange -> exchange.hasFailed() && !exchange.failure().equals(ABORTED))
                .map(exchange -> "request: " + exchange))
        .flatMap(each -> each)
        .forEach(failures::add);
    network = new NetworkLog(bodies);
    errors.clear();
  }

  /**
   * Checks all browsers of this JVM at the end of a test, and leaves their pages.
   *
   * @param passed whether the test has passed so far; if not, its own failure stands
   * @throws AssertionError if there was an error that the test does not expect
   */
  static void endOfTest(boolean passed) {
    List<String> unexpected = new ArrayList<>();
    for (BrowserLog log : OPEN) {
      unexpected.addAll(log.endTest(passed));
    }
    if (passed && !unexpected.isEmpty()) {
      throw new AssertionError("In the browser: " + String.join("\n  ", unexpected));
    }
  }

  private List<String> endTest(boolean passed) {
    if (passed) {
      settle();
    }
    leave();
    List<String> unexpected =
        failures.stream()
            .filter(trouble -> expected.stream().noneMatch(trouble::contains))
            .toList();
    failures.clear();
    expected.clear();
    return unexpected;
  }

  @Override
  public void close() {
    OPEN.remove(this);
  }
}
