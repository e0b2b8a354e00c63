package io.sparklive.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.DriverAddress;
import io.sparklive.routing.Links;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectsTest {
  private static final Destination DESTINATION = at("10.0.0.7", "/stages/stage/");

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
    "/a%2Fb/, /sparkui/app-1/a%2Fb/",
    "jobs/, /sparkui/app-1/stages/stage/jobs/",
    "../, /sparkui/app-1/stages/",
    "../../jobs/, /sparkui/app-1/jobs/",
    "./, /sparkui/app-1/stages/stage/",
    "?id=1, /sparkui/app-1/stages/stage/?id=1",
    "'', /sparkui/app-1/stages/stage/",
    "/jobs/?a=b|c&d=%, /sparkui/app-1/jobs/?a=b%7Cc&d=%25",
    "/jobs/?a=b|c#d|e, /sparkui/app-1/jobs/?a=b%7Cc#d%7Ce",
  })
  void keepsOneThatStaysWithTheDriverUnderItsContext(String location, String kept) {
    assertThat(Redirects.forBrowser(location, DESTINATION)).contains(kept);
  }

  @ParameterizedTest
  @CsvSource({
    "/sparkui/app-1, /sparkui/app-1",
    "/sparkui/app-1/, /sparkui/app-1/",
    "http://10.0.0.7:4040/sparkui/app-1/jobs/?a=b, /sparkui/app-1/jobs/?a=b",
    "/sparkui/app-10/jobs/, /sparkui/app-1/sparkui/app-10/jobs/",
  })
  void addsTheContextOnce(String location, String kept) {
    assertThat(Redirects.forBrowser(location, DESTINATION)).contains(kept);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://10.0.0.7:4040/jobs/",
        "http://10.0.0.7/jobs/",
        "http://10.0.0.7:4041/jobs/",
        "http://10.0.0.70:4040/jobs/",
        "http://user@10.0.0.7:4040/jobs/",
        "http://elsewhere.example.org/jobs/?a=b#c",
        "//elsewhere.example.org/jobs/",
        "mailto:ada@example.org",
        "http:/jobs/"
      })
  void leavesOneThatLeadsElsewhere(String location) {
    assertThat(Redirects.forBrowser(location, DESTINATION)).contains(location);
  }

  @ParameterizedTest
  @CsvSource({
    "/../x, /sparkui/app-1/x",
    "/.., /sparkui/app-1/",
    "/a/../../../b/./c, /sparkui/app-1/b/c",
    "/sparkui/app-1/../../api/v1/, /sparkui/app-1/api/v1/",
    "http://10.0.0.7:4040/../../api/, /sparkui/app-1/api/",
    "http://10.0.0.7:4040//elsewhere/, /sparkui/app-1/elsewhere/",
  })
  void letsNoneOutOfItsContextByDots(String location, String kept) {
    assertThat(Redirects.forBrowser(location, DESTINATION)).contains(kept);
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://[", "/a b", "\\\\elsewhere", "/a|b", "http://a b/", "%"})
  void dropsWhatIsNoAddress(String location) {
    assertThat(Redirects.forBrowser(location, DESTINATION)).isEmpty();
  }

  @Test
  void comparesHostsWithoutRegardToCase() {
    assertThat(Redirects.forBrowser("http://Driver.SVC:4040/x", at("driver.svc", "/")))
        .contains("/sparkui/app-1/x");
  }

  @Test
  void knowsAddressesInBrackets() {
    assertThat(Redirects.forBrowser("http://[fd00::7]:4040/x", at("fd00::7", "/")))
        .contains("/sparkui/app-1/x");
  }

  private static Destination at(String host, String path) {
    return new Destination(
        new ApplicationId("app-1"),
        new DriverAddress(host, 4040),
        Instant.EPOCH,
        path,
        new Links("", "/sparkui"),
        "/sparkui/app-1",
        true,
        false,
        false);
  }
}
