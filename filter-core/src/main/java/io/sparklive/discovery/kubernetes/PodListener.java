// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

/** Receives the events of a {@link PodWatch}. One thread delivers all events of a pod. */
interface PodListener {
  /** Receives a new or changed pod. The same state may be delivered again. */
  void onPod(Pod pod);

  /**
   * Receives the last state of a pod that was deleted or does not match the query any more, before
   * {@link #onPodDeleted}. If that happened while the watch was interrupted, this state is lost.
   */
  default void onLastState(Pod pod) {}

  /** Receives the uid of a deleted pod that was delivered before. */
  void onPodDeleted(String uid);
}
