// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.browser;

import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sparklive.testkit.InstalledPrograms;
import io.sparklive.testkit.ParentBoundProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A real headless Firefox, with a fresh profile, over its own <a
 * href="https://w3c.github.io/webdriver-bidi/">WebDriver BiDi</a>: Debian has no geckodriver, which
 * Selenium needs. It opens pages and runs scripts in them. Unlike {@link Chromium}, it records no
 * activity. It never outlives the JVM that started it. For one thread.
 */
public final class Firefox implements AutoCloseable {
  public static final String HOW_TO_INSTALL =
      "No Firefox: these tests need firefox-esr (or firefox) on the PATH. On Debian: apt-get"
          + " install firefox-esr";

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Makes no requests but those of the tests. */
  private static final String PREFERENCES =
      """
      user_pref("app.normandy.enabled", false);
      user_pref("app.update.enabled", false);
      user_pref("browser.startup.homepage_override.mstone", "ignore");
      user_pref("datareporting.policy.dataSubmissionEnabled", false);
      user_pref("network.captive-portal-service.enabled", false);
      user_pref("network.connectivity-service.enabled", false);
      user_pref("services.settings.server", "data:,none");
      """;

  private final Path profile;
  private final Process process;
  private final BiDi connection;
  private final String window;

  private Firefox(Path profile, Process process) {
    this.profile = profile;
    this.process = process;
    connection = new BiDi(URI.create("ws://127.0.0.1:" + port() + "/session"), PATIENCE);
    connection.send("session.new", object("capabilities", new JsonObject()));
    window =
        connection
            .send("browsingContext.getTree", new JsonObject())
            .getAsJsonArray("contexts")
            .get(0)
            .getAsJsonObject()
            .get("context")
            .getAsString();
  }

  /** The path of Firefox; empty if it is not installed. */
  public static Optional<Path> find() {
    return Stream.of("firefox-esr", "firefox")
        .flatMap(name -> InstalledPrograms.find(name).stream())
        .findFirst();
  }

  /** Starts a browser with a new profile. */
  public static Firefox start(Path executable) {
    try {
      Path profile = Files.createTempDirectory("firefox-");
      Files.writeString(profile.resolve("user.js"), PREFERENCES);
      Process process =
          ParentBoundProcess.process(
                  List.of(
                      executable.toString(),
                      "--headless",
                      "--no-remote",
                      "--profile",
                      profile.toString(),
                      "--remote-debugging-port=0"))
              .redirectErrorStream(true)
              .redirectOutput(Redirect.DISCARD)
              .start();
      return new Firefox(profile, process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens a page, and waits until it is loaded completely. */
  public void open(String url) {
    JsonObject parameters = object("context", window);
    parameters.addProperty("url", url);
    parameters.addProperty("wait", "complete");
    connection.send("browsingContext.navigate", parameters);
  }

  /** The value of an expression in the page, a text; a promise is awaited. */
  public String run(String expression) {
    JsonObject parameters = object("target", object("context", window));
    parameters.addProperty("expression", expression);
    parameters.addProperty("awaitPromise", true);
    JsonObject result = connection.send("script.evaluate", parameters);
    if (!result.get("type").getAsString().equals("success")) {
      throw new IllegalStateException(expression + ": " + result);
    }
    return result.getAsJsonObject("result").get("value").getAsString();
  }

  /** Firefox writes its port into its profile. */
  private int port() {
    Path file = profile.resolve("WebDriverBiDiServer.json");
    return await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> portIn(file), Optional::isPresent)
        .orElseThrow();
  }

  private static Optional<Integer> portIn(Path file) throws IOException {
    String text = Files.exists(file) ? Files.readString(file).strip() : "";
    return text.endsWith("}")
        ? Optional.of(JsonParser.parseString(text).getAsJsonObject().get("ws_port").getAsInt())
        : Optional.empty();
  }

  private static JsonObject object(String name, String value) {
    JsonObject object = new JsonObject();
    object.addProperty(name, value);
    return object;
  }

  private static JsonObject object(String name, JsonObject value) {
    JsonObject object = new JsonObject();
    object.add(name, value);
    return object;
  }

  @Override
  public void close() {
    connection.close();
    try {
      process.getOutputStream().close();
      process.onExit().join();
      try (Stream<Path> all = Files.walk(profile)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(path);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
