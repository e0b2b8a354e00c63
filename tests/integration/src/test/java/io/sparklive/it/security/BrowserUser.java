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

/** A user with a browser that keeps cookies, at one server. */
final class BrowserUser {
  private final WebServer server;
  private final Map<String, String> cookies = new TreeMap<>();

  /** A user without cookies. */
  BrowserUser(WebServer server) {
    this.server = server;
  }

  /** A user who has logged in with that name. */
  static BrowserUser loggedIn(WebServer server, String name) {
    BrowserUser user = new BrowserUser(server);
    user.logIn("/", name);
    return user;
  }

  /**
   * Requests a page, follows the redirect to the login, and logs in.
   *
   * @return the target of the last redirect
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

  /** Sends the request with the cookies, and stores those of the response. */
  HttpResponse<String> get(String path, String... headers) {
    String[] all =
        cookies.isEmpty()
            ? headers
            : Stream.concat(Stream.of(headers), Stream.of("Cookie", cookieHeader()))
                .toArray(String[]::new);
    HttpResponse<String> response = server.get(path, all);
    keepCookies(response);
    return response;
  }

  /** Sends all requests at the same time, with the same cookies. */
  List<HttpResponse<String>> getAll(Collection<String> paths) {
    String sent = cookieHeader();
    ExecutorService connections = Executors.newFixedThreadPool(paths.size());
    try {
      return paths.stream()
          .map(
              path ->
                  CompletableFuture.supplyAsync(
                      () -> {
                        HttpResponse<String> response = server.get(path, "Cookie", sent);
                        keepCookies(response);
                        return response;
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

  private synchronized void keepCookies(HttpResponse<String> response) {
    for (String cookie : response.headers().allValues("Set-Cookie")) {
      String[] parts = cookie.split("[=;]", 3);
      if (cookie.contains("Max-Age=0")) {
        cookies.remove(parts[0]);
      } else {
        cookies.put(parts[0], parts[1]);
      }
    }
  }

  /** Clicks on a button of a page, with the cookies. */
  HttpResponse<String> click(KillButton button, String... headers) {
    HttpRequest.Builder request = button.click(server.uri()).headers(headers);
    if (!cookies.isEmpty()) {
      request.header("Cookie", cookieHeader());
    }
    return server.send(request.build());
  }

  /** The value of a stored cookie. */
  String cookie(String name) {
    return cookies.get(name);
  }

  /** The target of a redirect. */
  static String location(HttpResponse<String> response) {
    return response
        .headers()
        .firstValue("Location")
        .orElseThrow(() -> new AssertionError(response + " is no redirect: " + response.body()));
  }

  private String cookieHeader() {
    return cookies.entrySet().stream()
        .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
        .collect(Collectors.joining("; "));
  }
}
