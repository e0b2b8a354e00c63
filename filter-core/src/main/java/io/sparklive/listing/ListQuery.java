// SPDX-License-Identifier: Apache-2.0
package io.sparklive.listing;

import io.sparklive.application.LiveApplication;
import java.nio.charset.StandardCharsets;
import java.text.ParsePosition;
import java.text.SimpleDateFormat;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TimeZone;
import java.util.stream.Collectors;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.util.UrlEncoded;
import org.jspecify.annotations.Nullable;

/**
 * The query of a request for {@code /api/v1/applications}: decides which applications belong to the
 * list, and how many. The filter reads and applies the parameters exactly as Spark does ({@code
 * ApplicationListResource}, {@code SimpleDateParam}).
 */
final class ListQuery {
  /** No limit. The History Server's home page sends this number. */
  static final int UNLIMITED = Integer.MAX_VALUE;

  // Spark's defaults for missing parameters.
  private static final long EARLIEST = Instant.parse("2010-01-01T00:00:00Z").toEpochMilli();
  private static final long LATEST = Instant.parse("3000-01-01T00:00:00Z").toEpochMilli();

  private final Set<String> statuses;
  private final long minDate;
  private final long maxDate;
  private final long minEndDate;
  private final long maxEndDate;
  private final int limit;

  private ListQuery(Fields fields) throws InvalidQueryException {
    statuses = statuses(fields);
    minDate = date(fields, "minDate", EARLIEST);
    maxDate = date(fields, "maxDate", LATEST);
    minEndDate = date(fields, "minEndDate", EARLIEST);
    maxEndDate = date(fields, "maxEndDate", LATEST);
    limit = limit(fields);
  }

  /**
   * Parses a query.
   *
   * @param query the raw query of the request line; null if there is none
   * @return empty if the query is invalid: the History Server then responds with an error
   */
  static Optional<ListQuery> parse(@Nullable String query) {
    Fields fields = new Fields(true);
    try {
      if (query != null) {
        UrlEncoded.decodeTo(query, fields::add, StandardCharsets.UTF_8);
      }
      return Optional.of(new ListQuery(fields));
    } catch (InvalidQueryException | IllegalArgumentException e) {
      // The History Server's own response names the error.
      return Optional.empty();
    }
  }

  /** How many entries the list has at most, {@link #UNLIMITED} if there is no limit. */
  int limit() {
    return limit;
  }

  /** Whether an application that has run belongs to the list, apart from the limit. */
  boolean covers(LiveApplication application, Instant now) {
    if (application.state().isRunning()) {
      return coversRunning(application, now);
    }
    long ended = application.ended().orElse(now).toEpochMilli();
    return startedInTime(application)
        && statuses.contains("COMPLETED")
        && ended >= minEndDate
        && ended <= maxEndDate;
  }

  /** Whether the application would belong to the list if it were running. */
  boolean coversRunning(LiveApplication application, Instant now) {
    return startedInTime(application)
        && statuses.contains("RUNNING")
        && maxEndDate > now.toEpochMilli();
  }

  /** Whether the application would belong to the list if it were completed, whenever it ended. */
  boolean coversCompleted(LiveApplication application) {
    return startedInTime(application)
        && statuses.contains("COMPLETED")
        && minEndDate == EARLIEST
        && maxEndDate == LATEST;
  }

  private boolean startedInTime(LiveApplication application) {
    long started = application.info().started().toEpochMilli();
    return started >= minDate && started <= maxDate;
  }

  private static Set<String> statuses(Fields fields) throws InvalidQueryException {
    List<String> values = fields.getValuesOrEmpty("status");
    if (values.isEmpty()) {
      return Set.of("COMPLETED", "RUNNING");
    }
    Set<String> statuses =
        values.stream()
            .filter(status -> !status.isEmpty())
            .map(status -> status.toUpperCase(Locale.ROOT))
            .collect(Collectors.toSet());
    if (!List.of("COMPLETED", "RUNNING").containsAll(statuses)) {
      throw new InvalidQueryException();
    }
    return statuses;
  }

  private static int limit(Fields fields) throws InvalidQueryException {
    String first = fields.getValuesOrEmpty("limit").stream().findFirst().orElse("");
    if (first.isEmpty()) {
      return UNLIMITED;
    }
    try {
      return Math.max(0, Integer.parseInt(first));
    } catch (NumberFormatException e) {
      throw new InvalidQueryException();
    }
  }

  @SuppressWarnings("JavaUtilDate") // only Spark's own class reads dates as Spark does
  private static long date(Fields fields, String name, long defaultDate)
      throws InvalidQueryException {
    String first = fields.getValuesOrEmpty(name).stream().findFirst().orElse("");
    if (first.isEmpty()) {
      return defaultDate;
    }
    // Formats are not thread-safe. This one is Spark's: lenient, and ignores trailing text.
    for (String pattern : Arrays.asList("yyyy-MM-dd'T'HH:mm:ss.SSSz", "yyyy-MM-dd")) {
      SimpleDateFormat format = new SimpleDateFormat(pattern, Locale.US);
      format.setTimeZone(TimeZone.getTimeZone("GMT"));
      Date date = format.parse(first, new ParsePosition(0));
      if (date != null) {
        return date.getTime();
      }
    }
    throw new InvalidQueryException();
  }

  /** The query is invalid: the History Server responds with an error. */
  private static final class InvalidQueryException extends Exception {
    private static final long serialVersionUID = 1L;
  }
}
