// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The last 1000 applications that were removed from the registry, for the overview, and for the
 * texts of their pages if a user opens one of these again. Not thread-safe.
 */
final class RemovedApplications {
  private static final int MOST = 1000;

  private final Map<ApplicationId, EndedApplication> applications =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ApplicationId, EndedApplication> eldest) {
          return size() > MOST;
        }
      };

  /** Adds an application. An id that ended twice is the youngest of them again. */
  void add(EndedApplication ended) {
    applications.remove(ended.id());
    applications.put(ended.id(), ended);
  }

  /** Sets how the applications of a source ended. */
  void setEnd(SourceRef source, DriverEnd end) {
    applications.replaceAll(
        (id, ended) ->
            ended.application().source().equals(source) && ended.application().hasRun()
                ? ended.withEnd(end)
                : ended);
  }

  Optional<EndedApplication> find(ApplicationId id) {
    return Optional.ofNullable(applications.get(id));
  }

  Stream<EndedApplication> stream() {
    return applications.values().stream();
  }
}
