// SPDX-License-Identifier: Apache-2.0
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
 * The catalog of a remote History Server, requested with the credentials of one caller.
 *
 * <p>For one application, the WAR sends at most one request per second, unless the status must be
 * current. For very many applications, it sends two kinds of requests. The first gets the recently
 * completed applications, every other second; the second gets once for each application whether it
 * completed earlier.
 */
final class CallerCatalog implements RemoteHistoryCatalog {
  private static final String APPLICATIONS = "/api/v1/applications";
  // The variant of the home page with the shortest list.
  private static final String HOME = "/?showIncomplete=true";
  private static final String JSON = "application/json";
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int MAX_APPLICATIONS = 10_000;

  private static final Duration ENTRY_LIFE = Duration.ofSeconds(1);
  // The log of a killed driver never gets an end.
  private static final Duration MAX_LOG_AGE = Duration.ofDays(7);
  // The History Server reads a log some time after the application's end. If that takes longer, the
  // WAR requests the application itself.
  private static final Duration RECENT_END = Duration.ofMinutes(30);
  private static final Duration LIST_INTERVAL = Duration.ofSeconds(2);
  private static final Duration RECHECK_INTERVAL = Duration.ofMinutes(5);
  private static final Duration LOG_TIMEOUT = Duration.ofMinutes(2);
  // The WAR requests a list that takes long less often: for at most a twentieth of the time.
  private static final int LIST_TIME_FACTOR = 20;
  private static final DateTimeFormatter SPARK_DATE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'GMT'").withZone(ZoneOffset.UTC);

  private final HistoryServerClient client;
  private final IdentityHeaders caller;
  private final HttpCatalog.LastKnown lastKnown;
  private final InstantSource clock;
  private final ExpiringCache<String, Optional<Entry>> entries;
  private final ExpiringCache<String, LogScan> scans;
  private final ExpiringCache<String, Boolean> incomplete;
  private final ExpiringCache<String, Boolean> complete;
  private final ExpiringCache<String, Boolean> listed;
  private final PacedList recentlyCompleted = new PacedList();
  private final PacedList running = new PacedList();

  CallerCatalog(
      HistoryServerClient client,
      IdentityHeaders caller,
      HttpCatalog.LastKnown lastKnown,
      InstantSource clock) {
    this.client = client;
    this.caller = caller;
    this.lastKnown = lastKnown;
    this.clock = clock;
    this.entries = new ExpiringCache<>(MAX_APPLICATIONS, ENTRY_LIFE, clock);
    this.scans = new ExpiringCache<>(1, ENTRY_LIFE, clock);
    this.incomplete = new ExpiringCache<>(MAX_APPLICATIONS, RECHECK_INTERVAL, clock);
    this.complete = new ExpiringCache<>(MAX_APPLICATIONS, RECENT_END, clock);
    this.listed = new ExpiringCache<>(MAX_APPLICATIONS, RECHECK_INTERVAL, clock);
  }

  @Override
  public CatalogStatus status(ApplicationId id, Freshness freshness) {
    Optional<Entry> entry = freshness == Freshness.RECENT ? entry(id) : fetchEntry(id);
    return entry.map(Entry::status).orElse(CatalogStatus.UNKNOWN);
  }

  @Override
  public Optional<String> newestAttempt(ApplicationId id) {
    return entry(id).flatMap(Entry::attempt);
  }

  @Override
  public boolean isComplete(ApplicationId id) {
    recentlyCompleted.readIfDue(
        now -> "?status=completed&minEndDate=" + SPARK_DATE.format(now.minus(RECENT_END)),
        entry -> complete.put(entry.id(), true));
    if (complete.get(id.value()).isPresent()) {
      return true;
    }
    if (incomplete.get(id.value()).isPresent()) {
      return false;
    }
    boolean isComplete = status(id) == CatalogStatus.COMPLETE;
    (isComplete ? complete : incomplete).put(id.value(), true);
    return isComplete;
  }

  @Override
  public boolean isListed(ApplicationId id) {
    running.readIfDue(now -> "?status=running", entry -> listed.put(entry.id(), true));
    return listed.get(id.value()).isPresent() || complete.get(id.value()).isPresent();
  }

  /** Requests the fields again each minute: the History Server may have another version by now. */
  @Override
  public Optional<EntryFields> entryFields() {
    return lastKnown.freshFields().or(this::fetchFields).or(lastKnown::fields);
  }

  private Optional<EntryFields> fetchFields() {
    Optional<EntryFields> fields =
        client
            .get(
                caller,
                APPLICATIONS + "?limit=1",
                JSON,
                HistoryServerClient.SHORT_TIMEOUT,
                response -> {
                  if (response.status() != OK) {
                    throw unexpectedStatus(response);
                  }
                  return CatalogJson.readFields(response.body());
                })
            .flatMap(first -> first);
    fields.ifPresent(lastKnown::putFields);
    return fields;
  }

  @Override
  public boolean hasScannedSince(Instant moment) {
    return scans.get(HOME).or(this::fetchScan).map(scan -> scan.covers(moment)).orElse(true);
  }

  private Optional<LogScan> fetchScan() {
    Optional<LogScan> scan =
        client
            .get(
                caller,
                HOME,
                "text/html",
                HistoryServerClient.SHORT_TIMEOUT,
                response -> {
                  if (response.status() != OK) {
                    throw unexpectedStatus(response);
                  }
                  return HomePageScraper.scan(
                      new String(response.body().readAllBytes(), StandardCharsets.UTF_8),
                      response
                          .date()
                          .map(date -> Duration.between(clock.instant(), date))
                          .orElse(Duration.ZERO));
                })
            .flatMap(scanned -> scanned);
    scan.ifPresent(known -> scans.put(HOME, known));
    return scan;
  }

  @Override
  public Optional<EventLogEndpoint> loggedDriver(ApplicationId id) {
    Instant oldest = clock.instant().minus(MAX_LOG_AGE);
    return entry(id)
        .filter(entry -> entry.lastUpdated().isAfter(oldest))
        .flatMap(entry -> settings(id, entry))
        .flatMap(EventLogEndpoint::in);
  }

  private Optional<Entry> entry(ApplicationId id) {
    return entries.get(id.value()).orElseGet(() -> fetchEntry(id));
  }

  private Optional<Entry> fetchEntry(ApplicationId id) {
    Optional<Optional<Entry>> fetched =
        client.get(
            caller,
            APPLICATIONS + "/" + id,
            JSON,
            HistoryServerClient.SHORT_TIMEOUT,
            response ->
                switch (response.status()) {
                  case OK -> Optional.of(CatalogJson.readEntry(response.body()));
                  case NOT_FOUND -> Optional.empty();
                  default -> throw unexpectedStatus(response);
                });
    fetched.ifPresent(entry -> lastKnown.put(id.value(), entry));
    Optional<Entry> entry = fetched.orElseGet(() -> lastKnown.of(id.value()));
    entries.put(id.value(), entry);
    return entry;
  }

  private Optional<Map<String, String>> settings(ApplicationId id, Entry entry) {
    String attempt = entry.attempt().map(number -> "/" + number).orElse("");
    return client.get(
        caller,
        APPLICATIONS + "/" + id + attempt + "/environment",
        JSON,
        LOG_TIMEOUT,
        response -> {
          if (response.status() != OK) {
            throw unexpectedStatus(response);
          }
          return CatalogJson.readSettings(response.body());
        });
  }

  /** A list that the WAR requests every other second at most, a long one less often. */
  private final class PacedList {
    private Instant next = Instant.MIN;

    /**
     * Requests the list, unless the last request was a moment ago.
     *
     * @param query makes the query of the request at a time
     * @param consumer receives each entry
     */
    synchronized void readIfDue(Function<Instant, String> query, Consumer<Entry> consumer) {
      Instant now = clock.instant();
      if (now.isBefore(next)) {
        return;
      }
      Optional<Boolean> unused =
          client.get(
              caller,
              APPLICATIONS + query.apply(now),
              JSON,
              HistoryServerClient.SHORT_TIMEOUT,
              response -> {
                if (response.status() != OK) {
                  throw unexpectedStatus(response);
                }
                CatalogJson.readList(response.body(), consumer);
                return true;
              });
      Instant end = clock.instant();
      Duration pause = Duration.between(now, end).multipliedBy(LIST_TIME_FACTOR);
      next = end.plus(pause.compareTo(LIST_INTERVAL) > 0 ? pause : LIST_INTERVAL);
    }
  }

  private static IOException unexpectedStatus(HistoryServerClient.Received response) {
    return new IOException("the History Server responds with " + response.status());
  }
}
