// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static io.sparklive.harness.OneLiveApplication.awaitLive;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.harness.Browser;
import io.sparklive.harness.Container;
import io.sparklive.harness.EmbeddedHistoryServer;
import io.sparklive.harness.HistoryServerPlan;
import io.sparklive.harness.NewestContainer;
import io.sparklive.harness.Reply;
import io.sparklive.testkit.driver.FakeDriver;
import io.sparklive.testkit.driver.ReceivedRequest;
import io.sparklive.testkit.driver.Response;
import io.sparklive.testkit.driver.Script;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;

/** A static file of a driver is stored for its own application, and only if it is complete. */
@ParameterizedClass
@NewestContainer
class FileIsolationFilterTest {
  private static final String DATE = "Sat, 15 Mar 2025 11:45:00 GMT";

  @Parameter private Container container;

  @Test
  void cachesNoTruncatedFile() throws Exception {
    for (String head : new String[] {"Content-Length: 9\r\n", ""}) {
      try (FakeDriver half = new FakeDriver("app-half");
          EmbeddedHistoryServer another =
              container.start(new HistoryServerPlan().drivers(half.address()))) {
        half.respondToProxied(Script.sending("HTTP/1.1 200 OK\r\n" + head + "\r\nhalf"));
        awaitLive(another, 1);
        for (int times = 1; times <= 2; times++) {
          try (Browser browser = new Browser(another.port())) {
            browser.send("GET", "/sparkui/app-half/static/x.js", "Connection", "close");
            browser.readToEnd();
          }
          assertThat(half.served()).isEqualTo(times);
        }
      }
    }
  }

  @Test
  void cachesNothingIfCookiesAreForwarded() throws Exception {
    try (FakeDriver driver = new FakeDriver("app-1");
        EmbeddedHistoryServer forwarding =
            container.start(
                new HistoryServerPlan()
                    .drivers(driver.address())
                    .parameter("forwardCookies", "*"))) {
      awaitLive(forwarding, 1);
      driver.respond("/static/known.js", Response.of(200, "known"));
      forwarding.get("/sparkui/app-1/static/known.js", "Cookie", "session=1");
      Reply second = forwarding.get("/sparkui/app-1/static/known.js", "Cookie", "session=2");

      assertThat(driver.requests()).hasSize(2);
      assertThat(second.headers("Cache-Control"))
          .containsExactly("no-cache, no-store, must-revalidate");
    }
  }

  @Test
  void isolatesCachedFilesOfApplications() throws Exception {
    String good = "good();";
    String evil = "evil();";
    try (FakeDriver poisoner = new FakeDriver("app-poisoner");
        FakeDriver honest = new FakeDriver("app-honest");
        EmbeddedHistoryServer both =
            container.start(
                new HistoryServerPlan()
                    .drivers(poisoner.address(), honest.address())
                    .files(path -> Optional.of(good.getBytes(StandardCharsets.UTF_8))))) {
      awaitLive(both, 2);
      poisoner.respond("/static/webui.js", Response.of(200, evil, "Last-Modified", DATE));
      honest.respond("/static/webui.js", Response.of(200, good, "Last-Modified", DATE));

      for (int i = 0; i < 2; i++) {
        assertThat(both.get("/sparkui/app-poisoner/static/webui.js").text()).isEqualTo(evil);
        assertThat(both.get("/sparkui/app-honest/static/webui.js").text()).isEqualTo(good);
        assertThat(both.get("/static/webui.js").text()).doesNotContain(evil);
        // The filter stores a file a moment after it has sent the last byte.
        awaitCached(both, "/sparkui/app-poisoner/static/webui.js");
        awaitCached(both, "/sparkui/app-honest/static/webui.js");
      }
      assertThat(gets(poisoner)).hasSize(1);
      assertThat(gets(honest)).hasSize(1);
    }
  }

  private static void awaitCached(EmbeddedHistoryServer server, String path) {
    await().until(() -> server.request("HEAD", path).header("ETag").isPresent());
  }

  private static List<ReceivedRequest> gets(FakeDriver driver) {
    return driver.requests().stream().filter(request -> request.method().equals("GET")).toList();
  }

  /** Six megabytes for each of eight applications; the limit for all is 32. */
  @Test
  void evictsLeastRecentlyUsedApplications() throws Exception {
    List<FakeDriver> drivers =
        IntStream.range(0, 8).mapToObj(i -> new FakeDriver("app-many-" + i)).toList();
    String large = "x".repeat(2_000_000);
    try (EmbeddedHistoryServer many =
        container.start(
            new HistoryServerPlan()
                .drivers(drivers.stream().map(FakeDriver::address).toArray(String[]::new)))) {
      awaitLive(many, drivers.size());
      for (int program = 0; program < drivers.size(); program++) {
        FakeDriver driver = drivers.get(program);
        for (int i = 0; i < 3; i++) {
          driver.respond("/static/large" + i, Response.of(200, large, "Content-Type", "image/png"));
          String path = "/sparkui/app-many-" + program + "/static/large" + i;
          assertThat(many.get(path).text()).isEqualTo(large);
          awaitCached(many, path);
        }
        driver.forget();
      }

      many.get("/sparkui/app-many-7/static/large0");
      many.get("/sparkui/app-many-0/static/large0");
      assertThat(drivers.get(7).requests()).isEmpty();
      assertThat(drivers.get(0).requests()).hasSize(1);
    } finally {
      drivers.forEach(FakeDriver::close);
    }
  }

  @Test
  void refetchesFileForNewDriverWithSameId() throws Exception {
    FakeDriver before = new FakeDriver("app-again");
    try (FakeDriver after = new FakeDriver("app-again");
        EmbeddedHistoryServer two =
            container.start(new HistoryServerPlan().drivers(before.address(), after.address()))) {
      awaitLive(two, 1);
      before.respond("/static/webui.js", Response.of(200, "before"));
      after.respond("/static/webui.js", Response.of(200, "after"));
      String path = "/sparkui/app-again/static/webui.js";
      String first = two.get(path).text();
      (first.equals("before") ? before : after).close();

      await()
          .untilAsserted(
              () ->
                  assertThat(two.get(path).text())
                      .isEqualTo(first.equals("before") ? "after" : "before"));
    } finally {
      before.close();
    }
  }
}
