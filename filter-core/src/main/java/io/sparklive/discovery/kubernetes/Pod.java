package io.sparklive.discovery.kubernetes;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What discovery reads of a pod; made by {@link PodReader} and thrown away soon.
 *
 * @param labels those that begin with {@code spark-}
 * @param owner the name of the pod that owns it
 * @param hostNetwork whether it has the address of its node, which it shares with other pods
 * @param phase such as {@code Running}; empty where only metadata was read
 * @param ip its address
 * @param started when the kubelet took it
 * @param changed when one of its conditions last changed
 * @param statuses what is known of its containers, by their names
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
   * A container as it was asked for.
   *
   * @param env the variables that Spark sets and discovery reads
   * @param ports those with a name, by it
   */
  record Container(String name, Map<String, String> env, Map<String, Integer> ports) {}

  /**
   * A container as it is.
   *
   * @param began when it began; empty while it waits to
   * @param ended when it ended; empty unless it has
   */
  record ContainerStatus(ContainerState state, Optional<Instant> began, Optional<Instant> ended) {}

  /** The three states a container is in. */
  enum ContainerState {
    WAITING,
    RUNNING,
    TERMINATED
  }
}
