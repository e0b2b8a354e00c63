package io.sparklive.war;

import io.sparklive.application.ApplicationId;
import io.sparklive.concurrent.ExpiringCache;
import io.sparklive.spi.CatalogStatus;
import io.sparklive.spi.EntryFields;
import io.sparklive.spi.EventLogEndpoint;
import io.sparklive.spi.LogScan;
import io.sparklive.spi.RemoteHistoryCatalog;
import io.sparklive.upstream.CatalogJson;
import io.sparklive.upstream.CatalogJson.Entry;
import io.sparklive.upstream.HistoryServerClient;
import io.sparklive.upstream.IdentityHeaders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The catalog of a remote History Server, as one caller gets it.
 *
 * <p>For one application, the WAR sends at most one request per second, unless the status must be
 * current. For very many applications, it uses two requests: every other second, the list of
 * recently completed applications; and, once for each application, whether it had completed before.
 */
final class CallerCatalog implements RemoteHistoryCatalog {
  private static final String APPLICATIONS = "/api/v1/applications";
  // The variant of the home page with the shortest list.
  private static final String HOME = "/?showIncomplete=true";
  private static final String JSON = "application/json";
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int MOST_APPLICATIONS = 10_000;

  private static final Duration BRIEFLY = Duration.ofSeconds(1);
  // The log of a killed driver never gets an end.
  private static final Duration LONGEST_REST = Duration.ofDays(7);
  // The History Server reads logs some time after an application's end; for later ones, the WAR
  // sends a request.
  private static final Duration LATELY = Duration.ofMinutes(30);
  private static final Duration BETWEEN_LISTS = Duration.ofSeconds(2);
  private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(5);
  private static final Duration TO_READ_A_LOG = Duration.ofMinutes(2);
  // The WAR requests a long list less often: that takes at most a twentieth of the time.
  private static final int SELDOM = 20;
  private static final DateTimeFormatter SPARKS_DATE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'GMT'").withZone(ZoneOffset.UTC);

  private final HistoryServerClient questions;
  private final IdentityHeaders caller;
  private final HttpCatalog.LastKnown lastKnown;
  private final InstantSource clock;
  private final ExpiringCache<String, Optional<Entry>> asked;
  private final ExpiringCache<String, LogScan> scans;
  private final ExpiringCache<String, Boolean> looked;
  private final ExpiringCache<String, Boolean> complete;
  private final ExpiringCache<String, Boolean> listed;
  private final PacedList completedLately = new PacedList();
  private final PacedList running = new PacedList();

  CallerCatalog(
      HistoryServerClient questions,
      IdentityHeaders caller,
      HttpCatalog.LastKnown lastKnown,
      InstantSource clock) {
    this.questions = questions;
    this.caller = caller;
    this.lastKnown = lastKnown;
    this.clock = clock;
    this.asked = new ExpiringCache<>(MOST_APPLICATIONS, BRIEFLY, clock);
    this.scans = new ExpiringCache<>(1, BRIEFLY, clock);
    this.looked = new ExpiringCache<>(MOST_APPLICATIONS, BETWEEN_LOOKS, clock);
    this.complete = new ExpiringCache<>(MOST_APPLICATIONS, LATELY, clock);
    this.listed = new ExpiringCache<>(MOST_APPLICATIONS, BETWEEN_LOOKS, clock);
  }

  @Override
  public CatalogStatus status(ApplicationId id, Freshness freshness) {
    Optional<Entry> entry = freshness == Freshness.RECENT ? entry(id) : ask(id);
    return entry.map(Entry::status).orElse(CatalogStatus.UNKNOWN);
  }

  @Override
  public Optional<String> newestAttempt(ApplicationId id) {
    return entry(id).flatMap(Entry::attempt);
  }

  @Override
  public boolean isComplete(ApplicationId id) {
    completedLately.readWhereDue(
        now -> "?status=completed&minEndDate=" + SPARKS_DATE.format(now.minus(LATELY)),
        entry -> complete.put(entry.id(), true));
    if (complete.get(id.value()).isPresent()) {
      return true;
    }
    if (looked.get(id.value()).isPresent()) {
      return false;
    }
    boolean is = status(id) == CatalogStatus.COMPLETE;
    (is ? complete : looked).put(id.value(), true);
    return is;
  }

  @Override
  public boolean isListed(ApplicationId id) {
    running.readWhereDue(now -> "?status=running", entry -> listed.put(entry.id(), true));
    return listed.get(id.value()).isPresent() || complete.get(id.value()).isPresent();
  }

  /** Reads them again each minute: the History Server may run another version by now. */
  @Override
  public Optional<EntryFields> entryFields() {
    return lastKnown.freshFields().or(this::readFields).or(lastKnown::fields);
  }

  private Optional<EntryFields> readFields() {
    Optional<EntryFields> fields =
        questions
            .ask(
                caller,
                APPLICATIONS + "?limit=1",
                JSON,
                HistoryServerClient.PROMPTLY,
                reply -> {
                  if (reply.status() != OK) {
                    throw refused(reply);
                  }
                  return CatalogJson.readFields(reply.body());
                })
            .flatMap(first -> first);
    fields.ifPresent(lastKnown::putFields);
    return fields;
  }

  @Override
  public boolean hasScannedSince(Instant moment) {
    return scans.get(HOME).or(this::askForScan).map(scan -> scan.covers(moment)).orElse(true);
  }

  private Optional<LogScan> askForScan() {
    Optional<LogScan> scan =
        questions
            .ask(
                caller,
                HOME,
                "text/html",
                HistoryServerClient.PROMPTLY,
                reply -> {
                  if (reply.status() != OK) {
                    throw refused(reply);
                  }
                  return HomePageScraper.scan(
                      new String(reply.body().readAllBytes(), StandardCharsets.UTF_8),
                      reply
                          .date()
                          .map(date -> Duration.between(clock.instant(), date))
                          .orElse(Duration.ZERO));
                })
            .flatMap(seen -> seen);
    scan.ifPresent(known -> scans.put(HOME, known));
    return scan;
  }

  @Override
  public Optional<EventLogEndpoint> loggedDriver(ApplicationId id) {
    Instant oldest = clock.instant().minus(LONGEST_REST);
    return entry(id)
        .filter(entry -> entry.lastUpdated().isAfter(oldest))
        .flatMap(entry -> settings(id, entry))
        .flatMap(EventLogEndpoint::in);
  }

  private Optional<Entry> entry(ApplicationId id) {
    return asked.get(id.value()).orElseGet(() -> ask(id));
  }

  private Optional<Entry> ask(ApplicationId id) {
    Optional<Optional<Entry>> answer =
        questions.ask(
            caller,
            APPLICATIONS + "/" + id,
            JSON,
            HistoryServerClient.PROMPTLY,
            reply ->
                switch (reply.status()) {
                  case OK -> Optional.of(CatalogJson.readEntry(reply.body()));
                  case NOT_FOUND -> Optional.empty();
                  default -> throw refused(reply);
                });
    answer.ifPresent(entry -> lastKnown.put(id.value(), entry));
    Optional<Entry> entry = answer.orElseGet(() -> lastKnown.of(id.value()));
    asked.put(id.value(), entry);
    return entry;
  }

  private Optional<Map<String, String>> settings(ApplicationId id, Entry entry) {
    String attempt = entry.attempt().map(number -> "/" + number).orElse("");
    return questions.ask(
        caller,
        APPLICATIONS + "/" + id + attempt + "/environment",
        JSON,
        TO_READ_A_LOG,
        reply -> {
          if (reply.status() != OK) {
            throw refused(reply);
          }
          return CatalogJson.readSettings(reply.body());
        });
  }

  /** A list of the History Server, read every other second at most, a long one less often. */
  private final class PacedList {
    private Instant next = Instant.MIN;

    /**
     * @param query makes the query for a time
     * @param taker receives each entry
     */
    synchronized void readWhereDue(Function<Instant, String> query, Consumer<Entry> taker) {
      Instant now = clock.instant();
      if (now.isBefore(next)) {
        return;
      }
      Optional<Boolean> unused =
          questions.ask(
              caller,
              APPLICATIONS + query.apply(now),
              JSON,
              HistoryServerClient.PROMPTLY,
              reply -> {
                if (reply.status() != OK) {
                  throw refused(reply);
                }
                CatalogJson.readList(reply.body(), taker);
                return true;
              });
      Instant end = clock.instant();
      Duration rest = Duration.between(now, end).multipliedBy(SELDOM);
      next = end.plus(rest.compareTo(BETWEEN_LISTS) > 0 ? rest : BETWEEN_LISTS);
    }
  }

  private static IOException refused(HistoryServerClient.Answer reply) {
    return new IOException("the History Server answers " + reply.status());
  }
}
