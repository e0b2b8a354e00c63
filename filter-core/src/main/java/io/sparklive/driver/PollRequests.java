// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import io.sparklive.application.LiveApplication;
import io.sparklive.concurrent.AsyncLimiter;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The requests of one poll to one driver. Keeps the longest response time, and whether the driver
 * responded to each request.
 */
final class PollRequests {
  private final DriverApi drivers;
  private final InstantSource clock;
  private final LiveApplication application;
  // Requests follow each other, on different threads.
  private volatile Duration longestResponse = Duration.ZERO;
  private volatile boolean complete = true;

  /**
   * @param application an application that has an address
   */
  PollRequests(DriverApi drivers, InstantSource clock, LiveApplication application) {
    this.drivers = drivers;
    this.clock = clock;
    this.application = application;
  }

  /**
   * A response of the driver.
   *
   * @param value the parsed body; empty if the driver did not respond with one
   * @param exists false if the driver responded with 404
   */
  record Found<T>(Optional<T> value, boolean exists) {}

  @FunctionalInterface
  interface Parser<T> {
    T parse(byte[] json) throws IOException;
  }

  /**
   * Gets a resource of the application.
   *
   * @param path the path below the application, with its first slash, and the query
   * @return the response; never failed
   */
  <T> CompletableFuture<Found<T>> get(
      String path, int maxBytes, AsyncLimiter limiter, Parser<T> parser) {
    return limiter
        .submit(() -> getTimed(path, maxBytes), DriverRequests.PROMPT)
        .thenApply(
            response -> {
              Optional<T> value = response.body().flatMap(json -> parse(json, parser));
              complete &= value.isPresent() || response.isNotFound();
              return new Found<>(value, !response.isNotFound());
            });
  }

  private CompletableFuture<DriverApi.Resource> getTimed(String path, int maxBytes) {
    Instant start = clock.instant();
    return drivers
        .get(application.id(), application.address().orElseThrow(), path, maxBytes)
        .whenComplete(
            (json, failure) -> {
              Duration time = Duration.between(start, clock.instant());
              longestResponse = longestResponse.compareTo(time) < 0 ? time : longestResponse;
            });
  }

  private static <T> Optional<T> parse(byte[] json, Parser<T> parser) {
    try {
      return Optional.of(parser.parse(json));
    } catch (IOException | IllegalStateException | NumberFormatException e) {
      // Not the JSON of a driver: Gson throws several exceptions.
      return Optional.empty();
    }
  }

  /** Whether the driver responded to each request so far. */
  boolean isComplete() {
    return complete;
  }

  /** The longest time that the driver has taken for one response so far. */
  Duration longestResponse() {
    return longestResponse;
  }
}
