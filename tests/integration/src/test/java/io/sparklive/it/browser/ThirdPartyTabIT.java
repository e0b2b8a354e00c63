// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.browser;

import static io.sparklive.it.browser.LiveUi.awaiting;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.it.browser.tabs.StaticTab;
import io.sparklive.it.shared.SharedHistory;
import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.FilterJar;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import io.sparklive.testkit.browser.Chromium;
import io.sparklive.testkit.browser.Exchange;
import io.sparklive.testkit.browser.Firefox;
import io.sparklive.testkit.browser.InChromium;
import io.sparklive.testkit.browser.InFirefox;
import io.sparklive.testkit.browser.PageActivity;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A tab of a real driver that consists of files, like that of the DataFlint plugin. */
@Tag("browser")
@InChromium
@InFirefox
class ThirdPartyTabIT {
  private static final String INDEX =
      """
      <!DOCTYPE html><html><head><title>Tab</title>
      <link rel="manifest" href="./manifest.json"/>
      <link rel="stylesheet" href="./static/css/main.css"/>
      </head>
      <body><img src="./static/media/logo.svg" id="logo"/><p id="text">nothing</p>
      <script>addEventListener("load", () => import("./static/js/main.js"))</script></body></html>
      """;
  private static final String SCRIPT =
      """
      const logo = document.getElementById("logo");
      document.getElementById("text").textContent = `ran ${logo.naturalWidth}`;
      """;
  private static final String LOGO =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"7\""
          + " height=\"7\"><script>alert(1)</script></svg>";

  @TempDir private Path directory;

  @ParameterizedTest
  @MethodSource("io.sparklive.testkit.SparkVersion#ends")
  void servesSameFilesAsDriver(SparkVersion version, Chromium browser, Firefox firefox)
      throws IOException {
    EventLogs logs = EventLogs.newDirectory("tab-" + version);
    try (DriverProcess driver =
            DriverProcess.builder(version, "With a tab")
                .classPath(FilterJar.of(version, StaticTab.class), writeFiles())
                .property("spark.plugins", StaticTab.class.getName())
                .start();
        HistoryServerProcess server =
            SharedHistory.describe(version, logs, driver.address()).start()) {
      LiveHistoryServer.awaitApplications(server, "", 1);
      String live = "/sparkui/" + driver.applicationId();

      for (String file :
          List.of(
              "/",
              "/index.html",
              "/manifest.json",
              "/static/css/main.css",
              "/static/js/main.js",
              "/static/js/main.js.map",
              "/static/media/logo.svg",
              "/static/media/x.woff2")) {
        HttpResponse<String> here = server.get(live + StaticTab.PATH + file);
        HttpResponse<String> there = driver.get(StaticTab.PATH + file);
        assertThat(here.statusCode()).as(file).isEqualTo(200);
        assertThat(here.body()).isEqualTo(there.body());
        assertThat(here.headers().firstValue("Content-Type"))
            .isEqualTo(there.headers().firstValue("Content-Type"));
      }

      browser.open(server.uri() + live + StaticTab.PATH + "/");
      awaiting(() -> assertThat(browser.texts("#text")).containsExactly("ran 7"));
      assertNoErrors(browser.activity());

      firefox.open(server.uri() + live + StaticTab.PATH + "/");
      await()
          .until(() -> firefox.run("document.getElementById('text').textContent").equals("ran 7"));

      // Its script is blocked, and the icon that Chromium requests does not exist.
      browser.expect("Blocked script execution");
      browser.expect("/favicon.ico");
      browser.open(server.uri() + live + StaticTab.PATH + "/static/media/logo.svg");
      assertThat(browser.activity().dialogs()).isEmpty();
    }
  }

  private static void assertNoErrors(PageActivity seen) {
    assertThat(seen.errors()).as("console").isEmpty();
    assertThat(seen.dialogs()).as("dialogs").isEmpty();
    assertThat(seen.exchanges()).isNotEmpty().filteredOn(Exchange::hasFailed).isEmpty();
  }

  /** The directory for the class path. */
  private Path writeFiles() throws IOException {
    Path tab = directory.resolve("classes/tab");
    for (String parent : List.of("static/css", "static/js", "static/media")) {
      Files.createDirectories(tab.resolve(parent));
    }
    Files.writeString(tab.resolve("index.html"), INDEX);
    Files.writeString(tab.resolve("manifest.json"), "{\"name\": \"Tab\"}");
    Files.writeString(tab.resolve("static/css/main.css"), "p { color: green }");
    Files.writeString(tab.resolve("static/js/main.js"), SCRIPT);
    Files.writeString(tab.resolve("static/js/main.js.map"), "{}");
    Files.writeString(tab.resolve("static/media/logo.svg"), LOGO);
    // The first bytes of a font.
    Files.write(
        tab.resolve("static/media/x.woff2"), Base64.getDecoder().decode("d09GMgABAAAAAAAA"));
    return tab.getParent();
  }
}
