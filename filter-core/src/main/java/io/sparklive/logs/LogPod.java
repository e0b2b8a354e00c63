// SPDX-License-Identifier: Apache-2.0
package io.sparklive.logs;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.LiveApplication;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * A pod, as far as its logs need it.
 *
 * @param uid unique among all pods of the cluster, also later ones of the same name
 * @param applicationId the id in its label {@code spark-app-selector}; empty if it has none
 * @param role the value of its label {@code spark-role}: {@code driver} or {@code executor}
 * @param executor the value of its label {@code spark-exec-id}; empty for a driver
 * @param owners the uids of its owners
 * @param phase such as {@code Running}
 * @param reason why it is in that phase, such as {@code Evicted}; empty if it has no reason
 * @param containers its init containers, then its other containers
 */
record LogPod(
    String name,
    String uid,
    String applicationId,
    String role,
    String executor,
    Set<String> owners,
    String phase,
    String reason,
    List<Container> containers) {
  static final String DRIVER = "driver";

  /** The kind of source of a driver pod; its key ends with the uid of the pod. */
  private static final String DRIVER_POD_SOURCE = "pod";

  /** The driver first, then the executors by number. */
  static final Comparator<LogPod> ORDER =
      Comparator.comparing((LogPod pod) -> !pod.role.equals(DRIVER))
          .thenComparing(pod -> pod.executor.length())
          .thenComparing(LogPod::executor)
          .thenComparing(LogPod::name);

  /**
   * A container of a pod.
   *
   * @param isInit whether it is an init container
   * @param state {@code waiting}, {@code running} or {@code terminated}
   * @param reason why it is in that state, such as {@code OOMKilled, exit code 137}
   * @param restarts how often it was restarted; if it was, the previous instance has a log too
   */
  record Container(String name, boolean isInit, String state, String reason, int restarts) {}

  /**
   * Whether this is a pod of the application: by its label, and if the driver has a pod, by that
   * pod, which owns the executors ({@code ExecutorPodsAllocator}). The reason: a driver can report
   * the id of another application, and its user must not see the logs of that one.
   */
  boolean isOf(LiveApplication application) {
    return isOf(application.id())
        && (!application.source().kind().equals(DRIVER_POD_SOURCE)
            || isSource(uid, application)
            || owners.stream().anyMatch(owner -> isSource(owner, application)));
  }

  private boolean isOf(ApplicationId id) {
    return applicationId.equals(id.value());
  }

  private static boolean isSource(String uid, LiveApplication application) {
    return !uid.isEmpty() && application.source().key().endsWith(" " + uid);
  }
}
