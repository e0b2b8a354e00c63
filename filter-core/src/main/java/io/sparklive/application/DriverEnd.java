// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import java.util.OptionalInt;
import java.util.Set;

/**
 * How a driver ended, by the status of its pod.
 *
 * @param ran whether its container ran at all
 * @param exitCode the exit code of its container; empty if there is none, or it is unknown
 * @param reason the reason in the words of Kubernetes, such as {@code OOMKilled} or {@code Evicted}
 * @param text the end for people: one line of at most 300 characters
 */
public record DriverEnd(boolean ran, OptionalInt exitCode, String reason, String text) {
  /** The reason of a container that ended with the exit code 0. */
  public static final String COMPLETED = "Completed";

  /** The reason of a pod that was deleted, by a user or a program. */
  public static final String DELETED = "Deleted";

  /** The label of all reasons that Kubernetes may add. */
  public static final String OTHER = "other";

  private static final int LONGEST_REASON = 64;
  // Of containers (kubelet and container runtimes), of pods (kubelet and controllers), and of the
  // condition DisruptionTarget.
  private static final Set<String> REASONS =
      Set.of(
          COMPLETED,
          "Error",
          "OOMKilled",
          "StartError",
          "ContainerCannotRun",
          "ContainerStatusUnknown",
          DELETED,
          "Evicted",
          "DeadlineExceeded",
          "NodeLost",
          "NodeShutdown",
          "Terminated",
          "Preempting",
          "NodeAffinity",
          "OutOfcpu",
          "OutOfmemory",
          "OutOfpods",
          "UnexpectedAdmissionError",
          "PreemptionByScheduler",
          "DeletionByTaintManager",
          "EvictionByEvictionAPI",
          "DeletionByPodGC",
          "TerminationByKubelet",
          "InitContainerFailed");

  public DriverEnd {
    reason = UserText.of(reason, LONGEST_REASON);
    text = UserText.of(text, PendingReason.LONGEST);
  }

  /** The same end of a driver that is known to have run, whatever is left of its status. */
  public DriverEnd ofRun() {
    return new DriverEnd(true, exitCode, reason, text);
  }

  /** The reason as a label of a metric: a fixed set of words. */
  public String label() {
    return REASONS.contains(reason) ? reason : OTHER;
  }

  /**
   * Whether the driver failed. If the exit code is known, it decides. Otherwise every reason counts
   * as a failure, except that the pod was deleted: the user may have wanted that.
   */
  public boolean isFailure() {
    return exitCode.isPresent()
        ? exitCode.getAsInt() != 0
        : !reason.equals(COMPLETED) && !reason.equals(DELETED);
  }

  /** Whether the exit code shows that the driver did not fail. */
  boolean isSuccess() {
    return exitCode.isPresent() && exitCode.getAsInt() == 0;
  }
}
