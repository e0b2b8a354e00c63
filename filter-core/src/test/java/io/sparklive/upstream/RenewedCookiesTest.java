// SPDX-License-Identifier: Apache-2.0
package io.sparklive.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.sparklive.http.Prefixes;
import io.sparklive.routing.ExternalLinks;
import io.sparklive.spi.Deployment;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

public class RenewedCookiesTest {
  private static final String OLD = "session=old; theme=dark";

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final RenewedCookies renewed =
      new RenewedCookies(
          new ExternalLinks(new Prefixes(Optional::empty), "/sparkui", Deployment.FRONTING),
          () -> now);

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "session=new; Path=/; HttpOnly; SameSite=Lax      | theme=dark; session=new",
        "session=new                                      | theme=dark; session=new",
        "session=new; Path=/history                       | theme=dark; session=new",
        "session=new; path=/history/app-1/                | theme=dark; session=new",
        "session=new; Path=/his                           | session=old; theme=dark",
        "session=new; Path=/sparkui                       | session=old; theme=dark",
        "session=new; Domain=example.org                  | theme=dark; session=new",
        "session=new; Domain=.Spark.Example.org           | theme=dark; session=new",
        "session=new; Domain=example.com                  | session=old; theme=dark",
        "session=new; Domain=park.example.org             | session=old; theme=dark",
        "session=new; Path=/; Secure                      | theme=dark; session=new",
        "session=; Path=/; Max-Age=0                      | theme=dark",
        "session=x; Path=/; Max-Age=-1                    | theme=dark",
        "session=x; Expires=Thu, 01-Jan-1970 00:00:00 GMT | theme=dark",
        "session=; Path=/sparkui; Max-Age=0               | session=old; theme=dark",
        "session=new; Max-Age=9; Expires=Thu, 01 Jan 1970 00:00:00 GMT | theme=dark; session=new",
        "session=new; Expires=Fri, 01 Jan 2100 00:00:00 GMT | theme=dark; session=new",
        "session=\"a b=\"; Path=/                         | theme=dark; session=\"a b=\"",
        "session=a=b==; Path=/                            | theme=dark; session=a=b==",
        "Session=new; Path=/                              | session=old; theme=dark; Session=new",
        "other=1; Path=/                                  | session=old; theme=dark; other=1",
        "nonsense                                         | session=old; theme=dark",
        "=nonsense; Path=/                                | session=old; theme=dark"
      })
  void appliesCookiesToSameRequestAsBrowsersDo(String setCookie, String expected) {
    HttpServletRequest request = request(OLD);

    renewed.attach(request, List.of(setCookie));

    assertThat(cookieOf(request)).isEqualTo(expected);
    assertThat(cookieOf(request(OLD))).isEqualTo(OLD);
  }

  @Test
  void appliesRenewedCookiesToLaterRequestsWithOldOnes() {
    renewed.recordRenewal(renewed.identityOf(request(OLD)), List.of("session=new; Path=/"));

    assertThat(cookieOf(request(OLD))).isEqualTo("theme=dark; session=new");
    assertThat(cookieOf(request("theme=dark; session=old"))).contains("session=new");
    // Browsers send other cookies beside it for other paths.
    assertThat(cookieOf(request("session=old"))).isEqualTo("session=new");
    assertThat(cookieOf(request("mark=1; session=old"))).isEqualTo("mark=1; session=new");
    assertThat(cookieOf(request("session=older; theme=dark"))).contains("session=older");
  }

  @Test
  void addsOtherCookiesOnlyIfSecretIsReplaced() {
    String secret = "0123456789abcdef";
    List<String> parts = List.of("session=" + secret + "f", "part=2", "theme=light; Path=/");
    renewed.recordRenewal(renewed.identityOf(request("theme=dark; session=" + secret)), parts);

    assertThat(cookieOf(request("theme=dark; session=" + secret)))
        .isEqualTo("session=" + secret + "f; part=2; theme=light");
    assertThat(cookieOf(request("session=" + secret))).contains("part=2");
    assertThat(cookieOf(request("theme=dark"))).isEqualTo("theme=light");
    assertThat(cookieOf(request("theme=dark; other=" + secret))).doesNotContain("part", "session");
  }

  @Test
  void omitsObsoletePartOfRenewedSession() {
    String secret = "0123456789abcdef";
    renewed.recordRenewal(
        renewed.identityOf(request("session=" + secret + "; part=2")),
        List.of("session=1" + secret + "; Path=/", "part=; Path=/; Max-Age=0"));

    assertThat(cookieOf(request("session=" + secret + "; part=2"))).isEqualTo("session=1" + secret);
  }

  @Test
  void appliesSuccessiveRenewals() {
    renewed.recordRenewal(renewed.identityOf(request(OLD)), List.of("session=new; Path=/"));
    renewed.recordRenewal(renewed.identityOf(request(OLD)), List.of("session=newer; Path=/"));

    assertThat(cookieOf(request(OLD))).isEqualTo("theme=dark; session=newer");
    assertThat(cookieOf(request("session=new; theme=dark"))).contains("session=newer");
  }

  @Test
  void expiresReplacedCookiesAfterOneMinute() {
    renewed.recordRenewal(renewed.identityOf(request(OLD)), List.of("session=new; Path=/"));
    now = now.plus(Duration.ofSeconds(59));
    assertThat(cookieOf(request(OLD))).contains("session=new");
    now = now.plus(Duration.ofSeconds(1));
    assertThat(cookieOf(request(OLD))).isEqualTo(OLD);
  }

  @Test
  void usesLastValueAsCurrent() {
    renewed.recordRenewal(
        renewed.identityOf(request("theme=dark")), List.of("theme=light; Path=/"));
    renewed.recordRenewal(
        renewed.identityOf(request("theme=light")), List.of("theme=dark; Path=/"));

    assertThat(cookieOf(request("theme=light"))).isEqualTo("theme=dark");
    assertThat(cookieOf(request("theme=dark"))).isEqualTo("theme=dark");
  }

  /**
   * Two senders without a session may have equal headers: the session of one is not for the other.
   */
  @Test
  void sharesOnlyCookiesThatReplaceOthers() {
    for (String cookies : List.of("theme=dark", "")) {
      renewed.recordRenewal(renewed.identityOf(request(cookies)), List.of("session=new; Path=/"));
      renewed.recordRenewal(renewed.identityOf(request(cookies)), List.of("theme=dark; Path=/"));
      assertThat(cookieOf(request(cookies))).isEqualTo(cookies);
    }
  }

  @Test
  void sharesRenewalOnlyAmongRequestsOfSameClient() {
    renewed.recordRenewal(
        renewed.identityOf(request(OLD, "X-Forwarded-For", "192.0.2.1, 10.0.0.1")),
        List.of("session=new; Path=/"));

    assertThat(cookieOf(request(OLD, "X-Forwarded-For", "192.0.2.1, 10.0.0.2")))
        .contains("session=new");
    assertThat(cookieOf(request(OLD, "X-Forwarded-For", "192.0.2.1", "Accept", "image/png")))
        .contains("session=new");
    for (String[] header :
        new String[][] {
          {"X-Forwarded-For", "192.0.2.2, 10.0.0.1"},
          {"X-Forwarded-For", "192.0.2.1", "Authorization", "Basic eA=="},
          {"X-Forwarded-For", "192.0.2.1", "X-Forwarded-User", "bob"},
          {"X-Forwarded-For", "192.0.2.1", "User-Agent", "another"}
        }) {
      assertThat(cookieOf(request(OLD, header))).as("%s", List.of(header)).isEqualTo(OLD);
    }
  }

  @Test
  void endsSessionThatLaterResponseEnds() {
    renewed.recordRenewal(renewed.identityOf(request(OLD)), List.of("session=new; Path=/"));
    renewed.recordRenewal(
        renewed.identityOf(request("session=new; theme=dark")), List.of("session=; Max-Age=0"));
    HttpServletRequest late = request(OLD);

    assertThat(cookieOf(late)).isEqualTo("theme=dark");
    renewed.attachRenewed(late);
    assertThat(setCookies(late)).isEmpty();
  }

  @Test
  void keepsRenewalDespiteLateResponse() {
    IdentityHeaders old = renewed.identityOf(request(OLD));
    renewed.recordRenewal(old, List.of("session=new; Path=/"));
    renewed.recordRenewal(old, List.of("session=; Max-Age=0; Path=/"));

    assertThat(cookieOf(request(OLD))).contains("session=new");
  }

  @Test
  void sendsLastValueOfEachCookieToBrowser() {
    String old = "session=0123456789abcdef; theme=dark";
    renewed.recordRenewal(
        renewed.identityOf(request(old)),
        List.of("session=new; Path=/; HttpOnly", "part=1; Path=/"));
    renewed.recordRenewal(
        renewed.identityOf(request(old)), List.of("session=newer; Path=/; HttpOnly"));
    HttpServletRequest late = request(old);
    renewed.attachRenewed(late);

    assertThat(setCookies(late))
        .containsExactly("part=1; Path=/", "session=newer; Path=/; HttpOnly");
    assertThat(setCookies(request("session=newer; theme=dark; part=1"))).isEmpty();
  }

  @Test
  void addsEachCookieOnceAndReplacesEarlierOne() {
    HttpServletRequest request = request(OLD);
    renewed.attach(request, List.of("session=new; Path=/", "part=1; Path=/"));
    renewed.attach(request, List.of("session=newer; path=/; HttpOnly"));
    List<String> headers = new ArrayList<>(List.of("mark=1; Path=/", "part=0; Path=/"));
    HttpServletResponse response = response(headers);

    renewed.addTo(request, response);
    renewed.addTo(request, response);

    assertThat(headers)
        .containsExactly("mark=1; Path=/", "part=1; Path=/", "session=newer; path=/; HttpOnly");
  }

  /** Another path or domain makes it another cookie (RFC 6265, section 5.3). */
  @Test
  void keepsCookiesOfOtherPathsAndDomains() {
    HttpServletRequest request = request(OLD);
    renewed.attach(request, List.of("session=new; Path=/"));
    List<String> others =
        List.of(
            "session=1; Path=/history",
            "session=2; Path=/; Domain=example.org",
            "sessions=3; Path=/",
            "session");
    List<String> headers = new ArrayList<>(others);

    renewed.addTo(request, response(headers));

    assertThat(headers).startsWith(others.toArray(String[]::new)).endsWith("session=new; Path=/");
  }

  /** The browser would derive the path from its own request, which has another path. */
  @Test
  void addsDefaultPathToCookie() {
    HttpServletRequest request = request(OLD);
    renewed.attach(request, List.of("session=new", "part=1; Path=", "other=1; Path=/x"));

    assertThat(setCookies(request))
        .containsExactly("session=new; Path=/", "part=1; Path=; Path=/", "other=1; Path=/x");
  }

  @Test
  void storesNoSecretInKeys() {
    IdentityHeaders caller = renewed.identityOf(request(OLD));

    assertThat(caller.sessions())
        .hasSize(2)
        .allMatch(session -> session.matches("[A-Za-z0-9_-]{43}"))
        .doesNotContainAnyElementsOf(renewed.identityOf(request("a=b")).sessions());
  }

  private String cookieOf(HttpServletRequest request) {
    return String.join("|", renewed.identityOf(request).cookies());
  }

  private List<String> setCookies(HttpServletRequest request) {
    List<String> headers = new ArrayList<>();
    renewed.addTo(request, response(headers));
    return headers;
  }

  private static HttpServletRequest request(String cookies, String... headers) {
    Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    all.put("Host", "spark.example.org:4040");
    if (!cookies.isEmpty()) {
      all.put("Cookie", cookies);
    }
    for (int i = 0; i < headers.length; i += 2) {
      all.put(headers[i], headers[i + 1]);
    }
    Map<String, Object> attributes = new TreeMap<>();
    HttpServletRequest request = mock(HttpServletRequest.class);
    when(request.getRequestURI()).thenReturn("/history/app-1/jobs/");
    when(request.getContextPath()).thenReturn("");
    when(request.getRemoteAddr()).thenReturn("10.0.0.9");
    when(request.getHeaderNames()).thenAnswer(call -> Collections.enumeration(all.keySet()));
    when(request.getHeader(anyString())).thenAnswer(call -> all.get(call.<String>getArgument(0)));
    when(request.getHeaders(anyString()))
        .thenAnswer(
            call ->
                Collections.enumeration(
                    Optional.ofNullable(all.get(call.<String>getArgument(0))).stream().toList()));
    when(request.getAttribute(anyString()))
        .thenAnswer(call -> attributes.get(call.<String>getArgument(0)));
    doAnswer(call -> attributes.put(call.getArgument(0), call.getArgument(1)))
        .when(request)
        .setAttribute(anyString(), any());
    return request;
  }

  /** The servlet API can add a header and replace all of one name. */
  private static HttpServletResponse response(List<String> setCookies) {
    HttpServletResponse response = mock(HttpServletResponse.class);
    when(response.getHeaders("Set-Cookie")).thenAnswer(call -> List.copyOf(setCookies));
    doAnswer(call -> setCookies.add(call.getArgument(1)))
        .when(response)
        .addHeader(anyString(), anyString());
    doAnswer(
            call -> {
              setCookies.clear();
              return setCookies.add(call.getArgument(1));
            })
        .when(response)
        .setHeader(anyString(), anyString());
    return response;
  }
}
