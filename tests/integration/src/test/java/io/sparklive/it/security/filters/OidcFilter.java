// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security.filters;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Logs users in with OpenID Connect. A History Server has no HTTP sessions, so it keeps the user
 * and the refresh token in a cookie. As filters of this kind do, it requires no login for style
 * sheets, scripts and images, by the end of the URI. If the access token has expired, it renews the
 * session; if the provider denies that, the session is over.
 */
public final class OidcFilter implements Filter {

  /** The cookie with the user. */
  public static final String SESSION = "oidc_session";

  /** The cookie of a login in progress. */
  public static final String LOGIN = "oidc_login";

  /** The path to which the provider redirects after a login. */
  public static final String CALLBACK = "/oidc/callback";

  /** A request for this path expires the access tokens of all sessions. */
  public static final String EXPIRY = "/oidc/expiry";

  // Of the whole server: Spark creates a filter for each of its servlet contexts.
  private static final AtomicLong EXPIRIES = new AtomicLong();

  private static final Pattern WITHOUT_LOGIN = Pattern.compile(".*/.*\\.(css|js|png)");

  private OidcProvider provider;
  private SignedCookies cookies;

  @Override
  public void init(FilterConfig config) throws ServletException {
    provider =
        new OidcProvider(config.getInitParameter("issuer"), config.getInitParameter("clientId"));
    cookies = new SignedCookies(config.getInitParameter("cookieKey"));
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    HttpServletRequest httpRequest = (HttpServletRequest) request;
    HttpServletResponse httpResponse = (HttpServletResponse) response;
    String path = String.valueOf(httpRequest.getRequestURI());
    if (WITHOUT_LOGIN.matcher(path).matches() || path.equals("/api/v1/version")) {
      chain.doFilter(request, response);
    } else if (path.equals(CALLBACK)) {
      finishLogin(httpRequest, httpResponse);
    } else if (path.equals(EXPIRY)) {
      EXPIRIES.incrementAndGet();
      httpResponse.setStatus(204);
    } else {
      Optional<Session> session = opened(httpRequest, SESSION).map(Session::parse);
      if (session.isPresent() && isAlive(session.get(), httpResponse)) {
        chain.doFilter(new AuthenticatedRequest(httpRequest, session.get().user()), response);
      } else {
        beginLogin(httpRequest, httpResponse);
      }
    }
  }

  private boolean isAlive(Session session, HttpServletResponse httpResponse) throws IOException {
    long age = EXPIRIES.get();
    if (session.age() == age) {
      return true;
    }
    try {
      String refreshToken = provider.refreshed(session.refreshToken());
      Session renewed = new Session(session.user(), age, refreshToken);
      set(httpResponse, SESSION, cookies.sealed(SESSION, renewed.text()));
      return true;
    } catch (GeneralSecurityException e) {
      httpResponse.addHeader("Set-Cookie", SESSION + "=; Path=/; Max-Age=0");
      return false;
    }
  }

  private void beginLogin(HttpServletRequest httpRequest, HttpServletResponse httpResponse)
      throws IOException {
    PendingLogin login = PendingLogin.begin(pageOf(httpRequest));
    set(httpResponse, LOGIN, cookies.sealed(LOGIN, login.text()));
    redirect(httpResponse, provider.loginPage(login, callbackOf(httpRequest)));
  }

  private void finishLogin(HttpServletRequest httpRequest, HttpServletResponse httpResponse)
      throws IOException {
    Optional<PendingLogin> login = opened(httpRequest, LOGIN).map(PendingLogin::parse);
    String code = httpRequest.getParameter("code");
    if (code == null
        || login.isEmpty()
        || !login.get().state().equals(httpRequest.getParameter("state"))) {
      httpResponse.sendError(400, "No login with this state is in progress.");
      return;
    }
    try {
      long age = EXPIRIES.get();
      OidcProvider.Tokens tokens = provider.tokensFor(code, login.get(), callbackOf(httpRequest));
      Session session = new Session(tokens.user(), age, tokens.refreshToken());
      set(httpResponse, SESSION, cookies.sealed(SESSION, session.text()));
      redirect(httpResponse, login.get().page());
    } catch (GeneralSecurityException e) {
      httpResponse.sendError(403, e.getMessage());
    }
  }

  private Optional<String> opened(HttpServletRequest httpRequest, String name) {
    return Stream.ofNullable(httpRequest.getCookies())
        .flatMap(Arrays::stream)
        .filter(cookie -> cookie.getName().equals(name))
        .map(Cookie::getValue)
        .flatMap(value -> cookies.opened(name, value).stream())
        .findFirst();
  }

  private static String pageOf(HttpServletRequest httpRequest) {
    String query = httpRequest.getQueryString();
    return httpRequest.getRequestURI() + (query == null ? "" : "?" + query);
  }

  private static String callbackOf(HttpServletRequest httpRequest) {
    return "http://" + httpRequest.getHeader("Host") + CALLBACK;
  }

  private static void set(HttpServletResponse httpResponse, String name, String value) {
    httpResponse.addHeader("Set-Cookie", name + "=" + value + "; Path=/; HttpOnly; SameSite=Lax");
  }

  private static void redirect(HttpServletResponse httpResponse, String location) {
    httpResponse.setStatus(302);
    httpResponse.setHeader("Location", location);
  }
}
