// SPDX-License-Identifier: Apache-2.0
package io.sparklive.upstream;

import io.sparklive.http.ForwardedHeaders;
import io.sparklive.http.PathScopedCookie;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The headers of a request that may identify its sender: all headers except a list of headers that
 * never do. Among them are cookies, {@code Authorization}, and the headers of a proxy in front
 * about the sender.
 *
 * <p>Equal if their values are equal. Immutable.
 */
public final class IdentityHeaders {
  /** The headers of a sender without any credentials. */
  public static final IdentityHeaders ANONYMOUS =
      new IdentityHeaders(Map.of(), URI.create("https://unknown.invalid/"));

  private static final String COOKIE = "cookie";
  private static final String FORWARDED_FOR = "x-forwarded-for";

  // About the content, this very request, or the connection: RFC 9110, Fetch, Trace Context.
  private static final Set<String> NON_IDENTIFYING =
      Set.of(
          "accept",
          "accept-charset",
          "accept-encoding",
          "accept-language",
          "access-control-request-headers",
          "access-control-request-method",
          "cache-control",
          "connection",
          "date",
          "dnt",
          "expect",
          "keep-alive",
          "origin",
          "pragma",
          "priority",
          "proxy-authorization",
          "proxy-connection",
          "purpose",
          "range",
          "referer",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "upgrade-insecure-requests",
          "via",
          "x-correlation-id",
          // The prefix of paths changes the response, but does not identify the sender.
          "x-forwarded-context",
          "x-forwarded-prefix",
          "x-request-id",
          "x-requested-with",
          // Different in each request.
          "baggage",
          "b3",
          "traceparent",
          "tracestate",
          "cf-ray",
          "x-amz-cf-id",
          "x-amzn-trace-id",
          "x-azure-ref",
          "x-cloud-trace-context");
  private static final List<String> NON_IDENTIFYING_PREFIXES =
      List.of("content-", "if-", "sec-", "x-b3-", "x-datadog-");

  private final Map<String, List<String>> values;
  private final URI url;
  private final String digest;

  private IdentityHeaders(Map<String, List<String>> values, URI url) {
    this.values = values;
    this.url = url;
    this.digest = digestOf(values);
  }

  /**
   * Returns the headers of a request, with the address of its sender.
   *
   * @param url the URL in the browser, on which its cookies depend
   */
  static IdentityHeaders of(HttpServletRequest request, URI url) {
    Map<String, List<String>> values = new TreeMap<>();
    for (String name : Collections.list(request.getHeaderNames())) {
      String lowerCase = name.toLowerCase(Locale.ROOT);
      if (!NON_IDENTIFYING.contains(lowerCase)
          && NON_IDENTIFYING_PREFIXES.stream().noneMatch(lowerCase::startsWith)) {
        values.put(lowerCase, List.copyOf(Collections.list(request.getHeaders(name))));
      }
    }
    ForwardedHeaders.headers(request).forEach((name, value) -> values.put(name, List.of(value)));
    return new IdentityHeaders(values, url);
  }

  /** Returns the headers by lower-case name. */
  Map<String, List<String>> values() {
    return values;
  }

  /** Whether there are cookies, which the History Server may replace at any time. */
  public boolean hasCookies() {
    return values.containsKey(COOKIE);
  }

  /** Returns the {@code Cookie} headers. */
  List<String> cookies() {
    return values.getOrDefault(COOKIE, List.of());
  }

  /** Returns the cookies that a browser deletes or changes if it receives these, each as sent. */
  List<String> replacedBy(List<SetCookie> cookies) {
    List<SetCookie> accepted = cookies.stream().filter(cookie -> cookie.isFor(url)).toList();
    return pairs().stream()
        .filter(
            pair ->
                accepted.stream()
                    .anyMatch(
                        cookie ->
                            isReplaced(pair, cookie)
                                && (cookie.isDeletion() || !pair.equals(cookie.pair()))))
        .toList();
  }

  /** Returns the headers that a browser sends for the same URL after it received these cookies. */
  IdentityHeaders with(List<SetCookie> cookies) {
    List<String> pairs = new ArrayList<>(pairs());
    for (SetCookie cookie : cookies) {
      if (cookie.isFor(url)) {
        pairs.removeIf(pair -> isReplaced(pair, cookie));
        if (!cookie.isDeletion()) {
          pairs.add(cookie.pair());
        }
      }
    }
    if (pairs.equals(pairs())) {
      return this;
    }
    Map<String, List<String>> renewed = new TreeMap<>(values);
    renewed.remove(COOKIE);
    if (!pairs.isEmpty()) {
      renewed.put(COOKIE, List.of(String.join("; ", pairs)));
    }
    return new IdentityHeaders(renewed, url);
  }

  /** Whether a cookie, as it is sent, has the name of this one. */
  static boolean isReplaced(String pair, SetCookie cookie) {
    return PathScopedCookie.nameOf(pair).equals(cookie.name());
  }

  /** Returns the cookies, each as it is sent. */
  List<String> pairs() {
    return cookies().stream()
        .flatMap(header -> Arrays.stream(header.split(";", -1)))
        .map(String::strip)
        .filter(pair -> !pair.isEmpty())
        .toList();
  }

  /**
   * Returns keys of the sessions to which the request may belong, without their secrets. There is
   * one for each cookie, as browsers do not send all cookies for every path. Without cookies, there
   * is one for the sender.
   */
  public Set<String> sessions() {
    List<String> pairs = pairs();
    return pairs.isEmpty()
        ? Set.of(session(""))
        : pairs.stream().map(this::session).collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Returns the key of a cookie of this sender. It does not depend on the proxies through which the
   * request came.
   */
  String session(String pair) {
    Map<String, List<String>> same = new TreeMap<>(values);
    same.put(COOKIE, List.of(pair));
    same.computeIfPresent(
        FORWARDED_FOR, (name, hops) -> List.of(hops.get(0).split(",", 2)[0].strip()));
    return digestOf(same);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IdentityHeaders headers && digest.equals(headers.digest);
  }

  @Override
  public int hashCode() {
    return digest.hashCode();
  }

  /** Returns a hash, which distinguishes senders and contains none of their values. */
  @Override
  public String toString() {
    return digest;
  }

  private static String digestOf(Map<String, List<String>> values) {
    try {
      // No header contains a line break.
      StringBuilder text = new StringBuilder();
      values.forEach((name, all) -> all.forEach(v -> text.append(name + ":" + v + "\n")));
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
