// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import io.sparklive.testkit.cluster.PodStore.Change;
import io.sparklive.testkit.cluster.PodStore.Changes;
import io.sparklive.testkit.cluster.PodStore.Snapshot;
import io.sparklive.testkit.cluster.StoredPod.Form;
import java.io.IOException;
import java.io.Writer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** A watch: sends each change of the matching pods as one line of JSON, until its timeout. */
final class PodWatch {
  private static final Duration LONGEST = Duration.ofMinutes(30);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(250);
  private static final Duration BOOKMARK_INTERVAL = Duration.ofMinutes(1);

  private final PodStore store;
  private final PodRequest request;
  private final PodSelector selector;
  private final boolean wantsBookmarks;
  private final int history;
  private long version;
  private int bookmarks;
  private final long requestedVersion;

  PodWatch(PodStore store, PodRequest request, boolean sendsBookmarks) {
    this.store = store;
    this.request = request;
    selector = request.selector();
    wantsBookmarks = sendsBookmarks && request.text("allowWatchBookmarks").equals("true");
    history = store.history();
    version = request.number("resourceVersion");
    requestedVersion = version;
    bookmarks = store.bookmarks();
  }

  /** The error to send if the changes since that version are not available any more. */
  Optional<ApiError> expired() {
    return version != 0 && version < store.oldest()
        ? Optional.of(ApiError.tooOld(version, store.oldest()))
        : Optional.empty();
  }

  /** Sends an error, the last event of a watch. */
  static void sendError(ApiError error, Writer out) throws IOException {
    out.append("{\"type\":\"ERROR\",\"object\":").append(error.body().toString()).append("}\n");
  }

  /** Sends changes until the timeout of the request, or until the client has disconnected. */
  void run(Writer out, BooleanSupplier isConnected) throws IOException, InterruptedException {
    long seconds = request.number("timeoutSeconds");
    Instant end = Instant.now().plus(seconds > 0 ? Duration.ofSeconds(seconds) : LONGEST);
    Instant nextBookmark = Instant.now().plus(BOOKMARK_INTERVAL);
    if (version == 0) {
      sendExistingPods(out);
    }
    while (isConnected.getAsBoolean() && store.history() == history) {
      Duration left = Duration.between(Instant.now(), end);
      Changes changes =
          store.after(version, bookmarks, left.compareTo(POLL_INTERVAL) < 0 ? left : POLL_INTERVAL);
      for (Change change : changes.list()) {
        send(change, out);
      }
      version = Math.max(version, changes.version());
      Instant now = Instant.now();
      boolean isOver = !now.isBefore(end);
      if (isOver || now.isAfter(nextBookmark) || changes.bookmarks() > bookmarks) {
        bookmark(out);
        nextBookmark = now.plus(BOOKMARK_INTERVAL);
        bookmarks = changes.bookmarks();
      }
      out.flush();
      if (isOver) {
        return;
      }
    }
  }

  private void sendExistingPods(Writer out) throws IOException {
    Snapshot snapshot = store.snapshot();
    for (StoredPod pod : snapshot.pods()) {
      if (selector.matches(pod)) {
        send("ADDED", pod, out);
      }
    }
    version = snapshot.version();
    out.flush();
  }

  private void send(Change change, Writer out) throws IOException {
    boolean was = change.before().filter(selector::matches).isPresent();
    boolean is = change.after().filter(selector::matches).isPresent();
    if (is) {
      send(was ? "MODIFIED" : "ADDED", change.after().orElseThrow(), out);
    } else if (was) {
      // The state in which it last matched, but the version at which it no longer did.
      send("DELETED", change.before().orElseThrow().at(change.version()), out);
    }
  }

  private void send(String type, StoredPod pod, Writer out) throws IOException {
    out.append("{\"type\":\"").append(type).append("\",\"object\":");
    pod.write(out, request.form(), request.form().kind);
    out.append("}\n");
  }

  /** Sends a bookmark, unless its version is the one in the request. */
  private void bookmark(Writer out) throws IOException {
    if (!wantsBookmarks || version <= requestedVersion) {
      return;
    }
    String rest =
        request.form() == Form.WHOLE ? ",\"spec\":{\"containers\":null},\"status\":{}" : "";
    out.append("{\"type\":\"BOOKMARK\",\"object\":{" + request.form().kind)
        .append("\"metadata\":{\"resourceVersion\":\"" + version)
        .append("\",\"creationTimestamp\":null}" + rest + "}}\n");
  }
}
