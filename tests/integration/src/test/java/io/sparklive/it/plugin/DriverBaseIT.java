// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import io.sparklive.testkit.WebServer;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A driver with the settings that the Kubeflow Spark Operator gives it for an Ingress with a path:
 * {@code spark.ui.proxyBase} and {@code spark.ui.proxyRedirectUri}.
 */
@Tag("war")
class DriverBaseIT {
  private static final String BASE = "/team-a/nightly-etl";
  private static final int MAX_PAGES = 400;
  private static final Pattern LINK = Pattern.compile("(?:href|src)=[\"']([^\"'#]+)[^\"']*[\"']");
  // Its links change with every page, and it has the same tables in other orders.
  private static final Pattern TABLE = Pattern.compile(".*\\.(?:sort|desc|page|pageSize)=.*");

  @TempDir private Path directory;

  @ParameterizedTest
  @MethodSource(Plugin.ENDS)
  void leadsFromEachPageToPagesThatRespond(SparkVersion version) {
    try (DriverProcess driver =
            DriverProcess.builder(version, "with a base of its own")
                .busy("")
                .property("spark.ui.proxyBase", BASE)
                .property("spark.ui.proxyRedirectUri", "/")
                .start();
        HistoryServerProcess server =
            Plugin.historyServer(version, directory, driver.address()).start()) {
      String live = "/sparkui/" + driver.applicationId();
      await()
          .untilAsserted(
              () ->
                  assertThat(server.get(BASE + "/jobs/").body())
                      .contains("setUIRoot('" + BASE + "')"));

      assertThat(location(server, live + "/")).isEqualTo(live + "/jobs/");
      assertThat(location(server, BASE + "/")).isEqualTo(BASE + "/jobs/");
      Set<String> seen = crawl(server, driver, live + "/jobs/");

      assertThat(seen)
          .contains(
              BASE + "/static/webui.js",
              BASE + "/stages/",
              BASE + "/storage/",
              BASE + "/environment/",
              BASE + "/executors/",
              BASE + "/SQL/",
              BASE + "/StreamingQuery/",
              BASE + "/jobs/job/?id=0")
          .allSatisfy(path -> assertThat(path).startsWith(path.startsWith(live) ? live : BASE));
      assertThat(server.get(BASE + "/static/webui.js").body())
          .contains("[\"/sparkui\",\"/team-a\"]");
      assertThat(server.get(BASE + "/api/v1/applications").body()).contains(driver.applicationId());
    }
  }

  private static String location(WebServer server, String path) {
    URI target = URI.create(server.get(path).headers().firstValue("Location").orElseThrow());
    return target.getRawPath() + (target.getRawQuery() == null ? "" : "?" + target.getRawQuery());
  }

  /** Follows all links from a page, and checks that each path responds. */
  private static Set<String> crawl(
      HistoryServerProcess server, DriverProcess driver, String start) {
    Set<String> seen = new LinkedHashSet<>(Set.of(start));
    Deque<String> next = new ArrayDeque<>(seen);
    while (!next.isEmpty()) {
      String path = next.poll();
      HttpResponse<String> response = server.get(path);
      if (response.statusCode() == 302 && isQueryLost(driver, path)) {
        continue;
      }
      if (response.statusCode() == 302) {
        // The root redirects to the first page, and Spark's links omit some slashes.
        response = server.get(location(server, path));
      }
      assertThat(response.statusCode()).as("%s after %s", response.uri(), path).isEqualTo(200);
      assertThat(response.body()).as(path).doesNotContain("historypage.js");
      boolean isPage =
          response.headers().firstValue("Content-Type").orElse("").startsWith("text/html");
      if (isPage) {
        links(path, response.body()).stream().filter(seen::add).forEach(next::add);
      }
      assertThat(seen).hasSizeLessThan(MAX_PAGES);
    }
    return seen;
  }

  /**
   * Whether the driver itself redirects this path to one without its query: Spark 4.2 does so with
   * {@code spark.ui.proxyRedirectUri}, where a link omits the slash at the end of the path.
   */
  private static boolean isQueryLost(DriverProcess driver, String path) {
    return path.startsWith(BASE)
        && path.contains("?")
        && !location(driver, path.substring(BASE.length())).contains("?");
  }

  private static Set<String> links(String path, String page) {
    Set<String> links = new LinkedHashSet<>();
    LINK.matcher(page)
        .results()
        .map(link -> link.group(1).replace("&amp;", "&"))
        .filter(link -> !link.matches("[a-z]+:.*|//.*"))
        .filter(link -> !link.contains("/kill") && !TABLE.matcher(link).matches())
        .map(link -> URI.create(path).resolve(link.replace(" ", "%20")).toString())
        .forEach(links::add);
    return links;
  }
}
