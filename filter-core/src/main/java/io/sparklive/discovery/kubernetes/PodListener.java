package io.sparklive.discovery.kubernetes;

/** Hears of pods. Each pod is told by one thread. */
interface PodListener {
  /** This pod is there, and looks like this now. The same may be told again. */
  void onPod(Pod pod);

  /** The pod of this uid, which was told before, is there no longer. */
  void onPodDeleted(String uid);
}
