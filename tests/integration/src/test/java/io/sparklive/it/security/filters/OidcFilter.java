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
 * Logs people in with OpenID Connect and keeps who they are in a cookie, as there are no HTTP
 * sessions on a History Server, together with the refresh token. As filters of this kind do, it
 * asks nobody who wants a style sheet, a script or an image, and tells them by how the URI ends. If
 * the access token has expired, it renews the session; if the provider refuses, the session is
 * over.
 */
public final class OidcFilter implements Filter {

  /** The cookie that says who somebody is. */
  public static final String SESSION = "oidc_session";

  /** The cookie that remembers a login that has begun. */
  public static final String LOGIN = "oidc_login";

  /** The path a login comes back to. */
  public static final String CALLBACK = "/oidc/callback";

  /** A request for this path lets the access tokens of all sessions expire. */
  public static final String EXPIRY = "/oidc/expiry";

  // Of the whole server: Spark makes a filter for each of its servlet contexts.
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
    HttpServletRequest asked = (HttpServletRequest) request;
    HttpServletResponse answer = (HttpServletResponse) response;
    String path = String.valueOf(asked.getRequestURI());
    if (WITHOUT_LOGIN.matcher(path).matches() || path.equals("/api/v1/version")) {
      chain.doFilter(request, response);
    } else if (path.equals(CALLBACK)) {
      finishLogin(asked, answer);
    } else if (path.equals(EXPIRY)) {
      EXPIRIES.incrementAndGet();
      answer.setStatus(204);
    } else {
      Optional<Session> session = opened(asked, SESSION).map(Session::parse);
      if (session.isPresent() && isAlive(session.get(), answer)) {
        chain.doFilter(new AuthenticatedRequest(asked, session.get().user()), response);
      } else {
        beginLogin(asked, answer);
      }
    }
  }

  private boolean isAlive(Session session, HttpServletResponse answer) throws IOException {
    long age = EXPIRIES.get();
    if (session.age() == age) {
      return true;
    }
    try {
      String refreshToken = provider.refreshed(session.refreshToken());
      Session renewed = new Session(session.user(), age, refreshToken);
      set(answer, SESSION, cookies.sealed(SESSION, renewed.text()));
      return true;
    } catch (GeneralSecurityException e) {
      answer.addHeader("Set-Cookie", SESSION + "=; Path=/; Max-Age=0");
      return false;
    }
  }

  private void beginLogin(HttpServletRequest asked, HttpServletResponse answer) throws IOException {
    PendingLogin login = PendingLogin.begin(pageOf(asked));
    set(answer, LOGIN, cookies.sealed(LOGIN, login.text()));
    redirect(answer, provider.loginPage(login, callbackOf(asked)));
  }

  private void finishLogin(HttpServletRequest asked, HttpServletResponse answer)
      throws IOException {
    Optional<PendingLogin> login = opened(asked, LOGIN).map(PendingLogin::parse);
    String code = asked.getParameter("code");
    if (code == null
        || login.isEmpty()
        || !login.get().state().equals(asked.getParameter("state"))) {
      answer.sendError(400, "This is not the end of a login that began here.");
      return;
    }
    try {
      long age = EXPIRIES.get();
      OidcProvider.Tokens tokens = provider.tokensFor(code, login.get(), callbackOf(asked));
      Session session = new Session(tokens.user(), age, tokens.refreshToken());
      set(answer, SESSION, cookies.sealed(SESSION, session.text()));
      redirect(answer, login.get().page());
    } catch (GeneralSecurityException e) {
      answer.sendError(403, e.getMessage());
    }
  }

  private Optional<String> opened(HttpServletRequest asked, String name) {
    return Stream.ofNullable(asked.getCookies())
        .flatMap(Arrays::stream)
        .filter(cookie -> cookie.getName().equals(name))
        .map(Cookie::getValue)
        .flatMap(value -> cookies.opened(name, value).stream())
        .findFirst();
  }

  private static String pageOf(HttpServletRequest asked) {
    String query = asked.getQueryString();
    return asked.getRequestURI() + (query == null ? "" : "?" + query);
  }

  private static String callbackOf(HttpServletRequest asked) {
    return "http://" + asked.getHeader("Host") + CALLBACK;
  }

  private static void set(HttpServletResponse answer, String name, String value) {
    answer.addHeader("Set-Cookie", name + "=" + value + "; Path=/; HttpOnly; SameSite=Lax");
  }

  private static void redirect(HttpServletResponse answer, String where) {
    answer.setStatus(302);
    answer.setHeader("Location", where);
  }
}
