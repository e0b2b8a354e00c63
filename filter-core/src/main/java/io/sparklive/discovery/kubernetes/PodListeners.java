// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import java.util.List;

/** Delivers each event of a watch to several listeners, in this order. */
record PodListeners(List<PodListener> listeners) implements PodListener {
  @Override
  public void onPod(Pod pod) {
    listeners.forEach(listener -> listener.onPod(pod));
  }

  @Override
  public void onPodDeleted(String uid) {
    listeners.forEach(listener -> listener.onPodDeleted(uid));
  }
}
