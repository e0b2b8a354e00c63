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
 * The headers of a request by which somebody may decide whom they let in: cookies, {@code
 * Authorization}, what a proxy in front says of the sender, and whatever else is not known to say
 * nothing of them.
 *
 * <p>Equal where their values are.
 */
public final class IdentityHeaders {
  /** Those of a sender who says nothing of themselves. */
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
          // What stands before paths says nothing of who asks, and changes the answer.
          "x-forwarded-context",
          "x-forwarded-prefix",
          "x-request-id",
          "x-requested-with",
          // Each request has others.
          "baggage",
          "b3",
          "traceparent",
          "tracestate",
          "cf-ray",
          "x-amz-cf-id",
          "x-amzn-trace-id",
          "x-azure-ref",
          "x-cloud-trace-context");
  private static final List<String> SAY_NOTHING_FAMILIES =
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
   * Those of this request, with the address it came from.
   *
   * @param url what the browser requests, on which its cookies depend
   */
  static IdentityHeaders of(HttpServletRequest request, URI url) {
    Map<String, List<String>> values = new TreeMap<>();
    for (String name : Collections.list(request.getHeaderNames())) {
      String lowerCase = name.toLowerCase(Locale.ROOT);
      if (!NON_IDENTIFYING.contains(lowerCase)
          && SAY_NOTHING_FAMILIES.stream().noneMatch(lowerCase::startsWith)) {
        values.put(lowerCase, List.copyOf(Collections.list(request.getHeaders(name))));
      }
    }
    ForwardedHeaders.headers(request).forEach((name, value) -> values.put(name, List.of(value)));
    return new IdentityHeaders(values, url);
  }

  /** By lower-case name. */
  Map<String, List<String>> values() {
    return values;
  }

  /** Whether there are cookies, which the History Server may replace at any time. */
  public boolean haveCookies() {
    return values.containsKey(COOKIE);
  }

  /** The {@code Cookie} headers. */
  List<String> cookies() {
    return values.getOrDefault(COOKIE, List.of());
  }

  /** The cookies here that a browser drops or changes if it gets these, each as it is sent. */
  List<String> replacedBy(List<SetCookie> cookies) {
    List<SetCookie> heeded = cookies.stream().filter(cookie -> cookie.isFor(url)).toList();
    return pairs().stream()
        .filter(
            pair ->
                heeded.stream()
                    .anyMatch(
                        cookie ->
                            isReplaced(pair, cookie)
                                && (cookie.isDeletion() || !pair.equals(cookie.pair()))))
        .toList();
  }

  /** As a browser that gets these cookies sends them for the same URL. */
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

  static boolean isReplaced(String pair, SetCookie cookie) {
    return PathScopedCookie.nameOf(pair).equals(cookie.name());
  }

  /** The cookies, each as it is sent. */
  List<String> pairs() {
    return cookies().stream()
        .flatMap(header -> Arrays.stream(header.split(";", -1)))
        .map(String::strip)
        .filter(pair -> !pair.isEmpty())
        .toList();
  }

  /**
   * Names the sessions that the request may be of, without what is secret in them: one for each
   * cookie, as browsers do not send all of them for every path; without cookies, one for the
   * sender.
   */
  public Set<String> sessions() {
    List<String> pairs = pairs();
    return pairs.isEmpty()
        ? Set.of(session(""))
        : pairs.stream().map(this::session).collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Names a cookie of this sender: the same for every proxy that the requests of one sender may
   * pass on their way.
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

  /** Tells two of them apart, and nothing of what they say. */
  @Override
  public String toString() {
    return digest;
  }

  private static String digestOf(Map<String, List<String>> values) {
    try {
      // No header holds a line break.
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
