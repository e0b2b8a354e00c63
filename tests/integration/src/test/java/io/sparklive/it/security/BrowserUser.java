// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security;

import io.sparklive.testkit.KillButton;
import io.sparklive.testkit.WebServer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Somebody with a browser that keeps cookies, at one server. */
final class BrowserUser {
  private final WebServer server;
  private final Map<String, String> cookies = new TreeMap<>();

  /** Somebody who has not been there yet. */
  BrowserUser(WebServer server) {
    this.server = server;
  }

  /** Somebody who has logged in under that name. */
  static BrowserUser loggedIn(WebServer server, String name) {
    BrowserUser person = new BrowserUser(server);
    person.logIn("/", name);
    return person;
  }

  /**
   * Wants to see a page, is sent to log in, and does.
   *
   * @return where that leads in the end
   */
  String logIn(String page, String name) {
    String loginPage = location(get(page));
    HttpRequest.Builder form =
        HttpRequest.newBuilder(URI.create(loginPage))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString("username=" + name));
    URI callback = URI.create(location(server.send(form.build())));
    return location(get(callback.getRawPath() + "?" + callback.getRawQuery()));
  }

  /** Asks with the cookies there are, and keeps those that come. */
  HttpResponse<String> get(String path, String... headers) {
    String[] all =
        cookies.isEmpty()
            ? headers
            : Stream.concat(Stream.of(headers), Stream.of("Cookie", cookieHeader()))
                .toArray(String[]::new);
    HttpResponse<String> answer = server.get(path, all);
    keepCookies(answer);
    return answer;
  }

  /** Asks for all of them at the same time, with the cookies there are before. */
  List<HttpResponse<String>> getAll(Collection<String> paths) {
    String sent = cookieHeader();
    ExecutorService connections = Executors.newFixedThreadPool(paths.size());
    try {
      return paths.stream()
          .map(
              path ->
                  CompletableFuture.supplyAsync(
                      () -> {
                        HttpResponse<String> answer = server.get(path, "Cookie", sent);
                        keepCookies(answer);
                        return answer;
                      },
                      connections))
          .toList()
          .stream()
          .map(CompletableFuture::join)
          .toList();
    } finally {
      connections.shutdown();
    }
  }

  private synchronized void keepCookies(HttpResponse<String> answer) {
    for (String cookie : answer.headers().allValues("Set-Cookie")) {
      String[] parts = cookie.split("[=;]", 3);
      if (cookie.contains("Max-Age=0")) {
        cookies.remove(parts[0]);
      } else {
        cookies.put(parts[0], parts[1]);
      }
    }
  }

  /** Clicks on a button of a page, with the cookies there are. */
  HttpResponse<String> click(KillButton button, String... headers) {
    HttpRequest.Builder request = button.click(server.uri()).headers(headers);
    if (!cookies.isEmpty()) {
      request.header("Cookie", cookieHeader());
    }
    return server.send(request.build());
  }

  /** The value of a cookie it has. */
  String cookie(String name) {
    return cookies.get(name);
  }

  /** Where an answer leads. */
  static String location(HttpResponse<String> answer) {
    return answer
        .headers()
        .firstValue("Location")
        .orElseThrow(() -> new AssertionError(answer + " leads nowhere: " + answer.body()));
  }

  private String cookieHeader() {
    return cookies.entrySet().stream()
        .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
        .collect(Collectors.joining("; "));
  }
}
