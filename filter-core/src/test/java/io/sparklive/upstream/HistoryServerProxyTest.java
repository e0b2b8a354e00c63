// SPDX-License-Identifier: Apache-2.0
package io.sparklive.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.sparklive.http.Prefixes;
import io.sparklive.routing.ExternalLinks;
import io.sparklive.spi.Deployment;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.InOrder;

/** Requests to a History Server whose container supports no asynchronous processing. */
public class HistoryServerProxyTest {
  private static final String VIA = "this-test";

  private final List<String> received = new CopyOnWriteArrayList<>();
  private final ServerSocket listening = new ServerSocket();
  private final HttpServletResponse response = mock(HttpServletResponse.class);
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private volatile String serverResponse = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private HistoryServerProxy proxy;

  HistoryServerProxyTest() throws IOException {}

  @BeforeEach
  void start() throws Exception {
    listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    Thread server = new Thread(this::serve, "stand-in");
    server.setDaemon(true);
    server.start();
    proxy =
        new HistoryServerProxy(
            URI.create("http://127.0.0.1:" + listening.getLocalPort()),
            Duration.ofSeconds(2),
            VIA,
            new ExternalLinks(new Prefixes(Optional::empty), "/sparkui", Deployment.FRONTING),
            (request, to, status) -> to.setStatus(status));
    proxy.start(mock(ServletContext.class));
    ServletOutputStream out = mock(ServletOutputStream.class);
    doAnswer(
            call -> {
              body.write(call.getArgument(0), call.getArgument(1), call.<Integer>getArgument(2));
              return null;
            })
        .when(out)
        .write(any(byte[].class), anyInt(), anyInt());
    when(response.getOutputStream()).thenReturn(out);
  }

  @AfterEach
  void stop() throws IOException {
    proxy.destroy();
    listening.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/history/app-1/jobs/?a=b%20c&d",
        "/any;x=1/%41?q=|",
        "//a/b",
        "/x\"<>|",
        "/static/a b"
      })
  void forwardsPathsUnchanged(String target) throws Exception {
    proxy.forward(request("", target), response);

    assertThat(received.get(0)).startsWith("GET " + target + " HTTP/1.1\n");
    assertThat(body.toString(StandardCharsets.UTF_8)).isEqualTo("ok");
  }

  @Test
  void forwardsRequestHeadersExceptHopByHop() throws Exception {
    proxy.forward(
        request(
            "/spark",
            "/spark/history/",
            "Cookie: session=1",
            "Authorization: Basic x",
            "X-Forwarded-For: 10.0.0.9",
            "X-Forwarded-Proto: https",
            "X-Forwarded-Context: /<script>",
            "Anything: else",
            "Keep-Alive: 5",
            "Connection: secret-hop",
            "Secret-Hop: x",
            "Proxy-Authorization: Basic y"),
        response);

    assertThat(received.get(0).lines())
        .contains(
            "GET /history/ HTTP/1.1",
            "Host: spark.example.org",
            "Cookie: session=1",
            "Authorization: Basic x",
            "Anything: else")
        .anyMatch(line -> line.equalsIgnoreCase("x-forwarded-for: 10.0.0.9, 10.0.0.1"))
        .anyMatch(line -> line.equalsIgnoreCase("x-forwarded-proto: https"))
        .anyMatch(line -> line.equalsIgnoreCase("x-forwarded-host: spark.example.org"))
        .anyMatch(line -> line.equalsIgnoreCase("x-forwarded-context: /spark"))
        .anyMatch(line -> line.toLowerCase(Locale.ROOT).startsWith("via: ") && line.contains(VIA))
        .noneMatch(line -> line.contains("script") || line.contains("Basic y"))
        .noneMatch(line -> line.contains("ecret-") || line.startsWith("Keep-Alive"));
  }

  @ParameterizedTest
  @CsvSource({
    // context, forwarded proto, Location of the History Server, Location for the browser
    "'',     http,  http://spark.example.org/history/a/, http://spark.example.org/history/a/",
    "'',     https, http://spark.example.org/history/a/, /history/a/",
    "'',     http,  /history/a/,                         /history/a/",
    "'',     http,  http://SELF/history/a/?x=1,          /history/a/?x=1",
    "/spark, http,  http://spark.example.org/history/a/, /spark/history/a/",
    "/spark, http,  /history/a/,                         /spark/history/a/",
    "/spark, http,  /spark/history/a/,                   /spark/history/a/",
    "/spark, http,  /sparkui/a/jobs/,                    /spark/sparkui/a/jobs/",
    // A login elsewhere, also on the same host.
    "/spark, http,  http://spark.example.org/auth/realms?x=1, http://spark.example.org/auth/realms?x=1",
    "/spark, http,  https://login.example.org/?to=/history/,  https://login.example.org/?to=/history/"
  })
  void rewritesRedirectsForBrowser(String context, String proto, String location, String expected)
      throws Exception {
    String self = "127.0.0.1:" + listening.getLocalPort();
    serverResponse =
        "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: "
            + location.replace("SELF", self)
            + "\r\n\r\n";

    proxy.forward(request(context, context + "/", "X-Forwarded-Proto: " + proto), response);

    verify(response).setStatus(302);
    verify(response).addHeader("Location", expected);
  }

  @Test
  void forwardsCookiesToBrowser() throws Exception {
    serverResponse =
        """
        HTTP/1.1 200 OK\r
        Content-Length: 0\r
        Set-Cookie: a=1\r
        Set-Cookie: b=2\r
        Date: never\r
        Connection: keep-alive\r
        \r
        """;
    proxy.forward(request("", "/"), response);

    verify(response).addHeader("Set-Cookie", "a=1");
    verify(response).addHeader("Set-Cookie", "b=2");
    verify(response, never()).addHeader(eq("Date"), anyString());
    verify(response, never()).addHeader(eq("Connection"), anyString());
  }

  @Test
  void prefersCookieOfForwardedResponse() throws Exception {
    when(response.getHeaders("Set-Cookie")).thenReturn(List.of("a=0; Path=/", "c=0; Path=/"));
    serverResponse =
        """
        HTTP/1.1 200 OK\r
        Content-Length: 0\r
        Set-Cookie: a=; Max-Age=0; Path=/\r
        Set-Cookie: b=2; Path=/\r
        \r
        """;
    proxy.forward(request("", "/"), response);

    InOrder order = inOrder(response);
    order.verify(response).setHeader("Set-Cookie", "c=0; Path=/");
    order.verify(response).addHeader("Set-Cookie", "a=; Max-Age=0; Path=/");
    order.verify(response).addHeader("Set-Cookie", "b=2; Path=/");
    verify(response, never()).addHeader("Set-Cookie", "a=0; Path=/");
  }

  @Test
  void replacesOldCookieInLaterRequests() throws Exception {
    serverResponse =
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nSet-Cookie: session=new; Path=/\r\n\r\nok";
    proxy.forward(request("", "/history/", "Cookie: a=1; session=old"), response);
    serverResponse = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    proxy.forward(request("", "/home/", "Cookie: a=1; session=old"), response);
    proxy.forward(request("", "/home/", "Cookie: a=2; session=old"), response);

    assertThat(received.get(0)).contains("Cookie: a=1; session=old\n");
    assertThat(received.get(1)).contains("Cookie: a=1; session=new\n").doesNotContain("old");
    assertThat(received.get(2)).contains("Cookie: a=2; session=new\n");
  }

  @Test
  void detectsLoop() throws Exception {
    proxy.forward(request("", "/", "Via: 1.1 " + VIA), response);

    verify(response).setStatus(508);
    assertThat(received).isEmpty();
  }

  @Test
  void returnsBadGatewayIfHistoryServerIsUnreachable() throws Exception {
    listening.close();
    proxy.forward(request("", "/"), response);

    verify(response).setStatus(502);
  }

  @Test
  void keepsHeadersOfFiltersBeforeItOnErrorPage() throws Exception {
    when(response.getHeaderNames()).thenReturn(List.of("X-Frame-Options"));
    when(response.getHeaders("X-Frame-Options")).thenReturn(List.of("DENY"));
    serverResponse = "this is no HTTP\r\n\r\n";
    proxy.forward(request("", "/"), response);

    InOrder order = inOrder(response);
    order.verify(response).reset();
    order.verify(response).addHeader("X-Frame-Options", "DENY");
    order.verify(response).setStatus(502);
  }

  private static HttpServletRequest request(String context, String target, String... lines) {
    String[] headers =
        IntStream.range(0, lines.length + 1)
            .mapToObj(i -> i == 0 ? "Host: spark.example.org" : lines[i - 1])
            .toArray(String[]::new);
    HttpServletRequest request = mock(HttpServletRequest.class);
    int query = target.indexOf('?');
    when(request.getRequestURI()).thenReturn(query < 0 ? target : target.substring(0, query));
    when(request.getQueryString()).thenReturn(query < 0 ? null : target.substring(query + 1));
    when(request.getContextPath()).thenReturn(context);
    when(request.getMethod()).thenReturn("GET");
    when(request.getProtocol()).thenReturn("HTTP/1.1");
    when(request.getRemoteAddr()).thenReturn("10.0.0.1");
    when(request.getContentLengthLong()).thenReturn(-1L);
    Map<String, Object> attributes = new HashMap<>();
    doAnswer(call -> attributes.put(call.getArgument(0), call.getArgument(1)))
        .when(request)
        .setAttribute(anyString(), any());
    when(request.getAttribute(anyString())).thenAnswer(call -> attributes.get(call.getArgument(0)));
    when(request.getHeaderNames())
        .thenAnswer(
            call ->
                Collections.enumeration(
                    Arrays.stream(headers).map(l -> l.split(": ", 2)[0]).distinct().toList()));
    when(request.getHeaders(anyString()))
        .thenAnswer(call -> Collections.enumeration(values(call.getArgument(0), headers)));
    when(request.getHeader(anyString()))
        .thenAnswer(call -> values(call.getArgument(0), headers).stream().findFirst().orElse(null));
    return request;
  }

  private static List<String> values(String name, String... headers) {
    return Arrays.stream(headers)
        .map(line -> line.split(": ", 2))
        .filter(line -> line[0].equalsIgnoreCase(name))
        .map(line -> line[1])
        .toList();
  }

  private void serve() {
    try {
      while (true) {
        try (Socket client = listening.accept()) {
          BufferedReader lines =
              new BufferedReader(
                  new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
          StringBuilder head = new StringBuilder();
          for (String line = lines.readLine(); line != null && !line.isEmpty(); ) {
            head.append(line).append('\n');
            line = lines.readLine();
          }
          received.add(head.toString());
          client.getOutputStream().write(serverResponse.getBytes(StandardCharsets.ISO_8859_1));
        }
      }
    } catch (IOException e) {
      // The test has closed the socket.
    }
  }
}
