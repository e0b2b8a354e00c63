// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import com.google.gson.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** The pods, all changes to them, and the versions. Thread-safe. */
final class PodStore {
  private static final int SNAPSHOTS = 50;
  private static final long FIRST = 100;

  private final NavigableMap<String, StoredPod> pods = new TreeMap<>();
  private final NavigableMap<Long, Change> log = new TreeMap<>();
  private final Map<Long, Snapshot> snapshots = new LinkedHashMap<>();
  private final Map<String, String> sharedFields = new HashMap<>();
  private long version = FIRST;
  private long oldest;
  private int history;
  private int bookmarks;

  /**
   * A change of a pod.
   *
   * @param before empty if the pod was created
   * @param after empty if the pod was deleted
   */
  record Change(long version, Optional<StoredPod> before, Optional<StoredPod> after) {}

  /**
   * The changes since a version.
   *
   * @param version the version up to which the changes are complete
   * @param bookmarks the number of bookmarks requested so far
   */
  record Changes(long version, int bookmarks, List<Change> list) {}

  /** All pods at a version, ordered by namespace and name. */
  record Snapshot(long version, List<StoredPod> pods) {}

  /** Creates a pod. */
  synchronized StoredPod create(String namespace, JsonObject manifest) {
    StoredPod created = StoredPod.created(namespace, manifest, version + 1);
    String fields = created.managedFields();
    StoredPod pod = created.sharing(sharedFields.computeIfAbsent(fields, same -> same));
    if (pods.containsKey(key(pod))) {
      throw new IllegalStateException("pods \"%s\" already exists".formatted(pod.name()));
    }
    change(Optional.empty(), Optional.of(pod));
    return pod;
  }

  /** Replaces a pod by the result of the update for the next version. */
  synchronized StoredPod update(String namespace, String name, Update update) {
    StoredPod before = existing(namespace, name);
    StoredPod after = update.apply(before, version + 1);
    change(Optional.of(before), Optional.of(after));
    return after;
  }

  /** Makes the new state of a pod. */
  @FunctionalInterface
  interface Update {
    StoredPod apply(StoredPod pod, long version);
  }

  /** Deletes a pod: marks it first, as an API server does even without grace. */
  synchronized void delete(String namespace, String name) {
    StoredPod marked =
        update(namespace, name, (pod, next) -> pod.deletedAt(Instant.now(), 0, next));
    change(Optional.of(marked), Optional.empty());
  }

  /** Whether all of its containers have ended: such a pod gets no grace period. */
  synchronized boolean hasEnded(String namespace, String name) {
    String phase = existing(namespace, name).phase();
    return phase.equals("Succeeded") || phase.equals("Failed");
  }

  synchronized Optional<StoredPod> find(String namespace, String name) {
    return Optional.ofNullable(pods.get(namespace + "/" + name));
  }

  /** The current pods. Kept, so that a client can request further pages. */
  synchronized Snapshot snapshot() {
    Snapshot snapshot =
        snapshots.computeIfAbsent(version, at -> new Snapshot(at, List.copyOf(pods.values())));
    if (snapshots.size() > SNAPSHOTS) {
      snapshots.remove(snapshots.keySet().iterator().next());
    }
    return snapshot;
  }

  /** The pods at a version that a client has listed. */
  synchronized Optional<Snapshot> snapshot(long at) {
    return Optional.ofNullable(snapshots.get(at));
  }

  /** The changes since a version; waits for the first one, at most this long. */
  synchronized Changes after(long since, int bookmarksSent, Duration wait)
      throws InterruptedException {
    long deadline = System.nanoTime() + wait.toNanos();
    long left = wait.toMillis();
    while (log.higherKey(since) == null && bookmarks == bookmarksSent && left > 0) {
      wait(left);
      left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
    }
    return new Changes(version, bookmarks, List.copyOf(log.tailMap(since, false).values()));
  }

  /** Requests a bookmark on every watch. */
  synchronized void requestBookmarks() {
    bookmarks++;
    notifyAll();
  }

  /** The number of bookmarks requested so far. */
  synchronized int bookmarks() {
    return bookmarks;
  }

  synchronized long version() {
    return version;
  }

  /** The oldest version from which changes are available. */
  synchronized long oldest() {
    return oldest;
  }

  /** A number that changes each time the versions start anew. */
  synchronized int history() {
    return history;
  }

  /** Makes every version so far too old. Open watches miss no change. */
  synchronized void expire() {
    oldest = ++version;
    snapshots.clear();
  }

  /** Starts the versions anew, with the same pods or none. */
  synchronized void restart(boolean keepPods) {
    history++;
    version = FIRST;
    oldest = 0;
    log.clear();
    snapshots.clear();
    if (keepPods) {
      pods.replaceAll((key, pod) -> pod.at(++version));
    } else {
      pods.clear();
    }
    notifyAll();
  }

  private StoredPod existing(String namespace, String name) {
    return find(namespace, name)
        .orElseThrow(() -> new IllegalStateException("pods \"%s\" not found".formatted(name)));
  }

  private void change(Optional<StoredPod> before, Optional<StoredPod> after) {
    version++;
    after.ifPresentOrElse(
        pod -> pods.put(key(pod), pod), () -> pods.remove(key(before.orElseThrow())));
    log.put(version, new Change(version, before, after));
    notifyAll();
  }

  private static String key(StoredPod pod) {
    return pod.namespace() + "/" + pod.name();
  }
}
