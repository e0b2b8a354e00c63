package io.sparklive.discovery;

import io.sparklive.application.ApplicationFacts;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.DriverAddress;
import io.sparklive.driver.DriverApi;
import io.sparklive.driver.DriverReply;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** Asks one address after the other, some at once, for the driver of an application. */
final class DriverSearch {
  private static final int AT_ONCE = 10;

  private final DriverApi api;

  DriverSearch(DriverApi api) {
    this.api = api;
  }

  /** A driver that has answered, and what it said of its application. */
  record Found(DriverAddress address, ApplicationFacts facts) {}

  /** The first of these addresses at which the driver of this application answers. */
  CompletableFuture<Optional<Found>> find(ApplicationId id, List<DriverAddress> addresses) {
    if (addresses.isEmpty()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    int some = Math.min(AT_ONCE, addresses.size());
    List<CompletableFuture<DriverReply>> replies =
        addresses.subList(0, some).stream().map(api::whatRunsAt).toList();
    return CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new))
        .thenApply(
            all ->
                IntStream.range(0, some)
                    .mapToObj(i -> found(id, replies.get(i).join()))
                    .flatMap(Optional::stream)
                    .findFirst())
        .thenCompose(
            found ->
                found.isPresent()
                    ? CompletableFuture.completedFuture(found)
                    : find(id, addresses.subList(some, addresses.size())));
  }

  private static Optional<Found> found(ApplicationId id, DriverReply reply) {
    return reply instanceof DriverReply.Runs runs && runs.id().equals(id)
        ? Optional.of(new Found(runs.address(), runs.facts()))
        : Optional.empty();
  }
}
