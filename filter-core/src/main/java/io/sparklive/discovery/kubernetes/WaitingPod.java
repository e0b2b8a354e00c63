// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import io.sparklive.application.PendingReason;
import io.sparklive.application.PendingReason.Kind;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A pod whose driver does not run yet, or not again: finds the reason in its status. The words of
 * the scheduler and of the kubelet are those of Kubernetes 1.34.
 *
 * @param driver the container of the driver; null if the pod has no container
 */
record WaitingPod(Pod pod, Pod.@Nullable Container driver) {
  private static final Set<String> IMAGE_REASONS =
      Set.of(
          "ErrImagePull",
          "ImagePullBackOff",
          "InvalidImageName",
          "ErrImageNeverPull",
          "ImageInspectError",
          "RegistryUnavailable",
          "SignatureValidationFailed");
  private static final Set<String> CONFIG_REASONS =
      Set.of(
          "CreateContainerConfigError",
          "CreateContainerError",
          "PreCreateHookError",
          "PreStartHookError",
          "PostStartHookError",
          "RunContainerError");
  private static final String CRASH_LOOP = "CrashLoopBackOff";
  // Not a reason of its own: the node works on the pod.
  private static final Set<String> IN_PROGRESS = Set.of("", "ContainerCreating", "PodInitializing");

  /** The first reason that holds, in the order in which a pod starts. */
  PendingReason reason() {
    return notScheduled()
        .or(this::initContainers)
        .or(this::driverContainer)
        .orElseGet(this::creating);
  }

  private Optional<PendingReason> notScheduled() {
    if (!pod.status().conditions().containsKey("PodScheduled")) {
      return isAccepted() ? Optional.empty() : reason(Kind.SCHEDULING, "Not scheduled yet");
    }
    return pod.status().ifFalse("PodScheduled").flatMap(this::notScheduled);
  }

  /** Whether a node has accepted the pod: its kubelet writes the start and these statuses. */
  private boolean isAccepted() {
    return pod.status().started().isPresent()
        || !pod.status().containers().isEmpty()
        || !pod.status().initContainers().isEmpty();
  }

  private Optional<PendingReason> notScheduled(PodStatus.Condition condition) {
    if (condition.reason().equals("SchedulingGated")) {
      List<String> gates = pod.schedulingGates();
      return reason(
          Kind.GATED,
          "Held back by "
              + switch (gates.size()) {
                case 0 -> "a scheduling gate";
                case 1 -> "the scheduling gate " + gates.get(0);
                default -> "the scheduling gates " + String.join(", ", gates);
              });
    }
    // "persistentvolumeclaim "data" not found", "pod has unbound immediate PersistentVolumeClaims"
    boolean isVolume =
        condition.message().toLowerCase(Locale.ROOT).contains("persistentvolumeclaim");
    return isVolume
        ? reason(Kind.VOLUME, "Not scheduled, waits for a volume: " + condition.message())
        : reason(Kind.UNSCHEDULABLE, withMessage("Not scheduled", condition.message()));
  }

  private Optional<PendingReason> initContainers() {
    List<Pod.InitContainer> all = pod.initContainers();
    for (int i = 0; i < all.size(); i++) {
      Pod.InitContainer container = all.get(i);
      PodStatus.Container status = pod.status().initContainers().get(container.name());
      if (status == null) {
        return Optional.empty();
      }
      if (!isDone(container, status.state())) {
        String name = "Init container %s (%d of %d)".formatted(container.name(), i + 1, all.size());
        return Optional.of(initContainer(name, container, status));
      }
    }
    return Optional.empty();
  }

  private static boolean isDone(Pod.InitContainer container, PodStatus.State state) {
    return state.phase() == PodStatus.Phase.RUNNING
        ? container.isSidecar()
        : state.isTerminated() && state.exitCode().orElse(0) == 0;
  }

  private static PendingReason initContainer(
      String name, Pod.InitContainer container, PodStatus.Container status) {
    PodStatus.State state = status.state();
    if (state.phase() == PodStatus.Phase.RUNNING) {
      return new PendingReason(Kind.INIT, name + " runs" + ifRestarted(status));
    }
    if (state.isTerminated() || state.reason().equals(CRASH_LOOP)) {
      PodStatus.State end = state.isTerminated() ? state : status.lastState();
      return new PendingReason(
          Kind.INIT, name + " fails" + ifRestarted(status) + ": " + EndedPod.exitInSentence(end));
    }
    return cannotStart(name + ": ", container.image(), state)
        .orElseGet(() -> new PendingReason(Kind.INIT, name + " is being created"));
  }

  private Optional<PendingReason> driverContainer() {
    PodStatus.Container status =
        driver == null ? null : pod.status().containers().get(driver.name());
    if (driver == null || status == null) {
      return Optional.empty();
    }
    if (status.state().reason().equals(CRASH_LOOP)) {
      return reason(
          Kind.CRASH_LOOP,
          "Crash loop" + ifRestarted(status) + ": " + EndedPod.exitInSentence(status.lastState()));
    }
    return cannotStart("", driver.image(), status.state());
  }

  /** The reason of a container that waits, unless its node still works on it. */
  private static Optional<PendingReason> cannotStart(
      String prefix, String image, PodStatus.State state) {
    String reason = state.reason();
    if (IN_PROGRESS.contains(reason)) {
      return Optional.empty();
    }
    Kind kind =
        IMAGE_REASONS.contains(reason)
            ? Kind.IMAGE
            : CONFIG_REASONS.contains(reason) ? Kind.CONFIG : Kind.CREATING;
    String text =
        switch (kind) {
          case IMAGE -> "Image %s cannot be pulled (%s)".formatted(image, reason);
          case CONFIG ->
              (reason.equals("RunContainerError")
                      ? "Container cannot be started (%s)"
                      : "Container cannot be created (%s)")
                  .formatted(reason);
          default -> "Container waits (%s)".formatted(reason);
        };
    return reason(kind, prefix + withMessage(text, state.message()));
  }

  /** Before Kubernetes 1.29, the condition is absent. */
  private PendingReason creating() {
    String text =
        pod.status().ifFalse("PodReadyToStartContainers").isPresent()
            ? "The node mounts the volumes of the pod and sets up its network"
            : pod.status().ifTrue("PodReadyToStartContainers").isPresent()
                ? "The node pulls the image, or creates the container"
                : isAccepted()
                    ? "The node prepares the container"
                    : "Scheduled; its node has not accepted it yet";
    return new PendingReason(Kind.CREATING, text);
  }

  private static String ifRestarted(PodStatus.Container status) {
    return switch (status.restarts()) {
      case 0 -> "";
      case 1 -> ", restarted once";
      default -> ", restarted " + status.restarts() + " times";
    };
  }

  private static String withMessage(String text, String message) {
    return message.isEmpty() ? text : text + ": " + message;
  }

  private static Optional<PendingReason> reason(Kind kind, String text) {
    return Optional.of(new PendingReason(kind, text));
  }
}
