package io.sparklive.discovery.kubernetes;

import io.sparklive.application.ApplicationId;
import io.sparklive.config.KubernetesSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Which applications have executors. There may be tens of thousands of those, so little is kept of
 * each.
 *
 * <p>Thread-safe.
 */
final class ExecutorPods implements PodListener {
  private final Map<String, Group> groups = new HashMap<>();
  private final Map<Application, Group> byApplication = new HashMap<>();
  private final Consumer<Application> appeared;
  private final Consumer<Application> emptied;

  /**
   * An application as its executors show it.
   *
   * @param namespace where they run
   */
  record Application(ApplicationId id, String namespace) {}

  /** The executors of one application: their pods' names, by uid. */
  private static final class Group {
    private final Application application;
    private final Map<String, String> names = new HashMap<>();

    Group(Application application) {
      this.application = application;
    }
  }

  /**
   * @param appeared told when the first executor of an application is seen in a namespace; it must
   *     return at once
   * @param emptied told when the last one has gone; likewise
   */
  ExecutorPods(Consumer<Application> appeared, Consumer<Application> emptied) {
    this.appeared = appeared;
    this.emptied = emptied;
  }

  @Override
  public void onPod(Pod pod) {
    Optional.ofNullable(pod.labels().get("spark-app-selector"))
        .flatMap(ApplicationId::parse)
        .map(id -> new Application(id, pod.namespace()))
        .filter(application -> isFirstOf(application, pod))
        .ifPresent(appeared);
  }

  @Override
  public void onPodDeleted(String uid) {
    lastOf(uid).ifPresent(emptied);
  }

  private synchronized Optional<Application> lastOf(String uid) {
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

  /** Whether this application has executors. */
  synchronized boolean has(Application application) {
    return byApplication.containsKey(application);
  }

  /** How many applications have executors in this namespace or, for {@code *}, in all. */
  synchronized int applicationsIn(String namespace) {
    return namespace.equals(KubernetesSettings.ALL)
        ? byApplication.size()
        : (int)
            byApplication.keySet().stream().filter(a -> a.namespace().equals(namespace)).count();
  }

  /** The name of the pod of one of its executors. */
  synchronized Optional<String> anyOf(Application application) {
    return Optional.ofNullable(byApplication.get(application))
        .flatMap(group -> group.names.values().stream().findFirst());
  }

  private synchronized boolean isFirstOf(Application application, Pod pod) {
    if (groups.containsKey(pod.uid())) {
      return false;
    }
    Group group = byApplication.computeIfAbsent(application, Group::new);
    group.names.put(pod.uid(), pod.name());
    groups.put(pod.uid(), group);
    return group.names.size() == 1;
  }
}
