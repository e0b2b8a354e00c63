// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import kotlin.jvm.functions.Function1;
import no.nav.security.mock.oauth2.http.NettyWrapper;
import no.nav.security.mock.oauth2.http.OAuth2HttpRequest;
import no.nav.security.mock.oauth2.http.OAuth2HttpResponse;
import no.nav.security.mock.oauth2.http.OAuth2HttpServer;
import no.nav.security.mock.oauth2.http.Ssl;
import okhttp3.Headers;
import okhttp3.HttpUrl;

/**
 * The server of an OpenID provider that accepts a refresh token once, without a grace period (RFC
 * 9700, section 4.14.2), even if two requests come at the same time.
 */
final class SingleUseTokens implements OAuth2HttpServer {
  private static final int BAD_REQUEST = 400;

  private final NettyWrapper server = new NettyWrapper();
  private final Set<String> used = ConcurrentHashMap.newKeySet();
  private final AtomicInteger rejected = new AtomicInteger();

  /** The number of accepted refresh tokens. */
  int accepted() {
    return used.size();
  }

  /** The number of refresh tokens that were sent a second time. */
  int rejected() {
    return rejected.get();
  }

  @Override
  public OAuth2HttpServer start(
      Function1<? super OAuth2HttpRequest, OAuth2HttpResponse> requestHandler) {
    return server.start(checked(requestHandler));
  }

  @Override
  public OAuth2HttpServer start(
      int port, Function1<? super OAuth2HttpRequest, OAuth2HttpResponse> requestHandler) {
    return server.start(port, checked(requestHandler));
  }

  @Override
  public OAuth2HttpServer start(
      InetAddress address,
      int port,
      Function1<? super OAuth2HttpRequest, OAuth2HttpResponse> requestHandler) {
    return server.start(address, port, checked(requestHandler));
  }

  private Function1<OAuth2HttpRequest, OAuth2HttpResponse> checked(
      Function1<? super OAuth2HttpRequest, OAuth2HttpResponse> requestHandler) {
    return request -> {
      String token =
          request.getMethod().equals("POST")
              ? request.getFormParameters().get("refresh_token")
              : null;
      if (token == null || used.add(token)) {
        return requestHandler.invoke(request);
      }
      rejected.incrementAndGet();
      String body = "{\"error\":\"invalid_grant\"}";
      return new OAuth2HttpResponse(
          Headers.of("Content-Type", "application/json"),
          BAD_REQUEST,
          body,
          body.getBytes(StandardCharsets.UTF_8));
    };
  }

  @Override
  public OAuth2HttpServer stop() {
    return server.stop();
  }

  @Override
  public void close() {
    server.close();
  }

  @Override
  public int port() {
    return server.port();
  }

  @Override
  public HttpUrl url(String path) {
    return server.url(path);
  }

  @Override
  public Ssl sslConfig() {
    return server.sslConfig();
  }
}
