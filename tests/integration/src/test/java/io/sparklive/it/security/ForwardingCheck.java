// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security;

import io.sparklive.testkit.relay.RecordedRequest;
import io.sparklive.testkit.relay.RecordedRequest.Header;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Compares the requests of one client with those that the driver received for it. The proxy may
 * send a safe request again if the driver closed the connection without a response.
 */
final class ForwardingCheck {
  private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD");

  /** How many times the proxy may send the same request again. */
  private static final int MAX_RETRIES = 2;

  private static final Set<String> SAFE =
      Set.of(
          "accept",
          "accept-encoding",
          "accept-language",
          "cache-control",
          "content-encoding",
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
  private static final Set<String> SET_BY_FILTER =
      Set.of(
          "host",
          "via",
          "content-length",
          "transfer-encoding",
          "x-forwarded-context",
          "x-forwarded-for",
          "x-forwarded-host",
          "x-forwarded-proto");
  private static final Pattern ENCODED = Pattern.compile("%([4-7][0-9A-Fa-f])");
  private static final String PREFIX = "(/[A-Za-z0-9._~-]+)*";

  private final Oracle oracle;
  private final String driver;
  private final String client;
  private final Predicate<RecordedRequest> isLost;
  private final List<String> violations = new ArrayList<>();

  /**
   * @param driver the driver's host and port
   * @param client the address of the client
   * @param isLost whether the driver closed the connection without a response to this request
   */
  ForwardingCheck(Oracle oracle, String driver, String client, Predicate<RecordedRequest> isLost) {
    this.oracle = oracle;
    this.driver = driver;
    this.client = client;
    this.isLost = isLost;
  }

  /** The violations; empty if there are none. */
  List<String> violations(List<RecordedRequest> sent, List<RecordedRequest> arrived) {
    IdentityHashMap<RecordedRequest, Integer> arrivals = new IdentityHashMap<>();
    for (RecordedRequest one : lostLast(arrived)) {
      Optional<RecordedRequest> cause =
          sent.stream()
              .filter(request -> isCauseOf(request, one))
              .filter(request -> mayArrive(one, arrivals.getOrDefault(request, 0)))
              .findFirst();
      if (cause.isEmpty()) {
        violations.add("no client sent %s; the driver received %s".formatted(one, arrived));
      } else {
        arrivals.merge(cause.get(), 1, Integer::sum);
        compare(cause.get(), one);
      }
    }
    return List.copyOf(violations);
  }

  private List<RecordedRequest> lostLast(List<RecordedRequest> arrived) {
    return arrived.stream().sorted(Comparator.comparing(isLost::test)).toList();
  }

  private boolean mayArrive(RecordedRequest arrived, int before) {
    boolean mayBeRepeated = isLost.test(arrived) && SAFE_METHODS.contains(arrived.method());
    return before == 0 || (mayBeRepeated && before <= MAX_RETRIES);
  }

  private boolean isCauseOf(RecordedRequest sent, RecordedRequest arrived) {
    Optional<Oracle.Forwarded> forwarded = oracle.of(sent);
    return forwarded.isPresent()
        && sent.method().equalsIgnoreCase(arrived.method())
        && forwarded.get().path().equals(arrived.path());
  }

  private void compare(RecordedRequest sent, RecordedRequest arrived) {
    Set<String> hopByHop =
        sent.values("connection").stream()
            .flatMap(value -> List.of(value.split(",")).stream())
            .map(name -> name.strip().toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    for (String name : arrived.names()) {
      List<String> values = arrived.values(name);
      if (name.equals("content-type") && sent.values(name).isEmpty()) {
        // The default type of a body without a Content-Type (RFC 9110, section 8.3).
        check(values.equals(List.of("application/octet-stream")), name, sent, arrived);
      } else if (SAFE.contains(name) && !hopByHop.contains(name)) {
        check(joined(values).equals(joined(sent.values(name))), name, sent, arrived);
      } else {
        check(SET_BY_FILTER.contains(name), name, sent, arrived);
      }
    }
    check(arrived.values("host").equals(List.of(driver)), "Host", sent, arrived);
    check(arrived.values("x-forwarded-for").equals(List.of(client)), "For", sent, arrived);
    check(isScheme(sent, arrived), "X-Forwarded-Proto", sent, arrived);
    check(isForwardedHost(sent, arrived), "X-Forwarded-Host", sent, arrived);
    check(isContext(sent, arrived), "X-Forwarded-Context", sent, arrived);
    check(isQuery(sent, arrived), "query", sent, arrived);
    // A History Server unpacks a gzipped body and removes the header.
    boolean unpacked = !sent.values("content-encoding").equals(arrived.values("content-encoding"));
    boolean sameBody =
        unpacked
            ? sent.values("content-encoding").equals(List.of("gzip"))
            : arrived.whole()
                ? sent.whole() && sent.body().equals(arrived.body())
                : sent.body().startsWith(arrived.body());
    check(sameBody, "body", sent, arrived);
  }

  /** One line with commas is equivalent to several lines (RFC 9110, section 5.3). */
  private static String joined(List<String> values) {
    return String.join(", ", values);
  }

  private static boolean isForwardedHost(RecordedRequest sent, RecordedRequest arrived) {
    List<String> hosts = arrived.values("x-forwarded-host");
    return hosts.size() <= 1 && sent.values("host").containsAll(hosts);
  }

  /** In absolute form the target contains the scheme, which Jetty uses from 12 on. */
  private static boolean isScheme(RecordedRequest sent, RecordedRequest arrived) {
    List<String> schemes = arrived.values("x-forwarded-proto");
    return schemes.equals(List.of("http"))
        || (sent.target().startsWith("https:") && schemes.equals(List.of("https")));
  }

  private boolean isContext(RecordedRequest sent, RecordedRequest arrived) {
    List<String> contexts = arrived.values("x-forwarded-context");
    String expected = oracle.of(sent).orElseThrow().context();
    if (contexts.size() != 1 || !contexts.get(0).endsWith(expected)) {
      return false;
    }
    String context = contexts.get(0);
    String prefix = context.substring(0, context.length() - expected.length());
    return prefix.isEmpty()
        || (prefix.matches(PREFIX)
            && sent.headers().stream()
                .filter(one -> one.name().matches("x-forwarded-(context|prefix)"))
                .map(Header::value)
                .anyMatch(prefix::equals));
  }

  private static boolean isQuery(RecordedRequest sent, RecordedRequest arrived) {
    String expected =
        Arrays.stream(queryOf(sent.target().replaceFirst("#(?s:.*)", "")).split("&", -1))
            .filter(pair -> !isDoAs(pair))
            .collect(Collectors.joining("&"));
    return Oracle.isSameQuery(expected, queryOf(arrived.target()));
  }

  /** Whether it is {@code doAs}, which the filter does not forward to a driver. */
  private static boolean isDoAs(String pair) {
    String decoded =
        ENCODED
            .matcher(pair.replaceFirst("=(?s:.*)", ""))
            .replaceAll(
                one ->
                    Matcher.quoteReplacement(
                        Character.toString(Integer.parseInt(one.group(1), 16))));
    return decoded.equals("doAs");
  }

  private static String queryOf(String target) {
    int query = target.indexOf('?');
    return query < 0 ? "" : target.substring(query + 1);
  }

  private void check(boolean holds, String part, RecordedRequest sent, RecordedRequest arrived) {
    if (!holds) {
      violations.add(part + ": sent " + sent + " and the driver received " + arrived);
    }
  }
}
