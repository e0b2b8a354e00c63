// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** The requests for pods that the stand-in received, in order. Thread-safe. */
public final class RequestLog {
  private final List<LoggedRequest> all = new CopyOnWriteArrayList<>();

  RequestLog() {}

  /**
   * A request that arrived, whatever the response was.
   *
   * @param at the time of arrival
   * @param verb {@code list}, {@code watch} or {@code get}
   * @param namespace empty for all namespaces
   * @param query as received; empty if there was none
   * @param accept the {@code Accept} header; empty if there was none
   * @param acceptEncoding the {@code Accept-Encoding} header; empty if there was none
   * @param impersonation the headers whose names begin with {@code Impersonate-}, as {@code name:
   *     value}
   */
  public record LoggedRequest(
      Instant at,
      String verb,
      Optional<String> namespace,
      String query,
      String userAgent,
      String accept,
      String acceptEncoding,
      List<String> impersonation) {}

  void add(LoggedRequest entry) {
    all.add(entry);
  }

  /** All requests. */
  public List<LoggedRequest> all() {
    return List.copyOf(all);
  }

  /** The number of requests with this verb. */
  public long count(String verb) {
    return all.stream().filter(entry -> entry.verb().equals(verb)).count();
  }

  /** The number of requests with this verb in one namespace. */
  public long count(String verb, String namespace) {
    return all.stream()
        .filter(entry -> entry.verb().equals(verb))
        .filter(entry -> entry.namespace().equals(Optional.of(namespace)))
        .count();
  }

  /** Removes all entries. */
  public void clear() {
    all.clear();
  }
}
