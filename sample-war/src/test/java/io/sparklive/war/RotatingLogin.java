// SPDX-License-Identifier: Apache-2.0
package io.sparklive.war;

import com.sun.net.httpserver.HttpExchange;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A login that keeps its tokens in a cookie and accepts a refresh token only once, as an OpenID
 * Connect filter does at a provider that rotates them (RFC 9700, section 4.14.2).
 */
final class RotatingLogin {
  private final Set<String> used = new HashSet<>();
  private String current = "session=1";
  private boolean isExpired;
  private int renewals;
  private int lost;

  /** The access token expires: the next request needs a refresh token that is not used yet. */
  synchronized void expire() {
    isExpired = true;
  }

  /** How often the session was renewed. */
  synchronized int renewals() {
    return renewals;
  }

  /** How many requests would have ended the session. */
  synchronized int lost() {
    return lost;
  }

  /** Returns whether it admits the request; sets the new cookie or the redirect to the login. */
  synchronized boolean admit(HttpExchange exchange) {
    List<String> cookies = exchange.getRequestHeaders().getOrDefault("Cookie", List.of());
    if (cookies.equals(List.of(current)) && !isExpired) {
      return true;
    }
    if (cookies.equals(List.of(current)) && used.add(current)) {
      isExpired = false;
      renewals++;
      current = "session=" + (renewals + 1);
      exchange.getResponseHeaders().add("Set-Cookie", current + "; Path=/; HttpOnly");
      return true;
    }
    lost++;
    exchange.getResponseHeaders().add("Set-Cookie", "session=; Path=/; Max-Age=0");
    exchange.getResponseHeaders().add("Location", "https://login.example.org/");
    return false;
  }
}
