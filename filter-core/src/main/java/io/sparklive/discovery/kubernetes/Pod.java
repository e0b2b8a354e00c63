// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The part of a pod that discovery uses. {@link PodReader} creates it, and it is not kept.
 *
 * @param labels the labels that begin with {@code spark-}
 * @param owner the name of the pod that owns this pod
 * @param hostNetwork whether it has the address of its node, which it shares with other pods
 * @param phase such as {@code Running}; empty if only metadata was read
 * @param ip its address
 * @param started when the kubelet accepted it
 * @param changed when one of its conditions last changed
 * @param statuses the statuses of its containers, by their names
 */
record Pod(
    String uid,
    String namespace,
    String name,
    String resourceVersion,
    Map<String, String> labels,
    Optional<Instant> created,
    Optional<String> owner,
    List<Container> containers,
    boolean hostNetwork,
    String phase,
    Optional<String> ip,
    Optional<Instant> started,
    Optional<Instant> changed,
    Map<String, ContainerStatus> statuses) {

  /**
   * A container as the specification declares it.
   *
   * @param env the variables that Spark sets and discovery reads
   * @param ports the ports that have a name, by this name
   */
  record Container(String name, Map<String, String> env, Map<String, Integer> ports) {}

  /**
   * The current status of a container.
   *
   * @param startedAt when it started; empty while it waits
   * @param finishedAt when it terminated; empty if it has not
   */
  record ContainerStatus(
      ContainerState state, Optional<Instant> startedAt, Optional<Instant> finishedAt) {}

  /** The states of a container in Kubernetes. */
  enum ContainerState {
    WAITING,
    RUNNING,
    TERMINATED
  }
}
