// SPDX-License-Identifier: Apache-2.0
package io.sparklive.proxy;

import io.sparklive.http.PathScopedCookie;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;

/**
 * The headers that are forwarded to a driver and back. No other header is forwarded: the lists have
 * the headers that Spark's pages and REST API need, and harmless ones. The driver does not decide
 * how long a response may be cached, so {@code Cache-Control} is not among them.
 */
public final class HeaderAllowList {
  private static final Set<String> TO_DRIVER =
      Set.of(
          "accept",
          "accept-encoding",
          "accept-language",
          "cache-control",
          "content-encoding",
          "content-length",
          "content-type",
          "if-match",
          "if-modified-since",
          "if-none-match",
          "if-range",
          "if-unmodified-since",
          "pragma",
          "range",
          "user-agent",
          "x-requested-with");
  private static final Set<String> FROM_DRIVER =
      Set.of(
          "accept-ranges",
          "allow",
          "content-disposition",
          "content-encoding",
          "content-language",
          "content-length",
          "content-range",
          "content-security-policy",
          "content-type",
          "etag",
          "last-modified",
          "retry-after",
          "vary");

  private final Set<String> cookies;
  private final boolean authorization;

  /**
   * @param cookies the names of the cookies that are forwarded to drivers; {@code *} for all
   * @param authorization whether the {@code Authorization} header is forwarded to drivers
   */
  HeaderAllowList(Set<String> cookies, boolean authorization) {
    this.cookies = cookies;
    this.authorization = authorization;
  }

  /** Returns the headers of the request that are forwarded to the driver. */
  HttpFields.Mutable requestHeaders(HttpServletRequest request, ProxyTarget target) {
    Set<String> hopByHop =
        namedInConnection(Collections.list(request.getHeaders("Connection")).stream());
    HttpFields.Mutable headers = HttpFields.build();
    for (String name : Collections.list(request.getHeaderNames())) {
      String lowerCase = name.toLowerCase(Locale.ROOT);
      boolean isForwarded =
          TO_DRIVER.contains(lowerCase)
              || (authorization
                  && target.forwardsCredentials()
                  && lowerCase.equals("authorization"));
      if (isForwarded && !hopByHop.contains(lowerCase)) {
        Collections.list(request.getHeaders(name)).forEach(value -> headers.add(name, value));
      }
    }
    if (target.forwardsCredentials() && !hopByHop.contains("cookie")) {
      forwardedCookies(request).ifPresent(value -> headers.add("Cookie", value));
    }
    // RFC 9110, section 7.6.3: the proxies on the way of the request; they reveal a loop.
    Collections.list(request.getHeaders("Via")).forEach(value -> headers.add("Via", value));
    return headers;
  }

  /**
   * Returns a header of the driver's response as it is forwarded to the browser; empty if it is not
   * forwarded. {@code Location} never is: {@link LocationRewriter} writes another one.
   *
   * @param headers all headers of that response
   */
  public Optional<String> responseHeader(
      String name, String value, HttpFields headers, ProxyTarget target) {
    String lowerCase = name.toLowerCase(Locale.ROOT);
    if (isHopByHop(lowerCase, headers)) {
      return Optional.empty();
    }
    return switch (lowerCase) {
      case "set-cookie" -> PathScopedCookie.of(value, cookies, target.contextPath());
      case "www-authenticate" -> Optional.of(value).filter(challenge -> authorization);
      default -> Optional.of(value).filter(any -> FROM_DRIVER.contains(lowerCase));
    };
  }

  /**
   * Returns the {@code Content-Type} headers as they are forwarded to the browser. A driver can
   * name the header in {@code Connection}, and then it is not forwarded.
   */
  public List<String> contentTypes(Response serverResponse, ProxyTarget target) {
    String name = HttpHeader.CONTENT_TYPE.asString();
    HttpFields all = serverResponse.getHeaders();
    return all.getValuesList(name).stream()
        .flatMap(type -> responseHeader(name, type, all, target).stream())
        .toList();
  }

  /**
   * Whether the driver names {@code Location} in {@code Connection}: then it is for the proxy only.
   */
  static boolean isLocationHopByHop(HttpFields headers) {
    return isHopByHop("location", headers);
  }

  private static boolean isHopByHop(String lowerCaseName, HttpFields headers) {
    // Called for each header, and most responses have no Connection header.
    return headers.contains(HttpHeader.CONNECTION)
        && namedInConnection(headers.getValuesList(HttpHeader.CONNECTION).stream())
            .contains(lowerCaseName);
  }

  // RFC 9110, section 7.6.1.
  private static Set<String> namedInConnection(Stream<String> connection) {
    return connection
        .flatMap(value -> Arrays.stream(value.split(",")))
        .map(name -> name.strip().toLowerCase(Locale.ROOT))
        .collect(Collectors.toSet());
  }

  private Optional<String> forwardedCookies(HttpServletRequest request) {
    if (cookies.isEmpty()) {
      return Optional.empty();
    }
    String forwarded =
        Collections.list(request.getHeaders("Cookie")).stream()
            .flatMap(value -> Arrays.stream(value.split(";")))
            .map(String::strip)
            .filter(
                pair -> cookies.contains("*") || cookies.contains(PathScopedCookie.nameOf(pair)))
            .collect(Collectors.joining("; "));
    return Optional.of(forwarded).filter(value -> !value.isEmpty());
  }
}
