// SPDX-License-Identifier: Apache-2.0
package io.sparklive.upstream;

import io.sparklive.http.PathScopedCookie;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.http.SetCookieParser;

/**
 * A cookie that the History Server sets with {@code Set-Cookie}.
 *
 * @param header the {@code Set-Cookie} header, unchanged
 * @param pair the cookie as a browser returns it, such as {@code session=1}
 * @param cookie the cookie with its attributes; empty if the header cannot be parsed
 */
public record SetCookie(String header, String pair, Optional<HttpCookie> cookie) {
  private static final String NAME = "Set-Cookie";

  static SetCookie parse(String header) {
    return new SetCookie(
        header,
        header.split(";", 2)[0].strip(),
        Optional.ofNullable(SetCookieParser.newInstance().parse(header)));
  }

  /**
   * Parses a cookie of a response to a request of the WAR itself. The browser never sees the path
   * of that request, so it cannot be the default path of the cookie (RFC 6265, section 5.1.4).
   */
  static SetCookie ofOwnRequest(String header) {
    SetCookie parsed = parse(header);
    boolean hasPath = parsed.path().startsWith("/");
    return hasPath || parsed.cookie().isEmpty() ? parsed : parse(header + "; Path=/");
  }

  String name() {
    return PathScopedCookie.nameOf(pair);
  }

  private String path() {
    return cookie.map(HttpCookie::getPath).orElse("");
  }

  /** Whether it makes the browser delete the cookie: {@code Max-Age} overrides {@code Expires}. */
  boolean isDeletion() {
    return cookie.filter(SetCookie::isDeletion).isPresent();
  }

  private static boolean isDeletion(HttpCookie cookie) {
    if (cookie.getAttributes().containsKey(HttpCookie.MAX_AGE_ATTRIBUTE)) {
      return cookie.getMaxAge() <= 0;
    }
    Instant expires = cookie.getExpires();
    return expires != null && !expires.isAfter(Instant.now());
  }

  /**
   * Whether a browser accepts it in the response to a request for this URL, and returns it with the
   * next request there, or deletes it there (RFC 6265, sections 5.3 and 5.4).
   *
   * @param url with the scheme {@code https}: the browser itself handles {@code Secure}, as a proxy
   *     in front may have TLS without a header that reports it
   */
  boolean isFor(URI url) {
    HttpCookieStore browser = new HttpCookieStore.Default();
    return cookie
        .map(SetCookie::withoutExpiry)
        .filter(parsed -> browser.add(url, parsed) && !browser.match(url).isEmpty())
        .isPresent();
  }

  /** Returns the cookie without its expiry, and with the domain in the form that Jetty compares. */
  private static HttpCookie withoutExpiry(HttpCookie cookie) {
    Map<String, String> attributes = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    attributes.putAll(cookie.getAttributes());
    attributes.remove(HttpCookie.MAX_AGE_ATTRIBUTE);
    attributes.remove(HttpCookie.EXPIRES_ATTRIBUTE);
    attributes.computeIfPresent(HttpCookie.DOMAIN_ATTRIBUTE, (name, domain) -> canonical(domain));
    return HttpCookie.from(cookie.getName(), cookie.getValue(), attributes);
  }

  /** Whether a browser that receives both keeps only the later one. */
  boolean replaces(SetCookie other) {
    return header.equals(other.header)
        || (cookie.isPresent()
            && other.cookie.isPresent()
            && name().equals(other.name())
            && domain().equals(other.domain())
            && path().equals(other.path()));
  }

  private String domain() {
    return cookie.map(HttpCookie::getDomain).map(SetCookie::canonical).orElse("");
  }

  /** Returns the domain as RFC 6265, section 5.2.3, stores it. */
  private static String canonical(String domain) {
    return (domain.startsWith(".") ? domain.substring(1) : domain).toLowerCase(Locale.ROOT);
  }

  /** Adds these cookies to a response, and removes the cookies that they replace. */
  static void addAll(List<SetCookie> cookies, HttpServletResponse response) {
    Collection<String> before = response.getHeaders(NAME);
    List<String> kept =
        before.stream()
            .filter(header -> cookies.stream().noneMatch(c -> c.replaces(parse(header))))
            .toList();
    List<String> added = cookies.stream().map(SetCookie::header).toList();
    if (kept.size() == before.size()) {
      added.forEach(header -> response.addHeader(NAME, header));
      return;
    }
    // The servlet API can replace only all headers of a name together.
    List<String> all = Stream.concat(kept.stream(), added.stream()).toList();
    response.setHeader(NAME, all.get(0));
    all.stream().skip(1).forEach(header -> response.addHeader(NAME, header));
  }
}
