package io.sparklive.war;

import io.sparklive.access.Access;
import io.sparklive.access.Admission;
import io.sparklive.access.Recent;
import io.sparklive.access.Right;
import io.sparklive.application.LiveApplication;
import io.sparklive.history.CatalogJson;
import io.sparklive.proxy.CallerHeaders;
import io.sparklive.proxy.HistoryServerQuestions;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets in whom the History Server lets in: what a caller's request says of its sender is tried
 * there. An answer counts for some seconds, and for hours while the History Server is away; where
 * it lets in those who say nothing of themselves, everybody is let in then. Whom it refuses it is
 * asked about each time, as they may log in at any moment.
 *
 * <p>Its access control lists cannot be seen from outside: whoever is let in has every right.
 */
final class HttpAccess implements Access {
  private static final Logger LOG = LoggerFactory.getLogger(HttpAccess.class);
  private static final Duration FRESH = Duration.ofSeconds(10);
  // About as long as somebody stays logged in.
  private static final Duration WHILE_AWAY = Duration.ofHours(12);
  private static final int MOST_CALLERS = 10_000;
  private static final int LONGEST_PAGE = 1024 * 1024;
  private static final int OK = 200;

  private final HistoryServerQuestions questions;
  private final SeenPage seen;
  private final Recent<String, Boolean> fresh;
  private final Recent<String, Boolean> remembered;
  private final ConcurrentMap<Visit, CompletableFuture<Reply>> underWay = new ConcurrentHashMap<>();

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

  private record Visit(CallerHeaders caller, Area area) {
    /** Names it without what it says, which is secret. */
    String key() {
      return area + " " + caller;
    }
  }

  private record Reply(Admission admission, List<String> cookies) {}

  HttpAccess(HistoryServerQuestions questions, SeenPage seen, InstantSource clock) {
    this.questions = questions;
    this.seen = seen;
    this.fresh = new Recent<>(MOST_CALLERS, FRESH, clock);
    this.remembered = new Recent<>(MOST_CALLERS, WHILE_AWAY, clock);
  }

  /** Finds out whether the History Server is open to everybody. To be called now and then. */
  void learn() {
    for (Area area : Area.values()) {
      Reply unused = ask(new Visit(CallerHeaders.NOBODY, area));
    }
  }

  @Override
  public boolean isControlled() {
    return false;
  }

  @Override
  public boolean has(Right right, String user, LiveApplication application) {
    return true;
  }

  @Override
  public Admission admission(
      HttpServletRequest request, HttpServletResponse response, boolean isOfProgram) {
    Visit visit = new Visit(CallerHeaders.of(request), isOfProgram ? Area.API : Area.PAGES);
    if (fresh.get(visit.key()).isPresent()) {
      return Admission.GRANTED;
    }
    Reply reply = tryOnce(visit);
    // It may have renewed the session, once and for all: the browser has to know.
    reply.cookies().forEach(cookie -> response.addHeader("Set-Cookie", cookie));
    return reply.admission();
  }

  @Override
  public boolean admitsAll() {
    return isOpen(Area.PAGES);
  }

  /** A page is some thirty requests at the same time. */
  private Reply tryOnce(Visit visit) {
    CompletableFuture<Reply> mine = new CompletableFuture<>();
    CompletableFuture<Reply> others = underWay.putIfAbsent(visit, mine);
    if (others != null) {
      return new Reply(others.join().admission(), List.of());
    }
    Reply reply = new Reply(Admission.UNKNOWN, List.of());
    try {
      reply = ask(visit);
      return reply;
    } finally {
      underWay.remove(visit);
      mine.complete(reply);
    }
  }

  private Reply ask(Visit visit) {
    Optional<Reply> reply =
        questions.ask(
            visit.caller(),
            visit.area().path,
            visit.area().accept,
            HistoryServerQuestions.PROMPTLY,
            answer -> new Reply(judged(answer, visit.area()), answer.cookies()));
    if (reply.isEmpty()) {
      return new Reply(whileAway(visit), List.of());
    }
    if (reply.get().admission() == Admission.GRANTED) {
      fresh.put(visit.key(), true);
      remembered.put(visit.key(), true);
      return reply.get();
    }
    remembered.forget(visit.key());
    // What else it says, it says again when it answers itself.
    return new Reply(Admission.REFUSED, List.of());
  }

  private Admission judged(HistoryServerQuestions.Answer answer, Area area) throws IOException {
    if (answer.status() != OK) {
      return Admission.REFUSED;
    }
    return isSparks(answer.body(), area) ? Admission.GRANTED : Admission.REFUSED;
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

  private Admission whileAway(Visit visit) {
    boolean known = remembered.get(visit.key()).isPresent() || isOpen(visit.area());
    return known ? Admission.GRANTED : Admission.UNKNOWN;
  }

  /** Whether the History Server let in a request that says nothing of its sender. */
  private boolean isOpen(Area area) {
    return remembered.get(new Visit(CallerHeaders.NOBODY, area).key()).isPresent();
  }
}
