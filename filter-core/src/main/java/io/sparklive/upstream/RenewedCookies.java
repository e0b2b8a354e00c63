// SPDX-License-Identifier: Apache-2.0
package io.sparklive.upstream;

import io.sparklive.concurrent.ExpiringCache;
import io.sparklive.routing.ExternalLinks;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jetty.util.HostPort;

/**
 * Replaces old session cookies in requests on behalf of a browser by those that the History Server
 * has set in the last minute. A filter may accept the refresh token in an old cookie only once (RFC
 * 9700, section 4.14.2). So every request on behalf of a browser carries the cookies that the
 * History Server set last, even if the browser sent its request before it received them.
 *
 * <p>Replaced credentials are kept as hashes, for a minute. Thread-safe.
 */
public final class RenewedCookies {
  private static final String ATTRIBUTE = RenewedCookies.class.getName();
  // Longer than a browser waits for a response before it can show a page.
  private static final Duration LIFETIME = Duration.ofMinutes(1);
  private static final int MAX_RENEWALS = 5_000;
  // A session is renewed every few minutes; only a test renews one more often within a minute.
  private static final int MAX_CHAIN = 20;
  // A session id has 64 bits at least, which are 16 hexadecimal digits (OWASP, Session Management).
  private static final int MIN_SECRET_LENGTH = 16;
  private static final String UNKNOWN_HOST = "unknown.invalid";

  private final ExternalLinks links;
  private final ExpiringCache<String, List<SetCookie>> renewals;

  RenewedCookies(ExternalLinks links, InstantSource clock) {
    this.links = links;
    this.renewals = new ExpiringCache<>(MAX_RENEWALS, LIFETIME, clock);
  }

  /**
   * The sender of a request.
   *
   * @param presented the credentials in the request
   * @param cookies the cookies that the History Server has set on behalf of the request
   */
  private record Sender(IdentityHeaders presented, List<SetCookie> cookies) {
    IdentityHeaders identity() {
      return presented.with(cookies);
    }
  }

  /**
   * The current credentials of a sender.
   *
   * @param cookies the cookies that a browser with older credentials must receive
   */
  private record Renewed(IdentityHeaders identity, List<SetCookie> cookies) {}

  /** Returns the current credentials for requests on behalf of this one. */
  public IdentityHeaders identityOf(HttpServletRequest request) {
    return current(sender(request).identity());
  }

  /** Returns the credentials that the browser sent with this request. */
  IdentityHeaders presentedIdentity(HttpServletRequest request) {
    return sender(request).presented();
  }

  /** Returns the current credentials in place of earlier ones. */
  public IdentityHeaders current(IdentityHeaders identity) {
    return renew(identity).identity();
  }

  /**
   * Records the cookies in the response to a request of the WAR itself.
   *
   * @param sent the credentials of that request
   * @param headers the {@code Set-Cookie} headers
   */
  void recordRenewal(IdentityHeaders sent, List<String> headers) {
    recordAll(sent, headers.stream().map(SetCookie::ofOwnRequest).toList());
  }

  /** Records the cookies in the response to a request that a browser sent. */
  void recordForwarded(IdentityHeaders sent, List<SetCookie> cookies) {
    recordAll(sent, cookies);
  }

  private synchronized void recordAll(IdentityHeaders sent, List<SetCookie> cookies) {
    for (String pair : sent.replacedBy(cookies)) {
      String session = sent.session(pair);
      boolean isRenewed =
          cookies.stream().anyMatch(c -> IdentityHeaders.isReplaced(pair, c) && !c.isDeletion());
      // Another request with the same cookie may have come too late for the refresh token.
      if (isRenewed || renewals.get(session).isEmpty()) {
        renewals.put(session, cookies);
      }
    }
    cookies.forEach(cookie -> renewals.remove(sent.session(cookie.pair())));
  }

  /**
   * Attaches cookies to a request of a browser; {@link #addTo} adds them to its response. The
   * History Server set them in the response to a request of the WAR on behalf of this one.
   *
   * @param headers the {@code Set-Cookie} headers
   */
  public void attach(HttpServletRequest request, List<String> headers) {
    attachAll(request, headers.stream().map(SetCookie::ofOwnRequest).toList());
  }

  /**
   * Attaches the cookies that were set on behalf of other requests with the same credentials. The
   * browser may never have received the response with them.
   */
  public void attachRenewed(HttpServletRequest request) {
    attachAll(request, renew(sender(request).identity()).cookies());
  }

  private void attachAll(HttpServletRequest request, List<SetCookie> more) {
    Sender sender = sender(request);
    List<SetCookie> cookies = new ArrayList<>(sender.cookies());
    cookies.removeIf(cookie -> more.stream().anyMatch(later -> later.replaces(cookie)));
    cookies.addAll(more);
    request.setAttribute(ATTRIBUTE, new Sender(sender.presented(), List.copyOf(cookies)));
  }

  /** Adds the attached cookies of a request to its response, each one once. */
  public void addTo(HttpServletRequest request, HttpServletResponse response) {
    SetCookie.addAll(sender(request).cookies(), response);
  }

  private Renewed renew(IdentityHeaders identity) {
    IdentityHeaders current = identity;
    List<SetCookie> cookies = new ArrayList<>();
    for (int i = 0; i < MAX_CHAIN; i++) {
      List<SetCookie> step = stepFrom(current);
      IdentityHeaders next = current.with(step);
      if (next.equals(current)) {
        break;
      }
      cookies.removeIf(cookie -> step.stream().anyMatch(later -> later.replaces(cookie)));
      // The browser may have logged in again meanwhile: only its own response logs it out.
      if (step.stream().anyMatch(cookie -> !cookie.isDeletion())) {
        cookies.addAll(step);
      }
      current = next;
    }
    return new Renewed(current, List.copyOf(cookies));
  }

  /**
   * Returns the cookies that replaced a cookie of this sender. If that cookie is a secret, cookies
   * of the same response are included, such as a further part of a session that has become longer.
   * A value that is no secret may be the same for many users.
   */
  private List<SetCookie> stepFrom(IdentityHeaders identity) {
    for (String pair : identity.pairs()) {
      Optional<List<SetCookie>> set = renewals.get(identity.session(pair));
      if (set.isPresent()) {
        boolean isSecret = pair.length() - pair.indexOf('=') > MIN_SECRET_LENGTH;
        List<SetCookie> step =
            set.get().stream()
                .filter(cookie -> isSecret || IdentityHeaders.isReplaced(pair, cookie))
                .toList();
        if (!identity.with(step).equals(identity)) {
          return step;
        }
      }
    }
    return List.of();
  }

  private Sender sender(HttpServletRequest request) {
    if (request.getAttribute(ATTRIBUTE) instanceof Sender sender) {
      return sender;
    }
    Sender sender = new Sender(IdentityHeaders.of(request, url(request)), List.of());
    request.setAttribute(ATTRIBUTE, sender);
    return sender;
  }

  /** Returns the URL in the browser, as far as cookies depend on it. */
  private URI url(HttpServletRequest request) {
    String path = links.deployment().path(request);
    String whole = links.of(request).prefix().path() + (path == null ? "/" : path);
    try {
      URI url = new URI("https", host(request), whole, null);
      return url.getHost() == null ? new URI("https", UNKNOWN_HOST, whole, null) : url;
    } catch (URISyntaxException e) {
      return URI.create("https://" + UNKNOWN_HOST + "/");
    }
  }

  private static String host(HttpServletRequest request) {
    String forwarded = request.getHeader("X-Forwarded-Host");
    String host = forwarded == null ? request.getHeader("Host") : forwarded.split(",", 2)[0];
    try {
      return host == null ? UNKNOWN_HOST : new HostPort(host.strip()).getHost();
    } catch (IllegalArgumentException e) {
      return UNKNOWN_HOST;
    }
  }
}
