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
 * Which headers cross to and from a driver. What is not named here stays where it is: the lists are
 * of what Spark's pages and REST API need, and of what can do no harm. How long an answer may be
 * kept is not for the driver to say.
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
   * @param cookies the names of cookies that reach drivers, {@code *} for all
   * @param authorization whether the {@code Authorization} header does
   */
  HeaderAllowList(Set<String> cookies, boolean authorization) {
    this.cookies = cookies;
    this.authorization = authorization;
  }

  /** The headers of the request that reach the driver. */
  HttpFields.Mutable requestHeaders(HttpServletRequest request, ProxyTarget destination) {
    Set<String> hopByHop =
        namedInConnection(Collections.list(request.getHeaders("Connection")).stream());
    HttpFields.Mutable headers = HttpFields.build();
    for (String name : Collections.list(request.getHeaderNames())) {
      String lowerCase = name.toLowerCase(Locale.ROOT);
      boolean crosses =
          TO_DRIVER.contains(lowerCase)
              || (authorization && destination.credentials() && lowerCase.equals("authorization"));
      if (crosses && !hopByHop.contains(lowerCase)) {
        Collections.list(request.getHeaders(name)).forEach(value -> headers.add(name, value));
      }
    }
    if (destination.credentials() && !hopByHop.contains("cookie")) {
      forwardedCookies(request).ifPresent(value -> headers.add("Cookie", value));
    }
    // RFC 9110, section 7.6.3: who the request has passed; by that a circle is noticed.
    Collections.list(request.getHeaders("Via")).forEach(value -> headers.add("Via", value));
    return headers;
  }

  /**
   * A header of the driver's answer as it reaches the browser; empty where it does not. {@code
   * Location} never does: {@link LocationRewriter} writes another.
   *
   * @param answer all headers of that answer
   */
  public Optional<String> responseHeader(
      String name, String value, HttpFields answer, ProxyTarget destination) {
    String lowerCase = name.toLowerCase(Locale.ROOT);
    if (isHopByHop(lowerCase, answer)) {
      return Optional.empty();
    }
    return switch (lowerCase) {
      case "set-cookie" -> PathScopedCookie.of(value, cookies, destination.context());
      case "www-authenticate" -> Optional.of(value).filter(challenge -> authorization);
      default -> Optional.of(value).filter(any -> FROM_DRIVER.contains(lowerCase));
    };
  }

  /**
   * The {@code Content-Type} headers as they reach the browser: a driver can name the header in
   * {@code Connection}.
   */
  public List<String> types(Response serverResponse, ProxyTarget destination) {
    String name = HttpHeader.CONTENT_TYPE.asString();
    HttpFields all = serverResponse.getHeaders();
    return all.getValuesList(name).stream()
        .flatMap(type -> responseHeader(name, type, all, destination).stream())
        .toList();
  }

  /** Whether the {@code Location} of the driver's response is for the proxy alone. */
  static boolean isLocationHopByHop(HttpFields answer) {
    return isHopByHop("location", answer);
  }

  private static boolean isHopByHop(String lowerCaseName, HttpFields answer) {
    // Called for each header, and most responses have no such header.
    return answer.contains(HttpHeader.CONNECTION)
        && namedInConnection(answer.getValuesList(HttpHeader.CONNECTION).stream())
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
