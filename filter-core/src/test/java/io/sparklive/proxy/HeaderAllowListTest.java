// SPDX-License-Identifier: Apache-2.0
package io.sparklive.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.DriverAddress;
import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderAllowListTest {
  private static final HeaderAllowList USUAL = new HeaderAllowList(Set.of(), false);
  private static final ProxyTarget TARGET =
      new ProxyTarget(
          new ApplicationId("app-1"),
          new DriverAddress("10.0.0.7", 4040),
          Instant.EPOCH,
          "/jobs/",
          "",
          "/sparkui/app-1",
          Optional.empty(),
          true,
          false);
  private static final ProxyTarget STATIC =
      new ProxyTarget(
          new ApplicationId("app-1"),
          new DriverAddress("10.0.0.7", 4040),
          Instant.EPOCH,
          "/static/x.css",
          "",
          "/sparkui/app-1",
          Optional.empty(),
          true,
          false);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Accept",
        "Accept-Encoding",
        "Accept-Language",
        "Cache-Control",
        "Content-Encoding",
        "Content-Length",
        "Content-Type",
        "If-Match",
        "If-Modified-Since",
        "If-None-Match",
        "If-Range",
        "If-Unmodified-Since",
        "Pragma",
        "Range",
        "User-Agent",
        "X-Requested-With"
      })
  void forwardsAllowedRequestHeadersInAnyCase(String name) {
    for (String written : spellings(name).toList()) {
      HttpFields sent = USUAL.requestHeaders(request(written, "one", written, "two"), TARGET);
      assertThat(sent.getValuesList(name)).containsExactly("one", "two");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Cookie",
        "Authorization",
        "Proxy-Authorization",
        "Connection",
        "Keep-Alive",
        "Proxy-Connection",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        "Host",
        "Expect",
        "Forwarded",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Forwarded-Proto",
        "X-Forwarded-Context",
        "X-Forwarded-Prefix",
        "X-Forwarded-User",
        "X-Remote-User",
        "X-Real-IP",
        "X-HTTP-Method-Override",
        "Origin",
        "Referer",
        "X-Anything-Else"
      })
  void dropsOtherRequestHeaders(String name) {
    for (String written : spellings(name).toList()) {
      assertThat(USUAL.requestHeaders(request(written, "value"), TARGET)).isEmpty();
    }
  }

  @Test
  void forwardsViaForLoopDetection() {
    HttpFields sent = USUAL.requestHeaders(request("via", "1.1 a", "Via", "1.1 b"), TARGET);
    assertThat(sent.getValuesList("Via")).containsExactly("1.1 a", "1.1 b");
  }

  @Test
  void dropsCookieNamedInConnection() {
    HttpFields sent =
        new HeaderAllowList(Set.of("*"), true)
            .requestHeaders(request("Connection", "Cookie", "Cookie", "a=b"), TARGET);
    assertThat(sent).isEmpty();
  }

  @Test
  void dropsRequestHeadersNamedInConnection() {
    HttpFields sent =
        USUAL.requestHeaders(
            request(
                "Connection", "close, ACCEPT-LANGUAGE",
                "connection", " range ,pragma",
                "Accept-Language", "de",
                "Range", "bytes=0-1",
                "Pragma", "no-cache",
                "Accept", "text/html"),
            TARGET);

    assertThat(sent.stream().map(HttpField::getName)).containsExactly("Accept");
  }

  @Test
  void forwardsOnlyNamedCookies() {
    HeaderAllowList some = new HeaderAllowList(Set.of("session", "theme"), false);

    assertThat(cookies(some, "session=1; other=2; theme=dark")).isEqualTo("session=1; theme=dark");
    assertThat(cookies(some, " session = 1 ;other=2")).isEqualTo("session = 1");
    assertThat(cookies(some, "a=session=1; sessions=1; Session=1; x=theme")).isEqualTo("none");
    assertThat(cookies(some, "session=a=b==")).isEqualTo("session=a=b==");
    assertThat(cookies(some, "")).isEqualTo("none");
    HttpFields several =
        some.requestHeaders(request("Cookie", "session=1", "Cookie", "a=b; theme=x"), TARGET);
    assertThat(several.getValuesList("Cookie")).containsExactly("session=1; theme=x");
  }

  @Test
  void forwardsAllCookiesWithStar() {
    HeaderAllowList all = new HeaderAllowList(Set.of("*"), false);

    assertThat(cookies(all, "a=b; c=d")).isEqualTo("a=b; c=d");
    assertThat(all.requestHeaders(request("Authorization", "Bearer x"), TARGET)).isEmpty();
  }

  @Test
  void forwardsAuthorizationIfConfigured() {
    HeaderAllowList wanted = new HeaderAllowList(Set.of(), true);

    assertThat(
            wanted
                .requestHeaders(request("AUTHORIZATION", "Bearer x"), TARGET)
                .get("Authorization"))
        .isEqualTo("Bearer x");
    assertThat(wanted.requestHeaders(request("Proxy-Authorization", "x", "Cookie", "a=b"), TARGET))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Accept-Ranges",
        "Allow",
        "Content-Disposition",
        "Content-Encoding",
        "Content-Language",
        "Content-Length",
        "Content-Range",
        "Content-Security-Policy",
        "Content-Type",
        "ETag",
        "Last-Modified",
        "Retry-After",
        "Vary"
      })
  void forwardsAllowedResponseHeaders(String name) {
    assertThat(spellings(name)).allMatch(written -> isForwardedToBrowser(USUAL, written));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Set-Cookie",
        "WWW-Authenticate",
        "Referrer-Policy",
        "X-Content-Type-Options",
        "X-Frame-Options",
        "X-XSS-Protection",
        "Service-Worker-Allowed",
        "Clear-Site-Data",
        "Strict-Transport-Security",
        "Public-Key-Pins",
        "Access-Control-Allow-Origin",
        "Access-Control-Allow-Credentials",
        "Alt-Svc",
        "Link",
        "Location",
        "Refresh",
        "Connection",
        "Keep-Alive",
        "Transfer-Encoding",
        "Trailer",
        "Upgrade",
        "Proxy-Authenticate",
        "Server",
        "Date",
        "Via",
        "NEL",
        "Report-To",
        "X-Anything-Else"
      })
  void dropsOtherResponseHeaders(String name) {
    assertThat(spellings(name)).noneMatch(written -> isForwardedToBrowser(USUAL, written));
  }

  @Test
  void returnsCookiesAndChallengesIfConfigured() {
    HeaderAllowList cookies = new HeaderAllowList(Set.of("session"), false);
    HeaderAllowList authorization = new HeaderAllowList(Set.of(), true);

    assertThat(isForwardedToBrowser(cookies, "Set-Cookie")).isTrue();
    assertThat(isForwardedToBrowser(cookies, "WWW-Authenticate")).isFalse();
    assertThat(isForwardedToBrowser(authorization, "Set-Cookie")).isFalse();
    assertThat(isForwardedToBrowser(authorization, "WWW-Authenticate")).isTrue();
  }

  @Test
  void dropsResponseHeadersNamedInConnection() {
    HttpFields serverHeaders =
        HttpFields.build().add("Connection", "close, etag").add("connection", " LOCATION ");
    assertThat(USUAL.responseHeader("ETag", "\"1\"", serverHeaders, TARGET)).isEmpty();
    assertThat(HeaderAllowList.isLocationHopByHop(serverHeaders)).isTrue();
    assertThat(USUAL.responseHeader("Content-Type", "text/html", serverHeaders, TARGET))
        .isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Age", "Cache-Control", "Expires", "Pragma"})
  void dropsCacheHeadersOfDriver(String name) {
    assertThat(USUAL.responseHeader(name, "value", HttpFields.EMPTY, TARGET)).isEmpty();
    assertThat(USUAL.responseHeader(name, "value", HttpFields.EMPTY, STATIC)).isEmpty();
  }

  @Test
  void dropsCredentialsIfUserMayNotView() {
    HeaderAllowList all = new HeaderAllowList(Set.of("*"), true);
    ProxyTarget withoutCredentials =
        new ProxyTarget(
            TARGET.applicationId(),
            TARGET.driver(),
            Instant.EPOCH,
            "/static/x.png",
            TARGET.prefix(),
            TARGET.root(),
            Optional.empty(),
            false,
            false);

    assertThat(
            all.requestHeaders(
                request("Cookie", "a=b", "Authorization", "Bearer x"), withoutCredentials))
        .isEmpty();
  }

  private static boolean isForwardedToBrowser(HeaderAllowList headers, String name) {
    return headers.responseHeader(name, "session=1", HttpFields.EMPTY, STATIC).isPresent();
  }

  private static String cookies(HeaderAllowList headers, String cookies) {
    String sent = headers.requestHeaders(request("Cookie", cookies), TARGET).get("Cookie");
    return sent == null ? "none" : sent;
  }

  private static Stream<String> spellings(String name) {
    return Stream.of(name, name.toLowerCase(Locale.ROOT), name.toUpperCase(Locale.ROOT));
  }

  /** A request that has nothing but headers: names and values in turn. */
  private static HttpServletRequest request(String... headers) {
    HttpFields.Mutable fields = HttpFields.build();
    for (int i = 0; i < headers.length; i += 2) {
      fields.add(headers[i], headers[i + 1]);
    }
    return (HttpServletRequest)
        Proxy.newProxyInstance(
            HeaderAllowListTest.class.getClassLoader(),
            new Class<?>[] {HttpServletRequest.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getHeaderNames" ->
                      Collections.enumeration(fields.getFieldNamesCollection());
                  case "getHeaders" ->
                      Collections.enumeration(fields.getValuesList((String) arguments[0]));
                  default ->
                      throw new UnsupportedOperationException(
                          method.getName() + Arrays.toString(arguments));
                });
  }
}
