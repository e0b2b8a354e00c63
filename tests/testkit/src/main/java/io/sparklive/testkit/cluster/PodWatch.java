// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import io.sparklive.testkit.cluster.PodStore.Change;
import io.sparklive.testkit.cluster.PodStore.News;
import io.sparklive.testkit.cluster.PodStore.Snapshot;
import io.sparklive.testkit.cluster.StoredPod.Form;
import java.io.IOException;
import java.io.Writer;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A watch: tells every change to the pods that match, one line of JSON each, until its time is up.
 */
final class PodWatch {
  private static final Duration LONGEST = Duration.ofMinutes(30);
  private static final Duration LOOK_UP = Duration.ofMillis(250);
  private static final Duration BETWEEN_BOOKMARKS = Duration.ofMinutes(1);

  private final PodStore store;
  private final PodRequest request;
  private final PodSelector selector;
  private final boolean wantsBookmarks;
  private final int history;
  private long version;
  private int bookmarks;
  private final long asked;

  PodWatch(PodStore store, PodRequest request, boolean mayTellBookmarks) {
    this.store = store;
    this.request = request;
    selector = request.selector();
    wantsBookmarks = mayTellBookmarks && request.text("allowWatchBookmarks").equals("true");
    history = store.history();
    version = request.number("resourceVersion");
    asked = version;
    bookmarks = store.bookmarks();
  }

  /** The error to answer with, where the changes since that version are not known any more. */
  Optional<ApiError> expired() {
    return version != 0 && version < store.oldest()
        ? Optional.of(ApiError.tooOld(version, store.oldest()))
        : Optional.empty();
  }

  /** Tells an error, after which nothing comes. */
  static void tell(ApiError error, Writer out) throws IOException {
    out.append("{\"type\":\"ERROR\",\"object\":").append(error.body().toString()).append("}\n");
  }

  /** Tells changes for as long as the client asked for and wants to hear them. */
  void run(Writer out, BooleanSupplier isWanted) throws IOException, InterruptedException {
    long seconds = request.number("timeoutSeconds");
    Instant end = Instant.now().plus(seconds > 0 ? Duration.ofSeconds(seconds) : LONGEST);
    Instant nextBookmark = Instant.now().plus(BETWEEN_BOOKMARKS);
    if (version == 0) {
      tellAllThereAre(out);
    }
    while (isWanted.getAsBoolean() && store.history() == history) {
      Duration left = Duration.between(Instant.now(), end);
      News news = store.after(version, bookmarks, left.compareTo(LOOK_UP) < 0 ? left : LOOK_UP);
      for (Change change : news.changes()) {
        tell(change, out);
      }
      version = Math.max(version, news.version());
      Instant now = Instant.now();
      boolean isOver = !now.isBefore(end);
      if (isOver || now.isAfter(nextBookmark) || news.bookmarks() > bookmarks) {
        bookmark(out);
        nextBookmark = now.plus(BETWEEN_BOOKMARKS);
        bookmarks = news.bookmarks();
      }
      out.flush();
      if (isOver) {
        return;
      }
    }
  }

  private void tellAllThereAre(Writer out) throws IOException {
    Snapshot snapshot = store.snapshot();
    for (StoredPod pod : snapshot.pods()) {
      if (selector.matches(pod)) {
        tell("ADDED", pod, out);
      }
    }
    version = snapshot.version();
    out.flush();
  }

  private void tell(Change change, Writer out) throws IOException {
    boolean was = change.before().filter(selector::matches).isPresent();
    boolean is = change.after().filter(selector::matches).isPresent();
    if (is) {
      tell(was ? "MODIFIED" : "ADDED", change.after().orElseThrow(), out);
    } else if (was) {
      // As it last matched, but with the version at which it no longer did.
      tell("DELETED", change.before().orElseThrow().at(change.version()), out);
    }
  }

  private void tell(String type, StoredPod pod, Writer out) throws IOException {
    out.append("{\"type\":\"").append(type).append("\",\"object\":");
    pod.write(out, request.form(), request.form().kind);
    out.append("}\n");
  }

  /** A bookmark, unless it would say no more than the client said itself: none comes then. */
  private void bookmark(Writer out) throws IOException {
    if (!wantsBookmarks || version <= asked) {
      return;
    }
    String rest =
        request.form() == Form.WHOLE ? ",\"spec\":{\"containers\":null},\"status\":{}" : "";
    out.append("{\"type\":\"BOOKMARK\",\"object\":{" + request.form().kind)
        .append("\"metadata\":{\"resourceVersion\":\"" + version)
        .append("\",\"creationTimestamp\":null}" + rest + "}}\n");
  }
}
