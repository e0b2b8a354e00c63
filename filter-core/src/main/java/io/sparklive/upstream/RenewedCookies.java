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
 * The cookies with which the History Server has renewed sessions lately. A filter may accept the
 * refresh token in an old cookie only once (RFC 9700, section 4.14.2). So everything that is sent
 * on behalf of a request carries the cookies that the History Server set last, even if the browser
 * sent that request before it got them.
 *
 * <p>Credentials that are replaced are kept as hashes, for a minute. Thread-safe.
 */
public final class RenewedCookies {
  private static final String ATTRIBUTE = RenewedCookies.class.getName();
  // Longer than a browser has a request under way whose response it waits for to show a page.
  private static final Duration LIFE = Duration.ofMinutes(1);
  private static final int MOST = 5_000;
  // A session is renewed every few minutes; only a test renews one more often within a minute.
  private static final int MOST_IN_TURN = 20;
  // A session id has 64 bits at least, which are 16 hexadecimal digits (OWASP, Session Management).
  private static final int SHORTEST_SECRET = 16;
  private static final String UNKNOWN_HOST = "unknown.invalid";

  private final ExternalLinks publicLinks;
  private final ExpiringCache<String, List<SetCookie>> renewals;

  RenewedCookies(ExternalLinks publicLinks, InstantSource clock) {
    this.publicLinks = publicLinks;
    this.renewals = new ExpiringCache<>(MOST, LIFE, clock);
  }

  /**
   * A request of a browser.
   *
   * @param presented the credentials that came with it
   * @param cookies those that were set on its behalf
   */
  private record Sender(IdentityHeaders presented, List<SetCookie> cookies) {
    IdentityHeaders caller() {
      return presented.with(cookies);
    }
  }

  /**
   * Credentials that are up to date.
   *
   * @param cookies those that a browser with older ones has to get
   */
  private record Renewed(IdentityHeaders caller, List<SetCookie> cookies) {}

  /** The credentials for what is sent on behalf of this request now. */
  public IdentityHeaders callerOf(HttpServletRequest request) {
    return current(sender(request).caller());
  }

  /** The credentials that the browser sent with this request. */
  IdentityHeaders presentedBy(HttpServletRequest request) {
    return sender(request).presented();
  }

  /** The same as {@link #callerOf} for credentials that have been kept for a while. */
  public IdentityHeaders current(IdentityHeaders caller) {
    return renewed(caller).caller();
  }

  /**
   * Takes note of the response to a question.
   *
   * @param sent the credentials of the question
   * @param headers {@code Set-Cookie} headers
   */
  void learn(IdentityHeaders sent, List<String> headers) {
    learnAll(sent, headers.stream().map(SetCookie::ofQuestion).toList());
  }

  /** The same of the response to a request that a browser sent. */
  void learnForwarded(IdentityHeaders sent, List<SetCookie> cookies) {
    learnAll(sent, cookies);
  }

  private synchronized void learnAll(IdentityHeaders sent, List<SetCookie> cookies) {
    for (String pair : sent.replacedBy(cookies)) {
      String session = sent.session(pair);
      boolean isRenewed =
          cookies.stream().anyMatch(c -> IdentityHeaders.isReplaced(pair, c) && !c.isDeletion());
      // Another request with the same cookie may have been too late for the refresh token.
      if (isRenewed || renewals.get(session).isEmpty()) {
        renewals.put(session, cookies);
      }
    }
    cookies.forEach(cookie -> renewals.forget(sent.session(cookie.pair())));
  }

  /**
   * Keeps cookies that were set in the response to a question on behalf of this request.
   *
   * @param headers {@code Set-Cookie} headers
   */
  public void keep(HttpServletRequest request, List<String> headers) {
    keepAll(request, headers.stream().map(SetCookie::ofQuestion).toList());
  }

  /**
   * Lets the browser of this request have what was set on behalf of others with its credentials:
   * the response that had it may never have arrived.
   */
  public void catchUp(HttpServletRequest request) {
    keepAll(request, renewed(sender(request).caller()).cookies());
  }

  private void keepAll(HttpServletRequest request, List<SetCookie> more) {
    Sender sender = sender(request);
    List<SetCookie> cookies = new ArrayList<>(sender.cookies());
    cookies.removeIf(cookie -> more.stream().anyMatch(later -> later.replaces(cookie)));
    cookies.addAll(more);
    request.setAttribute(ATTRIBUTE, new Sender(sender.presented(), List.copyOf(cookies)));
  }

  /** Adds the cookies that were set on behalf of this request to the response, each one once. */
  public void addTo(HttpServletRequest request, HttpServletResponse response) {
    SetCookie.addAll(sender(request).cookies(), response);
  }

  private Renewed renewed(IdentityHeaders caller) {
    IdentityHeaders current = caller;
    List<SetCookie> cookies = new ArrayList<>();
    for (int i = 0; i < MOST_IN_TURN; i++) {
      List<SetCookie> step = stepFrom(current);
      IdentityHeaders next = current.with(step);
      if (next.equals(current)) {
        break;
      }
      cookies.removeIf(cookie -> step.stream().anyMatch(later -> later.replaces(cookie)));
      // A browser may have logged in again meanwhile: only its own response logs it out.
      if (step.stream().anyMatch(cookie -> !cookie.isDeletion())) {
        cookies.addAll(step);
      }
      current = next;
    }
    return new Renewed(current, List.copyOf(cookies));
  }

  /**
   * The cookies that replaced one of these. Those that came with them, such as a further part of a
   * session that has become longer, are for a sender with its secret alone: any other value may be
   * the same for many users.
   */
  private List<SetCookie> stepFrom(IdentityHeaders caller) {
    for (String pair : caller.pairs()) {
      Optional<List<SetCookie>> set = renewals.get(caller.session(pair));
      if (set.isPresent()) {
        boolean isSecret = pair.length() - pair.indexOf('=') > SHORTEST_SECRET;
        List<SetCookie> step =
            set.get().stream()
                .filter(cookie -> isSecret || IdentityHeaders.isReplaced(pair, cookie))
                .toList();
        if (!caller.with(step).equals(caller)) {
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

  /** The URL as the browser sees it, as far as cookies depend on it. */
  private URI url(HttpServletRequest request) {
    String path = publicLinks.deployment().path(request);
    String whole = publicLinks.of(request).prefix().path() + (path == null ? "/" : path);
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
