// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import static java.util.Objects.requireNonNull;

import io.sparklive.application.ApplicationId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Index of driver pods by the names that are known at submission: the name of the pod, and the name
 * of the {@code SparkApplication} for which an operator created it. If several pods have a name,
 * such as those of a restarted application, the newest one counts.
 *
 * <p>Pods stay in the index while they exist. Of the deleted ones it keeps the last 1000.
 *
 * <p>Thread-safe.
 */
final class DriverPodIndex implements PodListener {
  /**
   * The labels with the name of the {@code SparkApplication}: of the Kubeflow Spark Operator
   * ({@code LabelSparkAppName} in its {@code pkg/common/spark.go}), and of the Apache Spark
   * Kubernetes Operator ({@code Constants.LABEL_SPARK_APPLICATION_NAME}, which {@code driverLabels}
   * puts on driver pods).
   */
  static final List<String> OPERATOR_LABELS =
      List.of("sparkoperator.k8s.io/app-name", "spark.operator/spark-app-name");

  private static final int MAX_DELETED = 1000;

  private final InstantSource clock;
  // All guarded by the monitor.
  private final Map<String, Entry> entries = new HashMap<>();
  private final Map<Name, NavigableSet<Entry>> byName = new HashMap<>();
  private final Map<String, Entry> deleted = new LinkedHashMap<>();

  /** A name in a namespace. */
  private record Name(boolean isOfPod, String namespace, String name) {}

  /** A driver pod. */
  private record Entry(
      String uid, String podName, ApplicationId id, Instant created, List<Name> names) {
    // By uid as well, as two pods may be created in the same second.
    static final Comparator<Entry> OLDEST_FIRST =
        Comparator.comparing(Entry::created).thenComparing(Entry::uid);
  }

  /**
   * A driver pod with the requested name.
   *
   * @param qualifiedName its namespace and name
   * @param id the application that it declares
   */
  record Found(String uid, String qualifiedName, ApplicationId id) {}

  DriverPodIndex(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public void onPod(Pod pod) {
    ApplicationId id = DriverPod.of(pod, clock.instant()).map(DriverPod::id).orElse(null);
    if (id == null) {
      return;
    }
    synchronized (this) {
      Entry now =
          new Entry(pod.uid(), pod.name(), id, pod.created().orElse(Instant.EPOCH), namesOf(pod));
      Entry before = entries.put(pod.uid(), now);
      if (!now.equals(before)) {
        if (before != null) {
          remove(before);
        }
        add(now);
      }
    }
  }

  @Override
  public synchronized void onPodDeleted(String uid) {
    Entry entry = entries.remove(uid);
    if (entry == null) {
      return;
    }
    deleted.put(uid, entry);
    if (deleted.size() > MAX_DELETED) {
      String eldest = deleted.keySet().iterator().next();
      remove(requireNonNull(deleted.remove(eldest)));
    }
  }

  /** The newest driver pod with this name. */
  synchronized Optional<Found> findByPod(String namespace, String name) {
    return find(new Name(true, namespace, name));
  }

  /** The newest driver pod of a {@code SparkApplication}. */
  synchronized Optional<Found> findBySparkApplication(String namespace, String name) {
    return find(new Name(false, namespace, name));
  }

  private Optional<Found> find(Name name) {
    return Optional.ofNullable(byName.get(name))
        .map(NavigableSet::last)
        .map(entry -> new Found(entry.uid(), name.namespace() + "/" + entry.podName(), entry.id()));
  }

  private static List<Name> namesOf(Pod pod) {
    Name ofPod = new Name(true, pod.namespace(), pod.name());
    return OPERATOR_LABELS.stream()
        .map(label -> pod.labels().getOrDefault(label, ""))
        .filter(name -> !name.isEmpty())
        .findFirst()
        .map(name -> List.of(ofPod, new Name(false, pod.namespace(), name)))
        .orElse(List.of(ofPod));
  }

  private void add(Entry entry) {
    for (Name name : entry.names()) {
      byName.computeIfAbsent(name, any -> new TreeSet<>(Entry.OLDEST_FIRST)).add(entry);
    }
  }

  private void remove(Entry entry) {
    for (Name name : entry.names()) {
      byName.computeIfPresent(
          name,
          (same, pods) -> {
            pods.remove(entry);
            return pods.isEmpty() ? null : pods;
          });
    }
  }
}
