// SPDX-License-Identifier: Apache-2.0
package io.sparklive.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.DriverAddress;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

public class LocationRewriterTest {
  private static final ProxyTarget TARGET = at("10.0.0.7", "/stages/stage/");
  private static final String START = "/sparkui/app-1/";

  @ParameterizedTest
  @CsvSource({
    "http://10.0.0.7:4040/jobs/, /sparkui/app-1/jobs/",
    "http://10.0.0.7:4040/, /sparkui/app-1/",
    "http://10.0.0.7:4040, /sparkui/app-1/",
    "http://10.0.0.7:4040?a=b, /sparkui/app-1/?a=b",
    "HTTP://10.0.0.7:4040/jobs/, /sparkui/app-1/jobs/",
    "//10.0.0.7:4040/jobs/, /sparkui/app-1/jobs/",
    "/, /sparkui/app-1/",
    "/jobs/, /sparkui/app-1/jobs/",
    "/jobs/?a=b%20c&d=%2F#e%20f, /sparkui/app-1/jobs/?a=b%20c&d=%2F#e%20f",
    "jobs/, /sparkui/app-1/stages/stage/jobs/",
    "../, /sparkui/app-1/stages/",
    "../../jobs/, /sparkui/app-1/jobs/",
    "./, /sparkui/app-1/stages/stage/",
    "?id=1, /sparkui/app-1/stages/stage/?id=1",
    "'', /sparkui/app-1/stages/stage/",
    "/jobs/?a=b|c&d=%, /sparkui/app-1/jobs/?a=b%7Cc&d=%25",
    "/jobs/?a=b|c#d|e, /sparkui/app-1/jobs/?a=b%7Cc#d%7Ce",
  })
  void keepsRedirectsOfDriverUnderContext(String location, String kept) {
    assertThat(forBrowser(location)).contains(kept);
  }

  @ParameterizedTest
  @CsvSource({
    "/sparkui/app-1, /sparkui/app-1",
    "/sparkui/app-1/, /sparkui/app-1/",
    "http://10.0.0.7:4040/sparkui/app-1/jobs/?a=b, /sparkui/app-1/jobs/?a=b",
    "/sparkui/app-10/jobs/, /sparkui/app-1/sparkui/app-10/jobs/",
  })
  void addsContextOnce(String location, String kept) {
    assertThat(forBrowser(location)).contains(kept);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://10.0.0.7:4040/jobs/",
        "http://10.0.0.7/jobs/",
        "http://10.0.0.7:4041/jobs/",
        "http://10.0.0.70:4040/jobs/",
        "http://elsewhere.example.org/jobs/?a=b#c",
        "//elsewhere.example.org/jobs/",
        "/\t/elsewhere.example.org/jobs/",
        "ht\ttp://elsewhere.example.org/",
        "\\\\elsewhere.example.org/jobs/",
        "/\\elsewhere.example.org/jobs/",
        "http:\\\\elsewhere.example.org/",
        " https://elsewhere.example.org/",
        "http:///elsewhere.example.org/",
        "http://10.0.0.7:4040@elsewhere.example.org/",
        "mailto:ada@example.org",
        "javascript:alert(1)",
        "data:text/html,x",
        "http://[",
        "http://a b/",
      })
  void redirectsToStartPageInsteadOfOtherServer(String location) {
    assertThat(forBrowser(location)).contains(START);
  }

  @ParameterizedTest
  @CsvSource({
    "https://login.example.org/authorize?client=1#top, https://login.example.org/authorize?client=1#top",
    "//login.example.org/, http://login.example.org/",
    "\\\\login.example.org\\a, http://login.example.org/a",
    "https://LOGIN.example.org/%2e%2E/a, https://login.example.org/a",
  })
  void redirectsToOtherServerIfAllowed(String location, String passedOn) {
    assertThat(
            LocationRewriter.rewrite(
                location, TARGET, url -> url.host().equals("login.example.org")))
        .contains(passedOn);
    assertThat(LocationRewriter.rewrite("http://other/", TARGET, url -> false)).contains(START);
  }

  @ParameterizedTest
  @CsvSource({
    "/../x, /sparkui/app-1/x",
    "/.., /sparkui/app-1/",
    "/a/../../../b/./c, /sparkui/app-1/b/c",
    "/sparkui/app-1/../../api/v1/, /sparkui/app-1/api/v1/",
    "http://10.0.0.7:4040/../../api/, /sparkui/app-1/api/",
    "/%2e%2e/app-2/jobs/job/kill/?id=7, /sparkui/app-1/app-2/jobs/job/kill/?id=7",
    "/%2E%2e/%2e%2E/x, /sparkui/app-1/x",
    "/.%2e/x, /sparkui/app-1/x",
    "/sparkui/app-1/%2e./app-2/, /sparkui/app-1/sparkui/app-2/",
    "/sparkui/app-1/%2e%2e\\app-2\\, /sparkui/app-1/sparkui/app-2/",
    "\\..\\app-2\\, /sparkui/app-1/app-2/",
    "'/.\t./app-2/', /sparkui/app-1/app-2/",
    "/%2e/x, /sparkui/app-1/x",
    "'/\t../x', /sparkui/app-1/x",
    "http://user:password@10.0.0.7:4040/x, /sparkui/app-1/x",
    "http://10.0.0.7:4040\\@elsewhere/, /sparkui/app-1/@elsewhere/",
    "http:/jobs/, /sparkui/app-1/jobs/",
    "http:jobs/, /sparkui/app-1/stages/stage/jobs/",
  })
  void staysBelowContextAsBrowsersResolveIt(String location, String kept) {
    assertThat(forBrowser(location)).contains(kept);
  }

  /** The filter would reject these paths, and a proxy in front may normalize them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/a%2Fb/",
        "/..%2Fapp-2/",
        "/%2e%2e%2fapp-2/",
        "/..%5Capp-2/",
        "/%252e%252e/app-2/",
        "/jobs;a=b/",
        "/jobs//job/",
        "//",
        "http://10.0.0.7:4040//elsewhere/",
        "/a b",
        "/a|b",
        "/%",
        "/x%00y",
        "/caf\u00e9/",
      })
  void redirectsToStartPageInsteadOfRejectedPath(String location) {
    assertThat(forBrowser(location)).contains(START);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://elsewhere.example.org/", "//elsewhere", "mailto:a@b", "http://["})
  void returnsNothingForInvalidRedirectOfStartPage(String location) {
    assertThat(LocationRewriter.rewrite(location, at("10.0.0.7", "/"), url -> false)).isEmpty();
    assertThat(LocationRewriter.rewrite("/jobs/", at("10.0.0.7", "/"), url -> false))
        .contains("/sparkui/app-1/jobs/");
  }

  @ParameterizedTest
  @CsvSource({
    "https://history.example.org/sparkui/app-1/jobs/?a=b, /sparkui/app-1/jobs/?a=b",
    "https://history.example.org/sparkui/app-1, /sparkui/app-1",
    "https://history.example.org/sparkui/app-1/%2e%2e/app-2/, /sparkui/app-1/",
    "https://history.example.org/sparkui/app-2/jobs/, /sparkui/app-1/",
    "https://history.example.org/, /sparkui/app-1/",
  })
  void keepsPathOfExternalApplicationUrl(String location, String kept) {
    assertThat(forBrowser(location)).contains(kept);
  }

  @Test
  void comparesHostsIgnoringCase() {
    assertThat(
            LocationRewriter.rewrite(
                "http://Driver.SVC:4040/x", at("driver.svc", "/"), url -> false))
        .contains("/sparkui/app-1/x");
  }

  @Test
  void acceptsIpv6AddressInBrackets() {
    assertThat(
            LocationRewriter.rewrite("http://[fd00::7]:4040/x", at("fd00::7", "/"), url -> false))
        .contains("/sparkui/app-1/x");
  }

  @ParameterizedTest
  @CsvSource({
    "/etl/nightly/jobs/, /sparkui/app-1/jobs/",
    "http://10.0.0.7:4040/etl/nightly/jobs/?a=b#c, /sparkui/app-1/jobs/?a=b#c",
    "/etl/nightly, /sparkui/app-1/",
    "/etl/nightly2/jobs/, /sparkui/app-1/etl/nightly2/jobs/",
    "/etl/nightly/%2e%2e/other/, /sparkui/app-1/etl/other/",
    "/etl/nightly//jobs/, /sparkui/app-1/",
    "/jobs/, /sparkui/app-1/jobs/",
    "http://elsewhere/etl/nightly/jobs/, /sparkui/app-1/"
  })
  void removesOwnBaseOfDriver(String location, String kept) {
    assertThat(rewritten("/sparkui/app-1", location)).contains(kept);
    assertThat(rewritten("/etl/nightly", location))
        .contains(kept.replace("/sparkui/app-1", "/shs/etl/nightly"));
  }

  private static Optional<String> rewritten(String root, String location) {
    ProxyTarget target =
        new ProxyTarget(
            new ApplicationId("app-1"),
            new DriverAddress("10.0.0.7", 4040),
            Instant.EPOCH,
            "/stages/",
            root.startsWith("/etl") ? "/shs" : "",
            root,
            Optional.of("/etl/nightly"),
            true,
            false);
    return LocationRewriter.rewrite(location, target, url -> false);
  }

  private static Optional<String> forBrowser(String location) {
    return LocationRewriter.rewrite(location, TARGET, url -> false);
  }

  private static ProxyTarget at(String host, String path) {
    return new ProxyTarget(
        new ApplicationId("app-1"),
        new DriverAddress(host, 4040),
        Instant.EPOCH,
        path,
        "",
        "/sparkui/app-1",
        Optional.empty(),
        true,
        false);
  }
}
