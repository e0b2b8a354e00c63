package io.sparklive.overview;

import io.sparklive.application.ApplicationId;
import io.sparklive.history.HistoryCatalog;
import io.sparklive.history.Knowledge;
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
final class Completed {
  private static final Logger LOG = LoggerFactory.getLogger(Completed.class);
  private static final Duration LIFE = Duration.ofSeconds(1);

  private final HistoryCatalog catalog;
  private volatile Answers answers = new Answers(Instant.EPOCH, Map.of());

  private record Answers(Instant since, Map<ApplicationId, Boolean> complete) {}

  Completed(HistoryCatalog catalog) {
    this.catalog = catalog;
  }

  /** Whether the application is one of them, or nobody knows: the list does not show it either. */
  boolean mayHold(ApplicationId id, Instant now) {
    if (!now.isBefore(answers.since().plus(LIFE))) {
      answers = new Answers(now, new ConcurrentHashMap<>());
    }
    return answers.complete().computeIfAbsent(id, this::ask);
  }

  private boolean ask(ApplicationId id) {
    try {
      return catalog.knowledgeOf(id) == Knowledge.COMPLETE;
    } catch (RuntimeException | LinkageError e) {
      LOG.debug("The catalog does not answer; CatalogWatch says so where people look", e);
      return true;
    }
  }
}
