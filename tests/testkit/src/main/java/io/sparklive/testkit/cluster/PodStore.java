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

/** The pods, every change there has been to them, and the versions in between. Thread-safe. */
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
   * What happened to a pod.
   *
   * @param before empty where it was made
   * @param after empty where it is gone
   */
  record Change(long version, Optional<StoredPod> before, Optional<StoredPod> after) {}

  /**
   * What there is to tell.
   *
   * @param version up to which these are all changes
   * @param bookmarks how often bookmarks have been asked for
   */
  record News(long version, int bookmarks, List<Change> changes) {}

  /** All pods at a version, in order of namespace and name. */
  record Snapshot(long version, List<StoredPod> pods) {}

  /** Makes a pod. */
  synchronized StoredPod create(String namespace, JsonObject manifest) {
    StoredPod made = StoredPod.made(namespace, manifest, version + 1);
    String fields = made.managedFields();
    StoredPod pod = made.sharing(sharedFields.computeIfAbsent(fields, same -> same));
    if (pods.containsKey(key(pod))) {
      throw new IllegalStateException("pods \"%s\" already exists".formatted(pod.name()));
    }
    change(Optional.empty(), Optional.of(pod));
    return pod;
  }

  /** Replaces a pod by what the function makes of it and the next version. */
  synchronized StoredPod update(String namespace, String name, Update update) {
    StoredPod before = existing(namespace, name);
    StoredPod after = update.apply(before, version + 1);
    change(Optional.of(before), Optional.of(after));
    return after;
  }

  /** What an update makes of a pod. */
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

  /** Tells whether none of its containers is to run any more: such a pod gets no grace. */
  synchronized boolean hasEnded(String namespace, String name) {
    String phase = existing(namespace, name).phase();
    return phase.equals("Succeeded") || phase.equals("Failed");
  }

  synchronized Optional<StoredPod> find(String namespace, String name) {
    return Optional.ofNullable(pods.get(namespace + "/" + name));
  }

  /** The pods as they are now; kept for those who come back for more of them. */
  synchronized Snapshot snapshot() {
    Snapshot snapshot =
        snapshots.computeIfAbsent(version, at -> new Snapshot(at, List.copyOf(pods.values())));
    if (snapshots.size() > SNAPSHOTS) {
      snapshots.remove(snapshots.keySet().iterator().next());
    }
    return snapshot;
  }

  /** The pods as they were at a version at which someone listed them. */
  synchronized Optional<Snapshot> snapshot(long at) {
    return Optional.ofNullable(snapshots.get(at));
  }

  /** What has changed since a version; waits for this long at most until there is something. */
  synchronized News after(long since, int bookmarksTold, Duration wait)
      throws InterruptedException {
    long deadline = System.nanoTime() + wait.toNanos();
    long left = wait.toMillis();
    while (log.higherKey(since) == null && bookmarks == bookmarksTold && left > 0) {
      wait(left);
      left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
    }
    return new News(version, bookmarks, List.copyOf(log.tailMap(since, false).values()));
  }

  /** Asks everyone who waits for changes to tell a bookmark. */
  synchronized void askForBookmarks() {
    bookmarks++;
    notifyAll();
  }

  /** How often bookmarks have been asked for. */
  synchronized int bookmarks() {
    return bookmarks;
  }

  synchronized long version() {
    return version;
  }

  /** The oldest version from which changes are told. */
  synchronized long oldest() {
    return oldest;
  }

  /** Changes whenever versions start anew. */
  synchronized int history() {
    return history;
  }

  /** Makes every version handed out so far too old. Those who watch already miss nothing. */
  synchronized void expire() {
    oldest = ++version;
    snapshots.clear();
  }

  /** Starts versions anew, with the same pods or none. */
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
