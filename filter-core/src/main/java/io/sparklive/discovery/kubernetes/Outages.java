// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import io.sparklive.kubernetes.ApiFailure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs each outage once when it begins and once when it ends, however many watches fail because of
 * it.
 *
 * <p>Thread-safe.
 */
final class Outages {
  private static final Logger LOG = LoggerFactory.getLogger(Outages.class);

  private final InstantSource clock;
  private final Map<String, Outage> byCause = new HashMap<>();

  private record Outage(Instant since, Set<PodWatch> watches) {}

  Outages(InstantSource clock) {
    this.clock = clock;
  }

  /** Records a failure of this watch, the first one or a further one. */
  synchronized void recordFailure(PodWatch watch, ApiFailure failure) {
    // A denial concerns one namespace; any other failure concerns the whole API server.
    String cause =
        failure.kind() == ApiFailure.Kind.FORBIDDEN ? watch.query().scope() : "API server";
    Outage outage = byCause.get(cause);
    if (outage == null) {
      outage = new Outage(clock.instant(), new HashSet<>());
      byCause.put(cause, outage);
      String format = "Kubernetes watch lost: {}";
      if (failure.kind() == ApiFailure.Kind.UNREADABLE) {
        LOG.warn(format, failure.getMessage(), failure);
      } else {
        LOG.warn(format, failure.getMessage());
      }
    }
    outage.watches().add(watch);
    byCause
        .entrySet()
        .removeIf(entry -> !entry.getKey().equals(cause) && removeWatch(entry, watch));
  }

  /** Records that this watch works. */
  synchronized void recordSuccess(PodWatch watch) {
    byCause.entrySet().removeIf(entry -> removeWatch(entry, watch));
  }

  /** Removes a watch from an outage; returns whether the outage ends, which is logged. */
  private boolean removeWatch(Map.Entry<String, Outage> entry, PodWatch watch) {
    Outage outage = entry.getValue();
    if (!outage.watches().remove(watch) || !outage.watches().isEmpty()) {
      return false;
    }
    LOG.info(
        "Kubernetes watch restored after {} s: {}",
        Duration.between(outage.since(), clock.instant()).toSeconds(),
        entry.getKey());
    return true;
  }
}
