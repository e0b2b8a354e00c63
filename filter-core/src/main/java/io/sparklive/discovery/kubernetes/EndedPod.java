// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import io.sparklive.application.DriverEnd;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A pod whose driver has ended, or never runs: finds in its status how it ended. The words of the
 * kubelet are those of Kubernetes 1.34.
 *
 * @param driver the status of the container of the driver; null if there is none
 * @param isDeleted whether the pod has been deleted
 */
record EndedPod(Pod pod, PodStatus.@Nullable Container driver, boolean isDeleted) {
  private static final String OUT_OF_MEMORY = "OOMKilled";
  private static final String STATUS_UNKNOWN = "ContainerStatusUnknown";
  private static final String INIT_FAILED = "InitContainerFailed";
  private static final int SIGNALS = 128;
  private static final int KILLED = SIGNALS + 9;
  private static final int TERMINATED = SIGNALS + 15;
  // Of Linux, as far as programs end by them.
  private static final Map<Integer, String> NAMES =
      Map.of(
          1, "SIGHUP", 2, "SIGINT", 3, "SIGQUIT", 6, "SIGABRT", 7, "SIGBUS", 9, "SIGKILL", 11,
          "SIGSEGV", 15, "SIGTERM");

  /** The reasons of the condition {@code DisruptionTarget} (Kubernetes 1.26 and later). */
  private static final Map<String, String> DISRUPTIONS =
      Map.of(
          "PreemptionByScheduler", "Preempted by the scheduler",
          "DeletionByTaintManager", "Deleted, as its node has a taint",
          "EvictionByEvictionAPI", "Evicted through the API",
          "DeletionByPodGC", "Deleted by the garbage collector of pods",
          "TerminationByKubelet", "Terminated by its node");

  /** How the driver ended. */
  DriverEnd end() {
    PodStatus.State exit = exit();
    OptionalInt code = codeOf(exit);
    String reason = reason(exit);
    String text = text(reason, exit);
    boolean hasExitText = !hasRun() || code.isEmpty() || text.equals(exit(exit));
    return new DriverEnd(
        hasRun(), code, reason, hasExitText ? text : text + "; " + exitInSentence(exit));
  }

  /** How the run of the container before the current one ended. */
  Optional<DriverEnd> lastRun() {
    return Optional.ofNullable(driver)
        .map(PodStatus.Container::lastState)
        .filter(PodStatus.State::isTerminated)
        .map(exit -> new DriverEnd(true, codeOf(exit), reasonOf(exit), exit(exit)));
  }

  /**
   * Whether the status shows that the container ran. Since Kubernetes 1.27 a container that was
   * never created is {@code terminated} too, with {@code ContainerStatusUnknown} and no start; a
   * pod that its node rejected has no container statuses.
   */
  private boolean hasRun() {
    return driver != null
        && (driver.state().startedAt().isPresent() || driver.lastState().startedAt().isPresent());
  }

  /** The last exit of the container. */
  private PodStatus.State exit() {
    if (driver == null) {
      return PodStatus.State.NONE;
    }
    return driver.state().isTerminated()
        ? driver.state()
        : driver.state().phase() == PodStatus.Phase.WAITING
            ? driver.lastState()
            : PodStatus.State.NONE;
  }

  /** The most specific reason: of the container, of the pod, of a disruption, of a deletion. */
  private String reason(PodStatus.State exit) {
    OptionalInt code = codeOf(exit);
    boolean isKilled = code.isEmpty() || code.getAsInt() == KILLED || code.getAsInt() == TERMINATED;
    if (exit.reason().equals(OUT_OF_MEMORY)) {
      return OUT_OF_MEMORY;
    }
    if (!pod.status().reason().isEmpty()) {
      return pod.status().reason();
    }
    Optional<PodStatus.Condition> disruption = disruption();
    if (disruption.isPresent()) {
      return disruption.get().reason();
    }
    if (isDeleted && isKilled) {
      return DriverEnd.DELETED;
    }
    if (!hasRun() && failedInitContainer().isPresent()) {
      return INIT_FAILED;
    }
    boolean isSuccess = code.isEmpty() && pod.status().phase().equals("Succeeded");
    return isSuccess ? DriverEnd.COMPLETED : reasonOf(exit);
  }

  private String text(String reason, PodStatus.State exit) {
    if (reason.equals(OUT_OF_MEMORY)) {
      return exit(exit);
    }
    if (!pod.status().reason().isEmpty()) {
      return withMessage(
          reason.equals("DeadlineExceeded") ? "Deadline exceeded" : reason, pod.status().message());
    }
    Optional<PodStatus.Condition> disruption = disruption();
    if (disruption.isPresent()) {
      return withMessage(DISRUPTIONS.getOrDefault(reason, reason), disruption.get().message());
    }
    return switch (reason) {
      case DriverEnd.DELETED -> "The pod was deleted";
      case DriverEnd.COMPLETED -> codeOf(exit).isPresent() ? exit(exit) : "Completed";
      case INIT_FAILED -> failedInitContainer().orElse(INIT_FAILED);
      default -> exit(exit);
    };
  }

  private Optional<PodStatus.Condition> disruption() {
    return pod.status()
        .ifTrue("DisruptionTarget")
        .filter(condition -> !condition.reason().isEmpty());
  }

  private Optional<String> failedInitContainer() {
    return pod.initContainers().stream()
        .map(Pod.InitContainer::name)
        .filter(pod.status().initContainers()::containsKey)
        .filter(name -> stateOf(name).exitCode().orElse(0) != 0)
        .findFirst()
        .map(name -> "Init container " + name + " failed: " + exitInSentence(stateOf(name)));
  }

  private PodStatus.State stateOf(String initContainer) {
    PodStatus.Container status = pod.status().initContainers().get(initContainer);
    return status == null ? PodStatus.State.NONE : status.state();
  }

  /** A container without a known status has the code 137 in any case. */
  private static OptionalInt codeOf(PodStatus.State exit) {
    return exit.reason().equals(STATUS_UNKNOWN) ? OptionalInt.empty() : exit.exitCode();
  }

  private static String reasonOf(PodStatus.State exit) {
    if (!exit.reason().isEmpty()) {
      return exit.reason();
    }
    OptionalInt code = exit.exitCode();
    return code.isEmpty() ? STATUS_UNKNOWN : code.getAsInt() == 0 ? DriverEnd.COMPLETED : "Error";
  }

  /** How a container ended, for people. */
  static String exit(PodStatus.State exit) {
    OptionalInt code = codeOf(exit);
    if (exit.reason().equals(OUT_OF_MEMORY)) {
      return "Killed: out of memory"
          + (code.isPresent() ? " (exit code " + code.getAsInt() + ")" : "");
    }
    if (exit.reason().equals("StartError") || exit.reason().equals("ContainerCannotRun")) {
      return withMessage("Container could not be started (" + exit.reason() + ")", exit.message());
    }
    if (code.isEmpty()) {
      return withMessage("The end of its container is unknown", exit.message());
    }
    String signal = NAMES.get(code.getAsInt() - SIGNALS);
    String text =
        signal == null
            ? "Exit code " + code.getAsInt()
            : (code.getAsInt() == KILLED ? "Killed" : "Terminated")
                + " by %s (exit code %d)".formatted(signal, code.getAsInt());
    return code.getAsInt() == 0 ? text : withMessage(text, exit.message());
  }

  private static String withMessage(String text, String message) {
    String line = message.strip().replaceAll("\\.$", "");
    return line.isEmpty() ? text : text + ": " + line;
  }

  /** The same within a sentence. */
  static String exitInSentence(PodStatus.State exit) {
    String text = exit(exit);
    return text.substring(0, 1).toLowerCase(Locale.ROOT) + text.substring(1);
  }
}
