// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.browser;

import static org.awaitility.Awaitility.await;

import com.deque.html.axecore.selenium.AxeBuilder;
import io.sparklive.testkit.KillButton;
import io.sparklive.testkit.browser.BrowserLog;
import io.sparklive.testkit.browser.Installation;
import io.sparklive.testkit.browser.PageActivity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;

/**
 * A Chromium of one test class whose pages keep running, in the form in which a user has it: with
 * any width, light or dark, with several tabs and a keyboard. For one thread.
 */
final class BrowserWindow implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(20);

  private final ChromeDriver driver;
  private final Path profile;
  private final BrowserLog log;

  private BrowserWindow(ChromeDriver driver, Path profile) {
    this.driver = driver;
    this.profile = profile;
    this.log = new BrowserLog(driver, id -> Optional.empty());
  }

  static BrowserWindow start() {
    Installation installation = Installation.find().orElseThrow();
    try {
      Path profile = Files.createTempDirectory("chromium-");
      return new BrowserWindow(installation.start(profile), profile);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens a page and discards the activity so far. */
  void open(String url) {
    log.open(url);
  }

  /** Tolerates an error for the rest of the test, see {@link BrowserLog#expect}. */
  void expect(String part) {
    log.expect(part);
  }

  /** Loads the page once more. */
  void reload() {
    driver.navigate().refresh();
  }

  /** Opens a page, and keeps the activity so far. */
  void goTo(String url) {
    driver.get(url);
  }

  String url() {
    return driver.getCurrentUrl();
  }

  /** The first such element, as soon as it exists. */
  WebElement element(String selector) {
    return await()
        .atMost(PATIENCE)
        .pollInterval(POLL_INTERVAL)
        .until(
            () -> driver.findElements(By.cssSelector(selector)).stream().findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  int count(String selector) {
    return driver.findElements(By.cssSelector(selector)).size();
  }

  /** The visible text of the first such element, in one line. */
  String text(String selector) {
    return element(selector).getText().replaceAll("\\s+", " ").strip();
  }

  /** Kills a job or a stage by its button, and confirms it. */
  void kill(String kind, String id) {
    element(KillButton.selector(kind, id)).click();
    await().atMost(PATIENCE).ignoreExceptions().until(() -> driver.switchTo().alert() != null);
    log.expect("dialog: " + driver.switchTo().alert().getText());
    log.expect(KillButton.ERROR_OF_LINK);
    driver.switchTo().alert().accept();
  }

  /** Presses keys in the focused element. */
  void press(CharSequence... keys) {
    new Actions(driver).sendKeys(keys).perform();
  }

  /** Runs a script in the page. */
  Object run(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
  }

  /** Sets the width of the page, with the height of a telephone. */
  void narrow(int width) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", 740, "deviceScaleFactor", 1, "mobile", false));
  }

  /** Restores the width. */
  void widen() {
    driver.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
  }

  /** Sets the user's preference for {@code light} or {@code dark}. */
  void prefer(String scheme) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  /** Runs a script in each page that this tab opens from now on, before the page's own scripts. */
  void beforeEachPage(String script) {
    driver.executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
  }

  /** Removes a cookie of the page's host. */
  void deleteCookie(String name) {
    driver.manage().deleteCookieNamed(name);
  }

  /** Removes the cookies of all hosts. */
  void deleteCookies() {
    driver.executeCdpCommand("Network.clearBrowserCookies", Map.of());
  }

  /** The window that is used. */
  String window() {
    return driver.getWindowHandle();
  }

  /** Opens a window beside this one, and uses it. */
  void openWindow() {
    driver.switchTo().newWindow(WindowType.WINDOW);
  }

  /** Uses another window. */
  void switchTo(String window) {
    driver.switchTo().window(window);
  }

  /** Closes a window, and continues with the current one. */
  void closeWindow(String window) {
    String here = window();
    switchTo(window);
    // Ends the requests of its page: the log of the browser never reports their end in a closed
    // window.
    driver.get("about:blank");
    driver.close();
    switchTo(here);
  }

  /** Runs an action while another tab covers this one. */
  void behindAnotherTab(Runnable meanwhile) {
    String here = driver.getWindowHandle();
    driver.switchTo().newWindow(WindowType.TAB);
    try {
      meanwhile.run();
    } finally {
      driver.close();
      driver.switchTo().window(here);
    }
  }

  /** The violations that axe-core finds in the selected elements, a line each. */
  List<String> violations(String selector) {
    return new AxeBuilder()
        .include(List.of(selector)).analyze(driver).getViolations().stream()
            .flatMap(
                rule -> rule.getNodes().stream().map(node -> rule.getId() + ": " + node.getHtml()))
            .toList();
  }

  /** The activity since the page was opened, once no response is pending. */
  PageActivity activity() {
    return log.activity();
  }

  @Override
  public void close() {
    log.close();
    driver.quit();
    try (Stream<Path> all = Files.walk(profile)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
