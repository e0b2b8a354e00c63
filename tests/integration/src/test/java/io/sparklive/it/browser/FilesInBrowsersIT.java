// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.sparklive.it.shared.SharedHistory;
import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import io.sparklive.testkit.browser.Chromium;
import io.sparklive.testkit.browser.Firefox;
import io.sparklive.testkit.browser.InChromium;
import io.sparklive.testkit.browser.InFirefox;
import io.sparklive.testkit.driver.FakeDriver;
import io.sparklive.testkit.driver.ReceivedRequest;
import io.sparklive.testkit.driver.Response;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files of a driver in real browsers: a page can use each kind of them, and none of them runs a
 * script if it is opened as a document.
 */
@Tag("war")
@Tag("browser")
@InChromium
@InFirefox
class FilesInBrowsersIT {
  private static final String ID = "app-20261121083600-0000";
  private static final String LIVE = "/sparkui/" + ID;
  private static final String CSP = "Content-Security-Policy";

  /** Tabs of third parties have other paths; the cache serves these as well. */
  private static final List<String> DIRECTORIES = List.of("/tab/files", "/static/files");

  /** The functions of a browser that a test uses. */
  private record Window(Consumer<String> open, UnaryOperator<String> run) {}

  @ParameterizedTest
  @MethodSource("io.sparklive.testkit.SparkVersion#newestUnderTest")
  void workInPagesAndRunNoScriptAsDocuments(
      SparkVersion version, Chromium chromium, Firefox firefox) {
    // Chromium's console reports each script that it blocks.
    chromium.expect("Blocked script execution");
    chromium.expect("sandboxed");
    chromium.expect("/favicon.ico");
    chromium.expect("/error.png");
    chromium.expect("/unavailable.js");
    EventLogs logs = EventLogs.newDirectory("files-" + version);
    try (FakeDriver driver = new FakeDriver(ID);
        HistoryServerProcess server =
            SharedHistory.describe(version, logs, driver.address()).start()) {
      LiveHistoryServer.awaitApplications(server, "", 1);
      TabFiles.serve(driver, LIVE, DIRECTORIES);
      HostileFiles.serve(driver, LIVE, DIRECTORIES);
      assertCarryTheirPolicy(server, driver);
      String live = server.uri() + LIVE;
      Map<String, Window> windows = new LinkedHashMap<>();
      windows.put("Firefox", new Window(firefox::open, firefox::run));
      windows.put(
          "Chromium",
          new Window(
              chromium::open, expression -> String.valueOf(chromium.run("return " + expression))));
      windows.forEach(
          (name, window) -> {
            for (String directory : DIRECTORIES) {
              assertIsOfUse(name, window, live, directory);
            }
            assertAreHarmless(name, window, live, driver);
          });
    }
  }

  /** A servlet container may drop headers of some responses. */
  private static void assertCarryTheirPolicy(HistoryServerProcess server, FakeDriver driver) {
    for (int status : List.of(200, 204, 206, 302, 304, 404, 416, 503)) {
      for (String directory : DIRECTORIES) {
        String path = directory + "/" + status + ".svg";
        driver.respond(
            path,
            Response.of(
                status, "svg", "Content-Type", "image/svg+xml", "Location", "/jobs/", CSP, "a b"));
        HttpResponse<String> response = server.get(LIVE + path);
        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.headers().allValues(CSP)).as(path).contains("a b", "sandbox");
        assertThat(response.headers().allValues("X-Content-Type-Options"))
            .as(path)
            .containsExactly("nosniff");
      }
    }
    String kept = LIVE + DIRECTORIES.get(1) + "/200.svg";
    await().until(() -> server.get(kept).headers().firstValue("ETag").isPresent());
    Map.of("If-None-Match", "*", "If-Match", "\"other\"", "Range", "bytes=99-")
        .forEach(
            (name, value) -> {
              HttpResponse<String> response = server.get(kept, name, value);
              assertThat(response.statusCode()).isIn(304, 412, 416);
              assertThat(response.headers().allValues(CSP)).contains("a b", "sandbox");
            });
  }

  private static void assertIsOfUse(String browser, Window window, String live, String directory) {
    for (int view = 1; view <= 2; view++) {
      window.open().accept(live + TabFiles.page(directory));
      await()
          .untilAsserted(
              () ->
                  assertThat(resultIn(window))
                      .as(browser + ", " + directory)
                      .isEqualTo(TabFiles.result()));
    }
  }

  private static JsonObject resultIn(Window window) {
    return JsonParser.parseString(window.run().apply("JSON.stringify(result)")).getAsJsonObject();
  }

  private static void assertAreHarmless(
      String browser, Window window, String live, FakeDriver driver) {
    for (String file : HostileFiles.names()) {
      window.open().accept(live + DIRECTORIES.get(0) + "/" + file);
    }
    for (String directory : DIRECTORIES) {
      window.open().accept(live + HostileFiles.frames(directory));
    }
    // Scripts do run in a page, and are detected; a script in a file would have run before that.
    int pages = ran(driver).size();
    window.open().accept(live + HostileFiles.PAGE);
    await().until(() -> ran(driver).size() > pages);
    assertThat(ran(driver)).as(browser).containsOnly("page");
  }

  /** The names of the hostile files whose scripts ran. */
  private static List<String> ran(FakeDriver driver) {
    return driver.requests().stream()
        .map(ReceivedRequest::target)
        .filter(target -> target.startsWith(HostileFiles.RAN))
        .map(target -> target.substring(HostileFiles.RAN.length()))
        .toList();
  }
}
