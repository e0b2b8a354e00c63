// SPDX-License-Identifier: Apache-2.0
package io.sparklive.logs;

import io.sparklive.http.QueryParameters;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The part of a log that a request names in its query.
 *
 * @param container the container; empty if the pod has only one
 * @param previous whether it is the log of the instance before the last restart
 * @param follow whether the response continues while the container writes
 * @param timestamps whether each line begins with the time at which it was written
 * @param tail how many of the last lines; empty for all
 * @param since the time of the first line, in whole seconds
 * @param download whether browsers store the log as a file
 */
public record LogQuery(
    Optional<String> container,
    boolean previous,
    boolean follow,
    boolean timestamps,
    Optional<String> tail,
    Optional<Instant> since,
    boolean download) {
  // A name of a container is a DNS label (RFC 1123).
  private static final Pattern CONTAINER = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");
  private static final Pattern LINES = Pattern.compile("[0-9]{1,9}");

  /**
   * Parses a query. Parameters without a meaning here are ignored.
   *
   * @param query the raw query; null if the request has none
   * @return empty if a value is not valid
   */
  public static Optional<LogQuery> parse(@Nullable String query) {
    Optional<String> container = QueryParameters.first(query, "container");
    Optional<String> tail = QueryParameters.first(query, "tail");
    Optional<String> sinceTime = QueryParameters.first(query, "sinceTime");
    Optional<Instant> since = sinceTime.flatMap(LogQuery::time);
    boolean isValid =
        container.map(name -> CONTAINER.matcher(name).matches()).orElse(true)
            && tail.map(lines -> LINES.matcher(lines).matches()).orElse(true)
            && since.isPresent() == sinceTime.isPresent();
    return isValid
        ? Optional.of(
            new LogQuery(
                container,
                isSet(query, "previous"),
                isSet(query, "follow"),
                isSet(query, "timestamps"),
                tail,
                since,
                isSet(query, "download")))
        : Optional.empty();
  }

  private static boolean isSet(@Nullable String query, String flag) {
    return QueryParameters.first(query, flag).map("true"::equals).orElse(false);
  }

  private static Optional<Instant> time(String text) {
    try {
      return Optional.of(Instant.parse(text).truncatedTo(ChronoUnit.SECONDS));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** The parameters of the API server for this part ({@code PodLogOptions}). */
  Map<String, String> parameters() {
    Map<String, String> parameters = new HashMap<>();
    container.ifPresent(name -> parameters.put("container", name));
    tail.ifPresent(lines -> parameters.put("tailLines", lines));
    since.ifPresent(time -> parameters.put("sinceTime", time.toString()));
    putIf(previous, "previous", parameters);
    // The previous instance writes no more.
    putIf(follow && !previous, "follow", parameters);
    putIf(timestamps, "timestamps", parameters);
    return parameters;
  }

  private static void putIf(boolean isSet, String flag, Map<String, String> parameters) {
    if (isSet) {
      parameters.put(flag, "true");
    }
  }
}
