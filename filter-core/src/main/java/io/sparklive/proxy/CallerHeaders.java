package io.sparklive.proxy;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The headers of a request by which somebody may decide whom they let in: cookies, {@code
 * Authorization}, what a proxy in front says of the sender, and whatever else is not known to say
 * nothing of them.
 *
 * <p>Equal where their values are.
 */
public final class CallerHeaders {
  /** Those of a sender who says nothing of themselves. */
  public static final CallerHeaders NOBODY = new CallerHeaders(Map.of());

  // About the content, this very request, or the connection: RFC 9110, Fetch, Trace Context.
  private static final Set<String> SAY_NOTHING =
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
          "x-amzn-trace-id",
          "x-cloud-trace-context");
  private static final List<String> SAY_NOTHING_FAMILIES =
      List.of("content-", "if-", "sec-", "x-b3-", "x-datadog-");

  private final Map<String, List<String>> values;
  private final String digest;

  private CallerHeaders(Map<String, List<String>> values) {
    this.values = values;
    this.digest = digestOf(values);
  }

  /** Those of this request, with the address it came from. */
  public static CallerHeaders of(HttpServletRequest request) {
    Map<String, List<String>> values = new TreeMap<>();
    for (String name : Collections.list(request.getHeaderNames())) {
      String lowerCase = name.toLowerCase(Locale.ROOT);
      if (!SAY_NOTHING.contains(lowerCase)
          && SAY_NOTHING_FAMILIES.stream().noneMatch(lowerCase::startsWith)) {
        values.put(lowerCase, List.copyOf(Collections.list(request.getHeaders(name))));
      }
    }
    Forwarded.headers(request).forEach((name, value) -> values.put(name, List.of(value)));
    return new CallerHeaders(values);
  }

  /** By lower-case name. */
  Map<String, List<String>> values() {
    return values;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CallerHeaders headers && digest.equals(headers.digest);
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
