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
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Logs people in with OpenID Connect and keeps who they are in a cookie, as there are no HTTP
 * sessions on a History Server. As filters of this kind do, it asks nobody who wants a style sheet,
 * a script or an image, and tells them by how the URI ends.
 */
public final class OidcFilter implements Filter {

  /** The cookie that says who somebody is. */
  public static final String SESSION = "oidc_session";

  /** The cookie that remembers a login that has begun. */
  public static final String LOGIN = "oidc_login";

  /** The path a login comes back to. */
  public static final String CALLBACK = "/oidc/callback";

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
    } else {
      Optional<String> user = opened(asked, SESSION);
      if (user.isPresent()) {
        chain.doFilter(new RequestOfUser(asked, user.get()), response);
      } else {
        beginLogin(asked, answer);
      }
    }
  }

  private void beginLogin(HttpServletRequest asked, HttpServletResponse answer) throws IOException {
    Login login = Login.begin(pageOf(asked));
    set(answer, LOGIN, cookies.sealed(LOGIN, login.text()));
    redirect(answer, provider.loginPage(login, callbackOf(asked)));
  }

  private void finishLogin(HttpServletRequest asked, HttpServletResponse answer)
      throws IOException {
    Optional<Login> login = opened(asked, LOGIN).map(Login::parse);
    String code = asked.getParameter("code");
    if (code == null
        || login.isEmpty()
        || !login.get().state().equals(asked.getParameter("state"))) {
      answer.sendError(400, "This is not the end of a login that began here.");
      return;
    }
    try {
      String user = provider.userOf(code, login.get(), callbackOf(asked));
      set(answer, SESSION, cookies.sealed(SESSION, user));
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
