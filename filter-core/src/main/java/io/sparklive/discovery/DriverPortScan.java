// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationInfo;
import io.sparklive.application.DriverAddress;
import io.sparklive.concurrent.AsyncLimiter;
import io.sparklive.driver.DriverApi;
import io.sparklive.driver.ProbeResult;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Probes several addresses, some at a time, for the driver of an application. An address that does
 * not respond delays neither the other probes nor the result if the driver responds elsewhere.
 */
public final class DriverPortScan {
  private static final int MAX_CONCURRENT_PROBES = 10;

  private final DriverApi api;

  public DriverPortScan(DriverApi api) {
    this.api = api;
  }

  /** The address of a driver that has responded, and the data of its application. */
  public record Found(DriverAddress address, ApplicationInfo info) {}

  /**
   * Probes these addresses.
   *
   * @return completes with the address at which the driver of this application responds first;
   *     empty if it responds at none
   */
  public CompletableFuture<Optional<Found>> find(ApplicationId id, List<DriverAddress> addresses) {
    CompletableFuture<Optional<Found>> result = new CompletableFuture<>();
    AsyncLimiter limiter = new AsyncLimiter(MAX_CONCURRENT_PROBES);
    CompletableFuture<?>[] probes =
        addresses.stream()
            .map(address -> limiter.submit(() -> probe(id, address, result)))
            .toArray(CompletableFuture[]::new);
    CompletableFuture<Void> unused =
        CompletableFuture.allOf(probes)
            .whenComplete(
                (all, failure) -> {
                  if (failure == null) {
                    result.complete(Optional.empty());
                  } else {
                    result.completeExceptionally(failure);
                  }
                });
    return result;
  }

  private CompletableFuture<Void> probe(
      ApplicationId id, DriverAddress address, CompletableFuture<Optional<Found>> result) {
    return result.isDone()
        ? CompletableFuture.completedFuture(null)
        : api.probe(address)
            .thenAccept(
                reply -> {
                  if (reply instanceof ProbeResult.Running running && running.id().equals(id)) {
                    result.complete(Optional.of(new Found(running.address(), running.info())));
                  }
                });
  }
}
