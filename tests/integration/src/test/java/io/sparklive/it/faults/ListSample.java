// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.faults;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * One response of a History Server.
 *
 * @param path the path of the request
 * @param begun the {@link System#nanoTime} before the request
 * @param ended the same after the response
 * @param trouble the failure; empty if there is none
 * @param entries the entries of a list, in its order; none for a page
 */
record ListSample(String path, long begun, long ended, String trouble, List<Entry> entries) {

  /**
   * An application in a list.
   *
   * @param id its id
   * @param state the state of its newest attempt
   */
  record Entry(String id, ListedState state) {}

  static List<Entry> entriesOf(String json) {
    return StreamSupport.stream(JsonParser.parseString(json).getAsJsonArray().spliterator(), false)
        .map(JsonElement::getAsJsonObject)
        .map(ListSample::entryOf)
        .toList();
  }

  private static Entry entryOf(JsonObject application) {
    JsonObject attempt = application.getAsJsonArray("attempts").get(0).getAsJsonObject();
    return new Entry(
        application.get("id").getAsString(),
        attempt.get("completed").getAsBoolean() ? ListedState.COMPLETED : ListedState.RUNNING);
  }

  boolean overlaps(long from, long to) {
    return begun <= to && ended >= from;
  }
}
