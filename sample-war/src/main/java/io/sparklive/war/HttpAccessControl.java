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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets in whom the History Server lets in: what a caller's request says of its sender is tried
 * there. Without cookies an answer counts for some seconds. With cookies it counts for the requests
 * that wait for it, as the History Server may renew a session in any response: one request at a
 * time finds that out, and those that follow carry the cookies that it got.
 *
 * <p>While the History Server is away, an answer counts for hours; where it lets in those who say
 * nothing of themselves, everybody is let in then. Whom it refuses it is asked about each time, as
 * they may log in at any moment.
 *
 * <p>Its access control lists cannot be seen from outside: whoever is let in has every right.
 */
final class HttpAccessControl implements AccessControl {
  private static final Logger LOG = LoggerFactory.getLogger(HttpAccessControl.class);
  private static final Duration FRESH = Duration.ofSeconds(10);
  // About as long as somebody stays logged in.
  private static final Duration WHILE_AWAY = Duration.ofHours(12);
  private static final int MOST_CALLERS = 10_000;
  private static final int LONGEST_PAGE = 1024 * 1024;
  private static final int OK = 200;

  private final HistoryServerClient questions;
  private final RenewedCookies renewed;
  private final HomePageScraper seen;
  private final ExpiringCache<String, Boolean> fresh;
  private final ExpiringCache<String, Boolean> remembered;
  private final Map<String, CompletableFuture<Reply>> underWay = new HashMap<>();

  /** What the History Server lets callers see, apart: a filter may tell its API from its pages. */
  private enum Area {
    PAGES("/", "text/html"),
    // Filters are known to let everybody ask for the version.
    API("/api/v1/applications?limit=1", "application/json");

    private final String path;
    private final String accept;

    Area(String path, String accept) {
      this.path = path;
      this.accept = accept;
    }
  }

  private record Attempt(IdentityHeaders caller, Area area) {
    /** Names it without what it says, which is secret. */
    String key() {
      return area + " " + caller;
    }
  }

  private record Reply(Attempt visit, LoginStatus admission) {}

  HttpAccessControl(
      HistoryServerClient questions,
      RenewedCookies renewed,
      HomePageScraper seen,
      InstantSource clock) {
    this.questions = questions;
    this.renewed = renewed;
    this.seen = seen;
    this.fresh = new ExpiringCache<>(MOST_CALLERS, FRESH, clock);
    this.remembered = new ExpiringCache<>(MOST_CALLERS, WHILE_AWAY, clock);
  }

  /** Finds out whether the History Server is open to everybody. To be called now and then. */
  void learn() {
    for (Area area : Area.values()) {
      LoginStatus unused = ask(new Attempt(IdentityHeaders.ANONYMOUS, area), cookies -> {});
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
    LoginStatus admission = admission(request, area);
    if (admission == LoginStatus.GRANTED) {
      renewed.catchUp(request);
      Caller.describe(request, AdmittedSender.describe(request, isOpen(area)));
    }
    renewed.addTo(request, response);
    return admission;
  }

  private LoginStatus admission(HttpServletRequest request, Area area) {
    Attempt visit = new Attempt(renewed.callerOf(request), area);
    if (!visit.caller().haveCookies() && fresh.get(visit.key()).isPresent()) {
      return LoginStatus.GRANTED;
    }
    CompletableFuture<Reply> mine = new CompletableFuture<>();
    Optional<CompletableFuture<Reply>> others = begin(visit, mine);
    while (others.isPresent()) {
      Reply reply = others.get().join();
      if (reply.visit().equals(visit)) {
        return reply.admission();
      }
      // Of the other area, or with other cookies beside: it may have renewed the session all the
      // same.
      visit = new Attempt(renewed.callerOf(request), area);
      others = begin(visit, mine);
    }
    LoginStatus admission = LoginStatus.UNKNOWN;
    try {
      admission = ask(visit, cookies -> renewed.keep(request, cookies));
      return admission;
    } finally {
      end(mine);
      mine.complete(new Reply(visit, admission));
    }
  }

  /** Begins a visit, unless one is under way that may renew the same session. */
  private Optional<CompletableFuture<Reply>> begin(Attempt visit, CompletableFuture<Reply> mine) {
    synchronized (underWay) {
      Set<String> sessions = visit.caller().sessions();
      Optional<CompletableFuture<Reply>> others =
          sessions.stream().map(underWay::get).filter(Objects::nonNull).findFirst();
      if (others.isEmpty()) {
        sessions.forEach(session -> underWay.put(session, mine));
      }
      return others;
    }
  }

  private void end(CompletableFuture<Reply> mine) {
    synchronized (underWay) {
      underWay.values().removeIf(visit -> visit == mine);
    }
  }

  @Override
  public boolean admitsAll() {
    return isOpen(Area.PAGES);
  }

  /**
   * @param keeper gets the cookies that come with the answer
   */
  private LoginStatus ask(Attempt visit, Consumer<List<String>> keeper) {
    AtomicReference<LoginStatus> answer = new AtomicReference<>();
    Optional<LoginStatus> unused =
        questions.ask(
            visit.caller(),
            visit.area().path,
            visit.area().accept,
            HistoryServerClient.PROMPTLY,
            reply -> {
              LoginStatus admission = judged(reply, visit.area());
              answer.set(admission);
              if (admission == LoginStatus.REFUSED && reply.status() == OK) {
                throw new IOException("a login form");
              }
              keeper.accept(reply.cookies());
              return admission;
            });
    Attempt now = new Attempt(renewed.current(visit.caller()), visit.area());
    if (answer.get() == null) {
      return whileAway(now);
    }
    if (answer.get() == LoginStatus.GRANTED) {
      fresh.put(now.key(), true);
      remembered.put(now.key(), true);
    } else {
      remembered.forget(now.key());
    }
    return answer.get();
  }

  private LoginStatus judged(HistoryServerClient.Answer answer, Area area) throws IOException {
    if (answer.status() != OK) {
      return LoginStatus.REFUSED;
    }
    return isSparks(answer.body(), area) ? LoginStatus.GRANTED : LoginStatus.REFUSED;
  }

  /** A login form may have the status 200, too. */
  private boolean isSparks(InputStream body, Area area) throws IOException {
    if (area == Area.PAGES) {
      return seen.isHomePage(new String(body.readNBytes(LONGEST_PAGE), StandardCharsets.UTF_8));
    }
    try {
      CatalogJson.readList(body, application -> {});
      return true;
    } catch (IOException e) {
      LOG.debug("not the History Server's list", e);
      return false;
    }
  }

  private LoginStatus whileAway(Attempt visit) {
    boolean known = remembered.get(visit.key()).isPresent() || isOpen(visit.area());
    return known ? LoginStatus.GRANTED : LoginStatus.UNKNOWN;
  }

  /** Whether the History Server let in a request that says nothing of its sender. */
  private boolean isOpen(Area area) {
    return remembered.get(new Attempt(IdentityHeaders.ANONYMOUS, area).key()).isPresent();
  }
}
