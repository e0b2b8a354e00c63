package io.sparklive.browser;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A Chromium, or a Chrome, with its driver, as {@code PATH} has them.
 *
 * @param browser the browser's executable
 * @param driver chromedriver, of the same version
 */
record Installation(Path browser, Path driver) {

  static final String HOW_TO_INSTALL =
      "No Chromium: the browser tests need chromium (or chromium-browser, or google-chrome) and"
          + " chromedriver on the PATH. On Debian: apt-get install chromium chromium-driver";

  static Optional<Installation> find() {
    Optional<Path> browser =
        Stream.of("chromium", "chromium-browser", "google-chrome")
            .flatMap(name -> onPath(name).stream())
            .findFirst();
    return browser.flatMap(b -> onPath("chromedriver").map(driver -> new Installation(b, driver)));
  }

  private static Optional<Path> onPath(String name) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.of(path.split(File.pathSeparator, -1))
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
