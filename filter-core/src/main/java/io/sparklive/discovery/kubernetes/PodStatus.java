// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The part of the status of a pod that discovery uses.
 *
 * @param phase such as {@code Running}; empty if only metadata was read
 * @param reason why the pod failed, such as {@code Evicted}; empty if no program has written one
 * @param message the same in words
 * @param ip its address
 * @param started when the kubelet accepted it
 * @param changed when one of its conditions last changed
 * @param conditions its conditions, by their types
 * @param initContainers the statuses of its init containers, by their names
 * @param containers the statuses of its containers, by their names
 */
record PodStatus(
    String phase,
    String reason,
    String message,
    Optional<String> ip,
    Optional<Instant> started,
    Optional<Instant> changed,
    Map<String, Condition> conditions,
    Map<String, Container> initContainers,
    Map<String, Container> containers) {
  static final PodStatus NONE =
      new PodStatus(
          "",
          "",
          "",
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Map.of(),
          Map.of(),
          Map.of());

  /** The condition of this type, if it is true. */
  Optional<Condition> ifTrue(String type) {
    return Optional.ofNullable(conditions.get(type))
        .filter(condition -> condition.status().equals("True"));
  }

  /** The condition of this type, if it is false. */
  Optional<Condition> ifFalse(String type) {
    return Optional.ofNullable(conditions.get(type))
        .filter(condition -> condition.status().equals("False"));
  }

  /**
   * A condition.
   *
   * @param status {@code True}, {@code False} or {@code Unknown}
   */
  record Condition(String status, String reason, String message) {}

  /**
   * The status of a container.
   *
   * @param restarts how often it was started again
   * @param state its current state
   * @param lastState its state before that; {@code WAITING} without a reason if there was none
   */
  record Container(int restarts, State state, State lastState) {}

  /**
   * A state of a container.
   *
   * @param reason why it waits or terminated, such as {@code ImagePullBackOff} or {@code OOMKilled}
   * @param message the same in words
   * @param exitCode present if it terminated
   * @param startedAt when it started; empty if it never did
   * @param finishedAt when it terminated; empty if it has not
   */
  record State(
      Phase phase,
      String reason,
      String message,
      OptionalInt exitCode,
      Optional<Instant> startedAt,
      Optional<Instant> finishedAt) {
    static final State NONE =
        new State(Phase.WAITING, "", "", OptionalInt.empty(), Optional.empty(), Optional.empty());

    boolean isTerminated() {
      return phase == Phase.TERMINATED;
    }
  }

  /** The states of a container in Kubernetes. */
  enum Phase {
    WAITING,
    RUNNING,
    TERMINATED
  }
}
