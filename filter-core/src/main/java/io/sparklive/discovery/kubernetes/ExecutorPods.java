// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import io.sparklive.application.ApplicationId;
import io.sparklive.config.KubernetesSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Keeps which applications have executor pods. There may be tens of thousands of executors, so only
 * uid and name of each are kept.
 *
 * <p>Thread-safe.
 */
final class ExecutorPods implements PodListener {
  private final Map<String, Group> groups = new HashMap<>();
  private final Map<Application, Group> byApplication = new HashMap<>();
  private final Consumer<Application> onFirstExecutor;
  private final Consumer<Application> onLastExecutorDeleted;
  private final BiConsumer<Application, String> onEnd;

  /**
   * An application that has executor pods.
   *
   * @param namespace the namespace of these pods
   */
  record Application(ApplicationId id, String namespace) {}

  /** The executors of one application: the names of their pods, by uid. */
  private static final class Group {
    private final Application application;
    private final Map<String, String> names = new HashMap<>();

    Group(Application application) {
      this.application = application;
    }
  }

  /**
   * @param onFirstExecutor called when the first executor of an application appears in a namespace;
   *     it must return at once
   * @param onLastExecutorDeleted called when the last one is deleted; likewise
   * @param onEnd called with the name of the pod when an executor has ended by itself; likewise
   */
  ExecutorPods(
      Consumer<Application> onFirstExecutor,
      Consumer<Application> onLastExecutorDeleted,
      BiConsumer<Application, String> onEnd) {
    this.onFirstExecutor = onFirstExecutor;
    this.onLastExecutorDeleted = onLastExecutorDeleted;
    this.onEnd = onEnd;
  }

  @Override
  public void onPod(Pod pod) {
    application(pod).filter(application -> add(application, pod)).ifPresent(onFirstExecutor);
  }

  /** An executor that its driver removes is deleted; any other has ended by itself. */
  @Override
  public void onLastState(Pod pod) {
    if (pod.deleted().isEmpty()) {
      application(pod).ifPresent(application -> onEnd.accept(application, pod.name()));
    }
  }

  private static Optional<Application> application(Pod pod) {
    return Optional.ofNullable(pod.labels().get("spark-app-selector"))
        .flatMap(ApplicationId::parse)
        .map(id -> new Application(id, pod.namespace()));
  }

  @Override
  public void onPodDeleted(String uid) {
    remove(uid).ifPresent(onLastExecutorDeleted);
  }

  /** Removes an executor; returns its application if this was the last one. */
  private synchronized Optional<Application> remove(String uid) {
    Group group = groups.remove(uid);
    if (group == null) {
      return Optional.empty();
    }
    group.names.remove(uid);
    if (!group.names.isEmpty()) {
      return Optional.empty();
    }
    byApplication.remove(group.application);
    return Optional.of(group.application);
  }

  /** Whether this application has executor pods. */
  synchronized boolean hasPods(Application application) {
    return byApplication.containsKey(application);
  }

  /** The number of applications with executors in this namespace or, for {@code *}, in all. */
  synchronized int countApplications(String namespace) {
    return namespace.equals(KubernetesSettings.ALL)
        ? byApplication.size()
        : (int)
            byApplication.keySet().stream().filter(a -> a.namespace().equals(namespace)).count();
  }

  /** The name of one executor pod of this application. */
  synchronized Optional<String> anyPodName(Application application) {
    return Optional.ofNullable(byApplication.get(application))
        .flatMap(group -> group.names.values().stream().findFirst());
  }

  /** Adds an executor; returns whether it is new and the first of its application. */
  private synchronized boolean add(Application application, Pod pod) {
    if (groups.containsKey(pod.uid())) {
      return false;
    }
    Group group = byApplication.computeIfAbsent(application, Group::new);
    group.names.put(pod.uid(), pod.name());
    groups.put(pod.uid(), group);
    return group.names.size() == 1;
  }
}
