// SPDX-License-Identifier: Apache-2.0
package io.sparklive.war;

import io.sparklive.application.ApplicationId;
import io.sparklive.concurrent.ExpiringCache;
import io.sparklive.spi.CatalogStatus;
import io.sparklive.spi.EntryFields;
import io.sparklive.spi.EventLogEndpoint;
import io.sparklive.spi.HistoryCatalog;
import io.sparklive.spi.RemoteHistoryCatalog;
import io.sparklive.upstream.CatalogJson.Entry;
import io.sparklive.upstream.HistoryServerClient;
import io.sparklive.upstream.IdentityHeaders;
import io.sparklive.upstream.RenewedCookies;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The catalog of a remote History Server. The WAR sends requests with the credentials of the
 * caller, and without credentials in the background. If the History Server does not respond, the
 * last status of an application stays valid; without one, the application is unknown.
 */
final class HttpCatalog implements RemoteHistoryCatalog {
  private static final Duration LIFE = Duration.ofMinutes(10);
  private static final int MAX_CALLERS = 200;

  private final HistoryServerClient client;
  private final RenewedCookies renewed;
  private final InstantSource clock;
  private final LastKnown lastKnown;
  private final ExpiringCache<String, CallerCatalog> callers;
  private final CallerCatalog anonymous;

  HttpCatalog(HistoryServerClient client, RenewedCookies renewed, InstantSource clock) {
    this.client = client;
    this.renewed = renewed;
    this.clock = clock;
    this.lastKnown = new LastKnown(clock);
    this.callers = new ExpiringCache<>(MAX_CALLERS, LIFE, clock);
    this.anonymous = new CallerCatalog(client, IdentityHeaders.ANONYMOUS, lastKnown, clock);
  }

  @Override
  public HistoryCatalog forCaller(HttpServletRequest request) {
    IdentityHeaders caller = renewed.identityOf(request);
    return callers
        .get(caller.toString())
        .orElseGet(
            () -> {
              CallerCatalog catalog = new CallerCatalog(client, caller, lastKnown, clock);
              callers.put(caller.toString(), catalog);
              return catalog;
            });
  }

  @Override
  public CatalogStatus status(ApplicationId id, Freshness freshness) {
    return anonymous.status(id, freshness);
  }

  @Override
  public boolean isComplete(ApplicationId id) {
    return anonymous.isComplete(id);
  }

  @Override
  public boolean isListed(ApplicationId id) {
    return anonymous.isListed(id);
  }

  @Override
  public Optional<String> newestAttempt(ApplicationId id) {
    return anonymous.newestAttempt(id);
  }

  @Override
  public boolean hasScannedSince(Instant moment) {
    return anonymous.hasScannedSince(moment);
  }

  @Override
  public Optional<EntryFields> entryFields() {
    return anonymous.entryFields();
  }

  @Override
  public Optional<EventLogEndpoint> loggedDriver(ApplicationId id) {
    return anonymous.loggedDriver(id);
  }

  /**
   * The last entries that the History Server returned for applications, to any caller. Whether an
   * application is complete, and which fields its entries have, does not depend on the caller.
   *
   * <p>Thread-safe.
   */
  static final class LastKnown {
    private static final int MAX_APPLICATIONS = 10_000;
    private static final Duration LIFE = Duration.ofHours(12);
    private static final Duration FRESH = Duration.ofMinutes(1);

    private final InstantSource clock;
    private final ExpiringCache<String, Optional<Entry>> entries;
    private volatile @Nullable DatedFields fields;

    private record DatedFields(EntryFields fields, Instant at) {}

    LastKnown(InstantSource clock) {
      this.clock = clock;
      entries = new ExpiringCache<>(MAX_APPLICATIONS, LIFE, clock);
    }

    void put(String id, Optional<Entry> entry) {
      entries.put(id, entry);
    }

    void putFields(EntryFields current) {
      fields = new DatedFields(current, clock.instant());
    }

    /** The fields, if the WAR has read them within the last minute. */
    Optional<EntryFields> freshFields() {
      return Optional.ofNullable(fields)
          .filter(last -> clock.instant().isBefore(last.at().plus(FRESH)))
          .map(DatedFields::fields);
    }

    /** The fields that the WAR has read last. */
    Optional<EntryFields> fields() {
      return Optional.ofNullable(fields).map(DatedFields::fields);
    }

    Optional<Entry> of(String id) {
      return entries.get(id).flatMap(entry -> entry);
    }
  }
}
