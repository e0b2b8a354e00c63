package io.sparklive.history;

import io.sparklive.application.ApplicationId;
import java.util.Optional;

/**
 * The History Server's catalog. Implementations are thread-safe, and quick enough for a request's
 * thread: they replay no event log.
 */
public interface HistoryCatalog {
  /**
   * What the History Server knows of this application now.
   *
   * @throws RuntimeException when the History Server cannot answer; callers then leave the request
   *     to it
   */
  Knowledge knowledgeOf(ApplicationId id);

  /**
   * The newest attempt of an application whose attempts the History Server tells apart: its pages
   * are then under {@code /history/<id>/<attempt>/} and nowhere else.
   */
  Optional<String> newestAttempt(ApplicationId id);

  /**
   * Where the event log of an application says that its driver is; empty where it does not say, or
   * has not grown for a long time. This one is slow: it replays the log.
   *
   * @throws RuntimeException when the History Server cannot answer
   */
  Optional<LoggedDriver> loggedDriver(ApplicationId id);
}
