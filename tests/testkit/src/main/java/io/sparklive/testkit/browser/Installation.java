// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.browser;

import io.sparklive.testkit.InstalledPrograms;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * A Chromium, or a Chrome, with its driver, from the {@code PATH}.
 *
 * @param browser the browser's executable
 * @param driver chromedriver, of the same version
 */
public record Installation(Path browser, Path driver) {

  public static final String HOW_TO_INSTALL =
      "No Chromium: the browser tests need chromium (or chromium-browser, or google-chrome) and"
          + " chromedriver on the PATH. On Debian: apt-get install chromium chromium-driver";

  /** The browser and its driver; empty if they are not installed. */
  public static Optional<Installation> find() {
    Optional<Path> browser =
        Stream.of("chromium", "chromium-browser", "google-chrome")
            .flatMap(name -> InstalledPrograms.find(name).stream())
            .findFirst();
    return browser.flatMap(
        b -> InstalledPrograms.find("chromedriver").map(driver -> new Installation(b, driver)));
  }

  /** Starts a headless browser. The caller must end it and remove the profile. */
  public ChromeDriver start(Path profile) {
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(driver.toFile())
            .usingAnyFreePort()
            .withLogOutput(OutputStream.nullOutputStream())
            .build();
    return new ChromeDriver(service, options(browser, profile));
  }

  private static ChromeOptions options(Path browser, Path profile) {
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.PERFORMANCE, Level.ALL);
    logs.enable(LogType.BROWSER, Level.ALL);
    ChromeOptions options = new ChromeOptions();
    options.setBinary(browser.toFile());
    // Servers of tests have self-signed certificates.
    options.setAcceptInsecureCerts(true);
    options.setCapability(ChromeOptions.LOGGING_PREFS, logs);
    return options.addArguments(
        "--headless=new",
        "--window-size=1280,900",
        "--user-data-dir=" + profile,
        // Tests run as root in containers, without a GPU, and open only their own servers.
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync");
  }
}
