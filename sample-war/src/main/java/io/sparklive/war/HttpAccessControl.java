// SPDX-License-Identifier: Apache-2.0
package io.sparklive.war;

import io.sparklive.access.Caller;
import io.sparklive.application.LiveApplication;
import io.sparklive.concurrent.ExpiringCache;
import io.sparklive.spi.AccessControl;
import io.sparklive.spi.LoginStatus;
import io.sparklive.spi.Permission;
import io.sparklive.upstream.CatalogJson;
import io.sparklive.upstream.HistoryServerClient;
import io.sparklive.upstream.IdentityHeaders;
import io.sparklive.upstream.RenewedCookies;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Admits the callers that the remote History Server admits: the WAR sends a request with the
 * credentials of the caller to it.
 *
 * <p>Without cookies, a positive result is valid for 10 seconds per set of credentials. With
 * cookies, it is valid only for the requests that wait for it, as the History Server may renew a
 * session in any response. One request per session checks this at a time; later requests have the
 * renewed cookies.
 *
 * <p>While the History Server is down, the last positive result is valid for 12 hours. If the
 * History Server admitted unauthenticated users, the WAR then admits every caller. A negative
 * result is never cached, as the user may log in at any moment.
 *
 * <p>The ACLs of the History Server are not available to the WAR: an admitted caller has every
 * permission.
 */
final class HttpAccessControl implements AccessControl {
  private static final Logger LOG = LoggerFactory.getLogger(HttpAccessControl.class);
  private static final Duration FRESH = Duration.ofSeconds(10);
  // About as long as a login lasts.
  private static final Duration WHILE_DOWN = Duration.ofHours(12);
  private static final int MAX_CALLERS = 10_000;
  private static final int MAX_PAGE_LENGTH = 1024 * 1024;
  private static final int OK = 200;

  private final HistoryServerClient client;
  private final RenewedCookies renewed;
  private final HomePageScraper homePage;
  private final ExpiringCache<String, Boolean> fresh;
  private final ExpiringCache<String, Boolean> granted;
  private final Map<String, CompletableFuture<Result>> running = new HashMap<>();

  /** The parts of the History Server to which its filters may admit different callers. */
  private enum Area {
    PAGES("/", "text/html"),
    // Not the version: some filters admit every request for it.
    API("/api/v1/applications?limit=1", "application/json");

    private final String path;
    private final String accept;

    Area(String path, String accept) {
      this.path = path;
      this.accept = accept;
    }
  }

  /** One check of a caller. */
  private record Attempt(IdentityHeaders caller, Area area) {
    /** The key in the caches, with a hash of the credentials. */
    String key() {
      return area + " " + caller;
    }
  }

  private record Result(Attempt attempt, LoginStatus status) {}

  HttpAccessControl(
      HistoryServerClient client,
      RenewedCookies renewed,
      HomePageScraper homePage,
      InstantSource clock) {
    this.client = client;
    this.renewed = renewed;
    this.homePage = homePage;
    this.fresh = new ExpiringCache<>(MAX_CALLERS, FRESH, clock);
    this.granted = new ExpiringCache<>(MAX_CALLERS, WHILE_DOWN, clock);
  }

  /** Checks whether the History Server admits unauthenticated users; a scheduler repeats it. */
  void refreshAnonymous() {
    for (Area area : Area.values()) {
      LoginStatus unused = check(new Attempt(IdentityHeaders.ANONYMOUS, area), cookies -> {});
    }
  }

  @Override
  public boolean isControlled() {
    return false;
  }

  @Override
  public boolean has(Permission right, String user, LiveApplication application) {
    return true;
  }

  @Override
  public LoginStatus admission(
      HttpServletRequest request, HttpServletResponse response, boolean isOfProgram) {
    Area area = isOfProgram ? Area.API : Area.PAGES;
    LoginStatus status = admission(request, area);
    if (status == LoginStatus.GRANTED) {
      renewed.attachRenewed(request);
      Caller.describe(request, AdmittedSender.describe(request, isOpen(area)));
    }
    renewed.addTo(request, response);
    return status;
  }

  private LoginStatus admission(HttpServletRequest request, Area area) {
    Attempt attempt = new Attempt(renewed.identityOf(request), area);
    if (!attempt.caller().hasCookies() && fresh.get(attempt.key()).isPresent()) {
      return LoginStatus.GRANTED;
    }
    CompletableFuture<Result> own = new CompletableFuture<>();
    Optional<CompletableFuture<Result>> other = begin(attempt, own);
    while (other.isPresent()) {
      Result result = other.get().join();
      if (result.attempt().equals(attempt)) {
        return result.status();
      }
      // The other attempt was for the other area, or had different cookies. It may have renewed the
      // session nevertheless.
      attempt = new Attempt(renewed.identityOf(request), area);
      other = begin(attempt, own);
    }
    LoginStatus status = LoginStatus.UNKNOWN;
    try {
      status = check(attempt, cookies -> renewed.attach(request, cookies));
      return status;
    } finally {
      end(own);
      own.complete(new Result(attempt, status));
    }
  }

  /**
   * Begins an attempt, unless one is in progress that may renew the same session.
   *
   * @return the attempt in progress; empty if this one has begun
   */
  private Optional<CompletableFuture<Result>> begin(
      Attempt attempt, CompletableFuture<Result> own) {
    synchronized (running) {
      Set<String> sessions = attempt.caller().sessions();
      Optional<CompletableFuture<Result>> other =
          sessions.stream().map(running::get).filter(Objects::nonNull).findFirst();
      if (other.isEmpty()) {
        sessions.forEach(session -> running.put(session, own));
      }
      return other;
    }
  }

  private void end(CompletableFuture<Result> own) {
    synchronized (running) {
      running.values().removeIf(attempt -> attempt == own);
    }
  }

  @Override
  public boolean admitsAll() {
    return isOpen(Area.PAGES);
  }

  /**
   * Sends the request of the attempt to the History Server.
   *
   * @param keeper receives the cookies of the response, unless it is a login form
   */
  private LoginStatus check(Attempt attempt, Consumer<List<String>> keeper) {
    AtomicReference<@Nullable LoginStatus> decision = new AtomicReference<>();
    Optional<LoginStatus> unused =
        client.get(
            attempt.caller(),
            attempt.area().path,
            attempt.area().accept,
            HistoryServerClient.SHORT_TIMEOUT,
            response -> {
              LoginStatus status = decide(response, attempt.area());
              decision.set(status);
              if (status == LoginStatus.DENIED && response.status() == OK) {
                throw new IOException("a login form");
              }
              keeper.accept(response.cookies());
              return status;
            });
    Attempt now = new Attempt(renewed.current(attempt.caller()), attempt.area());
    LoginStatus decided = decision.get();
    if (decided == null) {
      return whileDown(now);
    }
    if (decided == LoginStatus.GRANTED) {
      fresh.put(now.key(), true);
      granted.put(now.key(), true);
    } else {
      granted.remove(now.key());
    }
    return decided;
  }

  private LoginStatus decide(HistoryServerClient.Received response, Area area) throws IOException {
    if (response.status() != OK) {
      return LoginStatus.DENIED;
    }
    return isOfHistoryServer(response.body(), area) ? LoginStatus.GRANTED : LoginStatus.DENIED;
  }

  /** Whether the body is the History Server's: a login form may have the status 200, too. */
  private boolean isOfHistoryServer(InputStream body, Area area) throws IOException {
    if (area == Area.PAGES) {
      return homePage.learnFrom(
          new String(body.readNBytes(MAX_PAGE_LENGTH), StandardCharsets.UTF_8));
    }
    try {
      CatalogJson.readList(body, application -> {});
      return true;
    } catch (IOException e) {
      LOG.debug("not the History Server's list", e);
      return false;
    }
  }

  private LoginStatus whileDown(Attempt attempt) {
    boolean wasGranted = granted.get(attempt.key()).isPresent() || isOpen(attempt.area());
    return wasGranted ? LoginStatus.GRANTED : LoginStatus.UNKNOWN;
  }

  /** Whether the History Server has admitted a request of an unauthenticated user. */
  private boolean isOpen(Area area) {
    return granted.get(new Attempt(IdentityHeaders.ANONYMOUS, area).key()).isPresent();
  }
}
