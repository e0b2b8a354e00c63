// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** The requests for pods that reached the stand-in, in order. Thread-safe. */
public final class RequestLog {
  private final List<Asked> all = new CopyOnWriteArrayList<>();

  RequestLog() {}

  /**
   * A request that arrived, whatever it was answered.
   *
   * @param at when it arrived
   * @param verb {@code list}, {@code watch} or {@code get}
   * @param namespace empty for all namespaces
   * @param query as it came; empty where there was none
   * @param accept the {@code Accept} header; empty where there was none
   * @param acceptEncoding the {@code Accept-Encoding} header; empty where there was none
   * @param impersonation the headers whose names begin with {@code Impersonate-}, as {@code name:
   *     value}
   */
  public record Asked(
      Instant at,
      String verb,
      Optional<String> namespace,
      String query,
      String userAgent,
      String accept,
      String acceptEncoding,
      List<String> impersonation) {}

  void add(Asked asked) {
    all.add(asked);
  }

  /** All of them. */
  public List<Asked> all() {
    return List.copyOf(all);
  }

  /** How many there were of a verb. */
  public long count(String verb) {
    return all.stream().filter(asked -> asked.verb().equals(verb)).count();
  }

  /** How many there were of a verb in one namespace. */
  public long count(String verb, String namespace) {
    return all.stream()
        .filter(asked -> asked.verb().equals(verb))
        .filter(asked -> asked.namespace().equals(Optional.of(namespace)))
        .count();
  }

  /** Forgets them. */
  public void clear() {
    all.clear();
  }
}
