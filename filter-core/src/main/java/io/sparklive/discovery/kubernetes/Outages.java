package io.sparklive.discovery.kubernetes;

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
 * What is wrong at the moment, said once when it begins and once when it is over, however many
 * watches suffer from it.
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

  /** This watch has failed; it may have done so before. */
  synchronized void begun(PodWatch watch, ApiFailure failure) {
    // What is forbidden is so in one namespace; everything else concerns the whole API server.
    String cause =
        failure.kind() == ApiFailure.Kind.FORBIDDEN ? watch.query().where() : "the API server";
    Outage known = byCause.get(cause);
    if (known == null) {
      known = new Outage(clock.instant(), new HashSet<>());
      byCause.put(cause, known);
      String words = "Running applications cannot be seen as they change: {}";
      if (failure.kind() == ApiFailure.Kind.UNREADABLE) {
        LOG.warn(words, failure.getMessage(), failure);
      } else {
        LOG.warn(words, failure.getMessage());
      }
    }
    known.watches().add(watch);
    byCause.entrySet().removeIf(e -> !e.getKey().equals(cause) && isOver(e, watch));
  }

  /** This watch works. */
  synchronized void over(PodWatch watch) {
    byCause.entrySet().removeIf(entry -> isOver(entry, watch));
  }

  private boolean isOver(Map.Entry<String, Outage> entry, PodWatch watch) {
    Outage outage = entry.getValue();
    if (!outage.watches().remove(watch) || !outage.watches().isEmpty()) {
      return false;
    }
    LOG.info(
        "Running applications are seen as they change again: {} was out of reach for {} s",
        entry.getKey(),
        Duration.between(outage.since(), clock.instant()).toSeconds());
    return true;
  }
}
