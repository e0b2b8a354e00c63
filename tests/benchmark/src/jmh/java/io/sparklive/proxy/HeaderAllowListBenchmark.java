// SPDX-License-Identifier: Apache-2.0
package io.sparklive.proxy;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.DriverAddress;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;

/** The headers of a browser's request for a page of a live UI, and of the driver's response. */
@State(Scope.Benchmark)
public class HeaderAllowListBenchmark {
  private final HeaderAllowList headers = new HeaderAllowList(Set.of(), false);
  private final ProxyTarget destination =
      new ProxyTarget(
          new ApplicationId("app-1"),
          new DriverAddress("10.0.0.7", 4040),
          Instant.EPOCH,
          "/jobs/",
          "",
          "/sparkui/app-1",
          Optional.empty(),
          false,
          false);
  private final HttpServletRequest request =
      new BrowsersRequest(
          Map.of(
              "Host", "history.example:18080",
              "Connection", "keep-alive",
              "User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
              "Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
              "Accept-Encoding", "gzip, deflate, br",
              "Accept-Language", "en-GB,en;q=0.9",
              "Cookie", "session=0123456789abcdef0123456789abcdef",
              "Referer", "https://history.example:18080/",
              "Sec-Fetch-Site", "same-origin",
              "Upgrade-Insecure-Requests", "1"));
  private final HttpFields response =
      HttpFields.build()
          .add("Date", "Sat, 21 Nov 2026 00:00:00 GMT")
          .add("Cache-Control", "no-cache, no-store, must-revalidate")
          .add("X-Frame-Options", "SAMEORIGIN")
          .add("X-XSS-Protection", "1; mode=block")
          .add("X-Content-Type-Options", "nosniff")
          .add("Content-Type", "text/html;charset=utf-8")
          .add("Vary", "Accept-Encoding")
          .add("Content-Length", "12345");

  /** All headers of a request. */
  @Benchmark
  public HttpFields requestHeaders() {
    return headers.requestHeaders(request, destination);
  }

  /** All headers of a response, one by one. */
  @Benchmark
  public void responseHeader(Blackhole seen) {
    for (HttpField field : response) {
      seen.consume(
          headers.responseHeader(field.getName(), field.getValue(), response, destination));
    }
  }

  /** A request that has only headers. */
  private static final class BrowsersRequest extends HttpServletRequestWrapper {
    private final Map<String, String> values = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    BrowsersRequest(Map<String, String> headers) {
      super(nothing());
      values.putAll(headers);
    }

    @Override
    public Enumeration<String> getHeaderNames() {
      return Collections.enumeration(values.keySet());
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
      String value = values.get(name);
      return value == null
          ? Collections.emptyEnumeration()
          : Collections.enumeration(List.of(value));
    }

    private static HttpServletRequest nothing() {
      return (HttpServletRequest)
          Proxy.newProxyInstance(
              BrowsersRequest.class.getClassLoader(),
              new Class<?>[] {HttpServletRequest.class},
              (proxy, method, arguments) -> {
                throw new UnsupportedOperationException(method.getName());
              });
    }
  }
}
