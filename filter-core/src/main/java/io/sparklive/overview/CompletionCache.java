package io.sparklive.overview;

import io.sparklive.application.ApplicationId;
import io.sparklive.spi.HistoryCatalog;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which applications are complete, and so do not run, whatever is claimed. The catalog is asked
 * once a second for each, however many look.
 *
 * <p>Thread-safe.
 */
final class CompletionCache {
  private static final Logger LOG = LoggerFactory.getLogger(CompletionCache.class);
  private static final Duration LIFE = Duration.ofSeconds(1);

  private volatile Answers answers = new Answers(Instant.EPOCH, Map.of());

  private record Answers(Instant since, Map<ApplicationId, Boolean> complete) {}

  /** Whether the application is one of them, or nobody knows: the list does not show it either. */
  boolean mayHold(ApplicationId id, HistoryCatalog catalog, Instant now) {
    if (!now.isBefore(answers.since().plus(LIFE))) {
      answers = new Answers(now, new ConcurrentHashMap<>());
    }
    return answers.complete().computeIfAbsent(id, any -> isComplete(any, catalog));
  }

  private static boolean isComplete(ApplicationId id, HistoryCatalog catalog) {
    try {
      return catalog.isComplete(id);
    } catch (RuntimeException | LinkageError e) {
      LOG.debug("The catalog does not answer; HandoffPoller says so where people look", e);
      return true;
    }
  }
}
