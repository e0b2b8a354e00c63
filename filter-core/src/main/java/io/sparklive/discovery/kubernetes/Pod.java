// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The part of a pod that discovery uses. {@link PodReader} creates it, and it is not kept.
 *
 * @param labels the labels that begin with {@code spark-}, and those with the name of a {@code
 *     SparkApplication}
 * @param deleted when a deleted pod has to be gone; empty unless it was deleted
 * @param owner the name of the pod that owns this pod
 * @param initContainers the init containers, in the order of their start
 * @param schedulingGates the names of the gates that hold the pod back
 * @param hostNetwork whether it has the address of its node, which it shares with other pods
 */
record Pod(
    String uid,
    String namespace,
    String name,
    String resourceVersion,
    Map<String, String> labels,
    Optional<Instant> created,
    Optional<Instant> deleted,
    Optional<String> owner,
    List<InitContainer> initContainers,
    List<Container> containers,
    List<String> schedulingGates,
    boolean hostNetwork,
    PodStatus status) {

  /**
   * A container as the specification declares it.
   *
   * @param image the image, as the user names it
   * @param env the variables that Spark sets and discovery reads
   * @param ports the ports that have a name, by this name
   */
  record Container(
      String name, String image, Map<String, String> env, Map<String, Integer> ports) {}

  /**
   * An init container as the specification declares it.
   *
   * @param image the image, as the user names it
   * @param isSidecar whether it goes on beside the other containers ({@code restartPolicy: Always})
   */
  record InitContainer(String name, String image, boolean isSidecar) {}
}
