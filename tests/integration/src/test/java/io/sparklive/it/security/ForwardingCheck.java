// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security;

import io.sparklive.testkit.relay.RecordedRequest;
import io.sparklive.testkit.relay.RecordedRequest.Header;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Compares what was sent by one visitor with what reached the driver for it. */
final class ForwardingCheck {
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
  private static final Set<String> OURS =
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
  private final String visitor;
  private final List<String> faults = new ArrayList<>();

  /**
   * @param driver the driver's host and port
   * @param visitor the address that the requests came from
   */
  ForwardingCheck(Oracle oracle, String driver, String visitor) {
    this.oracle = oracle;
    this.driver = driver;
    this.visitor = visitor;
  }

  /** What is wrong with this; empty if nothing is. */
  List<String> faults(List<RecordedRequest> asked, List<RecordedRequest> arrived) {
    List<RecordedRequest> unanswered = new ArrayList<>(asked);
    for (RecordedRequest one : arrived) {
      Optional<RecordedRequest> cause =
          unanswered.stream().filter(request -> isCauseOf(request, one)).findFirst();
      if (cause.isEmpty()) {
        faults.add("nobody asked for " + one);
      } else {
        unanswered.remove(cause.get());
        compare(cause.get(), one);
      }
    }
    return List.copyOf(faults);
  }

  private boolean isCauseOf(RecordedRequest asked, RecordedRequest arrived) {
    Optional<Oracle.Forwarded> forwarded = oracle.of(asked);
    return forwarded.isPresent()
        && asked.method().equalsIgnoreCase(arrived.method())
        && forwarded.get().path().equals(arrived.path());
  }

  private void compare(RecordedRequest asked, RecordedRequest arrived) {
    Set<String> hopByHop =
        asked.values("connection").stream()
            .flatMap(value -> List.of(value.split(",")).stream())
            .map(name -> name.strip().toLowerCase(Locale.ROOT))
            .collect(Collectors.toSet());
    for (String name : arrived.names()) {
      List<String> values = arrived.values(name);
      if (name.equals("content-type") && asked.values(name).isEmpty()) {
        // What a body is that nobody has named (RFC 9110, section 8.3).
        check(values.equals(List.of("application/octet-stream")), name, asked, arrived);
      } else if (SAFE.contains(name) && !hopByHop.contains(name)) {
        check(joined(values).equals(joined(asked.values(name))), name, asked, arrived);
      } else {
        check(OURS.contains(name), name, asked, arrived);
      }
    }
    check(arrived.values("host").equals(List.of(driver)), "Host", asked, arrived);
    check(arrived.values("x-forwarded-for").equals(List.of(visitor)), "For", asked, arrived);
    check(isScheme(asked, arrived), "X-Forwarded-Proto", asked, arrived);
    check(isForwardedHost(asked, arrived), "X-Forwarded-Host", asked, arrived);
    check(isContext(asked, arrived), "X-Forwarded-Context", asked, arrived);
    check(isQuery(asked, arrived), "query", asked, arrived);
    // A History Server unpacks what is packed so, and says no more that it was.
    boolean unpacked = !asked.values("content-encoding").equals(arrived.values("content-encoding"));
    boolean sameBody =
        unpacked
            ? asked.values("content-encoding").equals(List.of("gzip"))
            : arrived.whole()
                ? asked.whole() && asked.body().equals(arrived.body())
                : asked.body().startsWith(arrived.body());
    check(sameBody, "body", asked, arrived);
  }

  /** One line with commas says the same as several (RFC 9110, section 5.3). */
  private static String joined(List<String> values) {
    return String.join(", ", values);
  }

  private static boolean isForwardedHost(RecordedRequest asked, RecordedRequest arrived) {
    List<String> hosts = arrived.values("x-forwarded-host");
    return hosts.size() <= 1 && asked.values("host").containsAll(hosts);
  }

  /** In absolute form the target names one, which Jetty from 12 on goes by. */
  private static boolean isScheme(RecordedRequest asked, RecordedRequest arrived) {
    List<String> schemes = arrived.values("x-forwarded-proto");
    return schemes.equals(List.of("http"))
        || (asked.target().startsWith("https:") && schemes.equals(List.of("https")));
  }

  private boolean isContext(RecordedRequest asked, RecordedRequest arrived) {
    List<String> contexts = arrived.values("x-forwarded-context");
    String expected = oracle.of(asked).orElseThrow().context();
    if (contexts.size() != 1 || !contexts.get(0).endsWith(expected)) {
      return false;
    }
    String context = contexts.get(0);
    String prefix = context.substring(0, context.length() - expected.length());
    return prefix.isEmpty()
        || (prefix.matches(PREFIX)
            && asked.headers().stream()
                .filter(one -> one.name().matches("x-forwarded-(context|prefix)"))
                .map(Header::value)
                .anyMatch(prefix::equals));
  }

  private static boolean isQuery(RecordedRequest asked, RecordedRequest arrived) {
    String sent =
        Arrays.stream(queryOf(asked.target().replaceFirst("#(?s:.*)", "")).split("&", -1))
            .filter(pair -> !isOnBehalf(pair))
            .collect(Collectors.joining("&"));
    return Oracle.isSameQuery(sent, queryOf(arrived.target()));
  }

  /** Whether it names somebody for whom is asked, of whom a driver is not told. */
  private static boolean isOnBehalf(String pair) {
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

  private void check(boolean holds, String what, RecordedRequest asked, RecordedRequest arrived) {
    if (!holds) {
      faults.add(what + ": asked " + asked + " and the driver got " + arrived);
    }
  }
}
