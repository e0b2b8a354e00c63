// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** Reads a watch in a thread of its own. */
final class WatchReader implements AutoCloseable {
  private final int status;
  private final Stream<String> lines;
  private final Iterator<String> each;
  private final List<Event> events = new CopyOnWriteArrayList<>();
  private volatile State state = State.OPEN;

  /** The state of the watch. */
  enum State {
    OPEN,
    ENDED,
    BROKEN
  }

  /** A line of the watch. */
  record Event(String type, JsonObject object) {
    String version() {
      return object.getAsJsonObject("metadata").get("resourceVersion").getAsString();
    }

    @Override
    public String toString() {
      return type;
    }
  }

  WatchReader(HttpResponse<Stream<String>> response) {
    status = response.statusCode();
    lines = response.body();
    each = lines.iterator();
    Thread reader = new Thread(this::read, "watch-reader");
    reader.setDaemon(true);
    reader.start();
  }

  int status() {
    return status;
  }

  State state() {
    return state;
  }

  List<Event> events() {
    return List.copyOf(events);
  }

  /** The types of the events, in order, without bookmarks. */
  List<String> types() {
    return events.stream().map(Event::type).filter(type -> !type.equals("BOOKMARK")).toList();
  }

  @Override
  public void close() {
    lines.close();
  }

  private void read() {
    try {
      while (each.hasNext()) {
        JsonObject event = JsonParser.parseString(each.next()).getAsJsonObject();
        events.add(new Event(event.get("type").getAsString(), event.getAsJsonObject("object")));
      }
      state = State.ENDED;
    } catch (UncheckedIOException e) {
      state = State.BROKEN;
    }
  }
}
