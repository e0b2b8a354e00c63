// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.browser;

import static org.awaitility.Awaitility.await;

import io.sparklive.testkit.KillButton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.ElementClickInterceptedException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;

/**
 * A real headless Chromium, with a fresh profile, and its activity since {@link #open}: all
 * requests, responses, console messages and dialogs. An error on any page fails the test, see
 * {@link BrowserLog}. For one thread.
 */
public final class Chromium implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(20);

  private final ChromeDriver driver;
  private final Path profile;
  private final BrowserLog log;

  private Chromium(ChromeDriver driver, Path profile) {
    this.driver = driver;
    this.profile = profile;
    this.log = new BrowserLog(driver, this::body);
  }

  /** Starts a browser with a new profile. */
  public static Chromium start(Installation installation) {
    try {
      Path profile = Files.createTempDirectory("chromium-");
      return new Chromium(installation.start(profile), profile);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens a page and discards the activity so far, whatever state the last page is in. */
  public void open(String url) {
    log.open(url);
  }

  /** Tolerates an error for the rest of the test, see {@link BrowserLog#expect}. */
  public void expect(String part) {
    log.expect(part);
  }

  /** Clears the browser's cache. */
  public void clearCache() {
    driver.executeCdpCommand("Network.clearBrowserCache", Map.of());
  }

  /** Clicks an element that may open another page, and reads the activity before. */
  public void click(String selector) {
    log.settle();
    // By script: one of Spark's tooltips may cover it.
    driver.executeScript("arguments[0].click()", element(selector));
  }

  /** Replaces the text of a field. */
  public void type(String selector, String text) {
    WebElement field = element(selector);
    field.clear();
    field.sendKeys(text);
  }

  /**
   * Kills a job or a stage by its button, and confirms it.
   *
   * @param kind {@code jobs/job} or {@code stages/stage}
   * @return the text of the confirmation dialog
   */
  public String kill(String kind, String id) {
    String selector = KillButton.selector(kind, id);
    log.settle();
    // Spark draws its timeline late, and moves the links below it: a click in that moment misses.
    await()
        .atMost(PATIENCE)
        .pollInterval(POLL_INTERVAL)
        .ignoreExceptionsInstanceOf(ElementClickInterceptedException.class)
        .until(
            () -> {
              element(selector).click();
              return true;
            });
    await().atMost(PATIENCE).ignoreExceptions().until(() -> driver.switchTo().alert() != null);
    String text = driver.switchTo().alert().getText();
    log.expect("dialog: " + text);
    log.expect(KillButton.ERROR_OF_LINK);
    driver.switchTo().alert().accept();
    return text;
  }

  /** The address of the page. */
  public String url() {
    return driver.getCurrentUrl();
  }

  /** The number of elements, visible or not. */
  public int count(String selector) {
    Object count = run("return document.querySelectorAll(arguments[0]).length", selector);
    return Math.toIntExact((Long) count);
  }

  /** The visible text of the first such element, in one line. */
  public String text(String selector) {
    return element(selector).getText().replaceAll("\\s+", " ").strip();
  }

  /** The texts of all such elements, hidden ones too, each in one line. */
  public List<String> texts(String selector) {
    Object texts =
        run(
            "return Array.from(document.querySelectorAll(arguments[0]))"
                + ".map(e => e.textContent.replace(/\\s+/g, ' ').trim())",
            selector);
    return ((List<?>) texts).stream().map(String::valueOf).toList();
  }

  /** The targets of all such links, absolute. */
  public List<String> targets(String selector) {
    Object targets =
        run(
            "return Array.from(document.querySelectorAll(arguments[0])).map(e => e.href)",
            selector);
    return ((List<?>) targets).stream().map(String::valueOf).toList();
  }

  /** The activity since {@link #open}, once no response is pending any more. */
  public PageActivity activity() {
    return log.activity();
  }

  /** Writes a screenshot as PNG, in a window of that size. */
  public void screenshot(Path file, int width, int height) {
    Dimension before = driver.manage().window().getSize();
    driver.manage().window().setSize(new Dimension(width, height));
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      driver.manage().window().setSize(before);
    }
  }

  /** Runs a script in the page. */
  public Object run(String script, Object... arguments) {
    return driver.executeScript(script, arguments);
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

  private WebElement element(String selector) {
    return await()
        .atMost(PATIENCE)
        .pollInterval(POLL_INTERVAL)
        .until(
            () -> driver.findElements(By.cssSelector(selector)).stream().findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  private Optional<String> body(String requestId) {
    try {
      Map<String, Object> result =
          driver.executeCdpCommand("Network.getResponseBody", Map.of("requestId", requestId));
      String body = String.valueOf(result.get("body"));
      return Optional.of(
          Boolean.TRUE.equals(result.get("base64Encoded"))
              ? new String(Base64.getDecoder().decode(body), StandardCharsets.UTF_8)
              : body);
    } catch (WebDriverException | NullPointerException e) {
      // Selenium receives no response while a dialog is open.
      return Optional.empty();
    }
  }
}
