// SPDX-License-Identifier: Apache-2.0
package io.sparklive.war;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.sparklive.access.Caller;
import io.sparklive.application.ApplicationId;
import io.sparklive.spi.CatalogStatus;
import io.sparklive.spi.HistoryCatalog.Freshness;
import io.sparklive.spi.LoginStatus;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpAccessControlTest {
  private static final String LIST = "/api/v1/applications?limit=1";

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final HttpServletResponse response = mock(HttpServletResponse.class);
  private FakeHistoryServer historyServer;
  private HttpAccessControl access;
  private final ExecutorService browser = Executors.newFixedThreadPool(30);

  @BeforeEach
  void start() throws Exception {
    historyServer = new FakeHistoryServer();
    access =
        new HttpAccessControl(
            historyServer.client(),
            historyServer.renewedCookies(),
            new HomePageScraper(),
            () -> now);
  }

  @AfterEach
  void stop() {
    browser.shutdownNow();
    historyServer.close();
  }

  @Test
  void grantsAccessByHomePageForTenSeconds() {
    historyServer.respond("/", 200, FakeHistoryServer.HOME_PAGE);

    assertThat(withoutCookies()).isEqualTo(LoginStatus.GRANTED);
    assertThat(withoutCookies()).isEqualTo(LoginStatus.GRANTED);
    assertThat(historyServer.requests()).containsExactly("/ []");

    now = now.plus(Duration.ofSeconds(10));
    historyServer.respond("/", 401, "");
    assertThat(withoutCookies()).isEqualTo(LoginStatus.DENIED);
  }

  @Test
  void admitsAllIfHomePageNeedsNoCredentials() {
    assertThat(access.admitsAll()).isFalse();
    historyServer.respond("/", 302, "");
    access.refreshAnonymous();
    assertThat(access.admitsAll()).isFalse();

    historyServer.respond("/", 200, FakeHistoryServer.HOME_PAGE);
    assertThat(ofPages("a")).isEqualTo(LoginStatus.GRANTED);
    assertThat(access.admitsAll()).isFalse();
    access.refreshAnonymous();
    assertThat(access.admitsAll()).isTrue();
  }

  @Test
  void checksEachCallerSeparately() {
    historyServer.respond("/", 200, FakeHistoryServer.HOME_PAGE);
    assertThat(ofPages("a")).isEqualTo(LoginStatus.GRANTED);
    historyServer.stop();

    assertThat(ofPages("b")).isEqualTo(LoginStatus.UNKNOWN);
    assertThat(ofPages("a")).isEqualTo(LoginStatus.GRANTED);
  }

  @ParameterizedTest
  @CsvSource({"200,<form>Log in</form>", "302,''", "401,''", "403,no", "404,no", "500,no"})
  void deniesAccessForAnyOtherResponse(int status, String body) {
    historyServer.respond("/", status, body);
    historyServer.respond(LIST, status, body);

    assertThat(ofPages("a")).isEqualTo(LoginStatus.DENIED);
    assertThat(ofApi("a")).isEqualTo(LoginStatus.DENIED);
  }

  @Test
  void deniesAccessForHomePageWithErrorStatus() {
    historyServer.respond("/", 403, FakeHistoryServer.HOME_PAGE);
    historyServer.respond(LIST, 403, "[ ]");

    assertThat(ofPages("a")).isEqualTo(LoginStatus.DENIED);
    assertThat(ofApi("a")).isEqualTo(LoginStatus.DENIED);
  }

  @Test
  void dropsCachedGrantAfterDenial() {
    historyServer.respond("/", 200, FakeHistoryServer.HOME_PAGE);
    assertThat(ofPages("a")).isEqualTo(LoginStatus.GRANTED);
    now = now.plus(Duration.ofMinutes(1));
    historyServer.respond("/", 302, "");
    assertThat(ofPages("a")).isEqualTo(LoginStatus.DENIED);
    historyServer.stop();

    assertThat(ofPages("a")).isEqualTo(LoginStatus.UNKNOWN);
  }

  @Test
  void checksApiSeparatelyFromPages() {
    historyServer.respond("/", 200, FakeHistoryServer.HOME_PAGE);
    historyServer.respond(LIST, 401, "");
    assertThat(ofPages("a")).isEqualTo(LoginStatus.GRANTED);
    assertThat(ofApi("a")).isEqualTo(LoginStatus.DENIED);

    historyServer.respond(LIST, 200, "[ ]");
    assertThat(ofApi("a")).isEqualTo(LoginStatus.GRANTED);
  }

  @Test
  void doesNotCacheDenials() {
    historyServer.respond("/", 302, "");
    assertThat(ofPages("a")).isEqualTo(LoginStatus.DENIED);
    historyServer.respond("/", 200, FakeHistoryServer.HOME_PAGE);

    assertThat(ofPages("a")).isEqualTo(LoginStatus.GRANTED);
  }

  @Test
  void passesOnSessionRenewalCookie() {
    historyServer.respond("/", 200, FakeHistoryServer.HOME_PAGE, "Set-Cookie", "session=b");
    assertThat(ofPages("a")).isEqualTo(LoginStatus.GRANTED);

    verify(response).addHeader("Set-Cookie", "session=b; Path=/");
  }

  @Test
  void forwardsRequestWithCookieFromAdmissionCheck() throws Exception {
    historyServer.respond("/", 200, FakeHistoryServer.HOME_PAGE, "Set-Cookie", "session=b");
    HttpServletRequest request = request("a");
    assertThat(access.admission(request, response, false)).isEqualTo(LoginStatus.GRANTED);

    HttpCatalog catalog =
        new HttpCatalog(historyServer.client(), historyServer.renewedCookies(), () -> now);
    CatalogStatus unused =
        catalog.forCaller(request).status(new ApplicationId("app-1"), Freshness.CURRENT);
    when(response.getOutputStream()).thenReturn(mock(ServletOutputStream.class));
    historyServer.proxy().forward(request, response);

    assertThat(historyServer.requests())
        .containsExactly(
            "/ [session=a]",
            "/api/v1/applications/app-1 [session=b]",
            "/sparkui/app-1/jobs/ [session=b]");
  }

  @Test
  void replacesOldCookieOfLaterRequests() {
    historyServer.respond("/", 200, FakeHistoryServer.HOME_PAGE, "Set-Cookie", "session=b");
    assertThat(ofPages("a")).isEqualTo(LoginStatus.GRANTED);
    historyServer.respond("/", 200, FakeHistoryServer.HOME_PAGE);
    historyServer.respond(LIST, 200, "[ ]");

    assertThat(ofPages("a")).isEqualTo(LoginStatus.GRANTED);
    assertThat(ofApi("a")).isEqualTo(LoginStatus.GRANTED);
    assertThat(historyServer.requests())
        .containsExactly("/ [session=a]", "/ [session=b]", LIST + " [session=b]");
    verify(response, times(3)).addHeader("Set-Cookie", "session=b; Path=/");
  }

  @ParameterizedTest
  @CsvSource({"403", "404", "500", "502", "503"})
  void keepsSessionRenewalCookieOfErrorResponse(int status) {
    historyServer.respond("/", status, "no", "Set-Cookie", "session=b");
    assertThat(ofPages("a")).isNotEqualTo(LoginStatus.GRANTED);

    assertThat(historyServer.renewedCookies().identityOf(request("a")))
        .isEqualTo(historyServer.renewedCookies().identityOf(request("b")));
  }

  @ParameterizedTest
  @CsvSource({"200", "302", "303", "307", "401"})
  void ignoresCookiesOfLoginResponse(int status) {
    historyServer.respond("/", status, "<form>", "Set-Cookie", "session=b");
    assertThat(ofPages("a")).isEqualTo(LoginStatus.DENIED);

    verify(response, never()).addHeader(anyString(), anyString());
    assertThat(historyServer.renewedCookies().identityOf(request("a")))
        .isNotEqualTo(historyServer.renewedCookies().identityOf(request("b")));
  }

  @RepeatedTest(5)
  void renewsSessionOnceForConcurrentRequests() {
    RotatingLogin login = new RotatingLogin();
    historyServer.requireLogin(login);
    historyServer.respond("/", 200, FakeHistoryServer.HOME_PAGE);
    historyServer.respond(LIST, 200, "[ ]");
    for (int expiry = 1; expiry <= 3; expiry++) {
      login.expire();
      // The browser has sent all of them before it gets the new cookie, to pages and to the API.
      String cookie = Integer.toString(expiry);
      List<CompletableFuture<LoginStatus>> page =
          IntStream.range(0, 30)
              .mapToObj(
                  i -> {
                    HttpServletRequest request = request(cookie);
                    HttpServletResponse own = mock(HttpServletResponse.class);
                    return CompletableFuture.supplyAsync(
                        () -> access.admission(request, own, i % 2 == 0), browser);
                  })
              .toList();

      assertThat(page).allSatisfy(one -> assertThat(one.join()).isEqualTo(LoginStatus.GRANTED));
      assertThat(login.renewals()).isEqualTo(expiry);
    }
    assertThat(login.lost()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "Cookie, session=a, 'a user admitted by the History Server, from 127.0.0.1'",
    "X-Remote-User, eve, 'a user admitted by the History Server, from 127.0.0.1'",
    "Authorization, Bearer c2FtOng=, 'a user admitted by the History Server, from 127.0.0.1'",
    "Authorization, Basic !, 'a user admitted by the History Server, from 127.0.0.1'",
    "Authorization, Basic Og==, 'a user admitted by the History Server, from 127.0.0.1'",
    "Authorization, basic c2FtOng6eQ==, '\"sam\" (Basic credentials that the History Server"
        + " admitted), from 127.0.0.1'",
    "X-Forwarded-For, '192.0.2.1, x) Kill: eve', 'a user admitted by the History Server, from"
        + " 192.0.2.1, 127.0.0.1'"
  })
  void describesAdmittedCallerForLog(String name, String value, String expected) {
    historyServer.respond("/", 200, FakeHistoryServer.HOME_PAGE);
    HttpServletRequest request = request(Map.of(name, value));
    assertThat(access.admission(request, response, false)).isEqualTo(LoginStatus.GRANTED);

    assertThat(Caller.of(request, Optional.empty()).name()).isEqualTo(expected);
  }

  @Test
  void ignoresUserNameIfHistoryServerRequiresNoLogin() {
    historyServer.respond("/", 200, FakeHistoryServer.HOME_PAGE);
    access.refreshAnonymous();
    HttpServletRequest request = request(Map.of("Authorization", "Basic c2FtOng="));
    assertThat(access.admission(request, response, false)).isEqualTo(LoginStatus.GRANTED);

    assertThat(Caller.of(request, Optional.empty()).name())
        .isEqualTo("a user (the History Server requires no login), from 127.0.0.1");
  }

  @Test
  void ignoresBasicCredentialsBesideCookie() {
    historyServer.respond("/", 200, FakeHistoryServer.HOME_PAGE);
    HttpServletRequest request =
        request(Map.of("Authorization", "Basic c2FtOng=", "Cookie", "session=a"));
    assertThat(access.admission(request, response, false)).isEqualTo(LoginStatus.GRANTED);

    assertThat(Caller.of(request, Optional.empty()).name()).startsWith("a user admitted");
  }

  @Test
  void keepsOnlyCachedGrantsWhileHistoryServerIsDown() {
    historyServer.respond("/", 200, FakeHistoryServer.HOME_PAGE);
    assertThat(ofPages("a")).isEqualTo(LoginStatus.GRANTED);
    historyServer.stop();
    now = now.plus(Duration.ofHours(11));

    assertThat(ofPages("a")).isEqualTo(LoginStatus.GRANTED);
    assertThat(ofPages("b")).isEqualTo(LoginStatus.UNKNOWN);
    assertThat(ofApi("a")).isEqualTo(LoginStatus.UNKNOWN);

    now = now.plus(Duration.ofHours(2));
    assertThat(ofPages("a")).isEqualTo(LoginStatus.UNKNOWN);
  }

  @ParameterizedTest
  @CsvSource({"429", "502", "503", "504"})
  void keepsGrantOnProxyErrorStatus(int status) {
    historyServer.respond("/", 200, FakeHistoryServer.HOME_PAGE);
    assertThat(ofPages("a")).isEqualTo(LoginStatus.GRANTED);
    now = now.plus(Duration.ofMinutes(1));
    historyServer.respond("/", status, "");

    assertThat(ofPages("a")).isEqualTo(LoginStatus.GRANTED);
  }

  @Test
  void keepsAnonymousAccessWhileHistoryServerIsDown() {
    historyServer.respond("/", 200, FakeHistoryServer.HOME_PAGE);
    historyServer.respond(LIST, 401, "");
    access.refreshAnonymous();
    historyServer.stop();

    assertThat(ofPages("b")).isEqualTo(LoginStatus.GRANTED);
    assertThat(ofApi("b")).isEqualTo(LoginStatus.UNKNOWN);
  }

  private LoginStatus withoutCookies() {
    return access.admission(request(Map.of("Authorization", "Basic YTpi")), response, false);
  }

  private LoginStatus ofPages(String session) {
    return access.admission(request(session), response, false);
  }

  private LoginStatus ofApi(String session) {
    return access.admission(request(session), response, true);
  }

  static HttpServletRequest request(String session) {
    return request(Map.of("Cookie", "session=" + session, "Accept", "*/*"));
  }

  static HttpServletRequest request(Map<String, String> headers) {
    HttpServletRequest request = mock(HttpServletRequest.class);
    Map<String, Object> attributes = new ConcurrentHashMap<>();
    when(request.getMethod()).thenReturn("GET");
    when(request.getProtocol()).thenReturn("HTTP/1.1");
    when(request.getContentLengthLong()).thenReturn(-1L);
    when(request.getContextPath()).thenReturn("");
    when(request.getRequestURI()).thenReturn("/sparkui/app-1/jobs/");
    when(request.getRemoteAddr()).thenReturn("127.0.0.1");
    when(request.getHeaderNames()).thenAnswer(call -> Collections.enumeration(headers.keySet()));
    when(request.getHeaders(anyString()))
        .thenAnswer(
            call ->
                Collections.enumeration(
                    Stream.ofNullable(headers.get(call.<String>getArgument(0))).toList()));
    when(request.getHeader(anyString()))
        .thenAnswer(call -> headers.get(call.<String>getArgument(0)));
    when(request.getAttribute(anyString()))
        .thenAnswer(call -> attributes.get(call.<String>getArgument(0)));
    doAnswer(call -> attributes.put(call.getArgument(0), call.getArgument(1)))
        .when(request)
        .setAttribute(anyString(), any());
    return request;
  }
}
