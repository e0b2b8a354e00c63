// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.driver;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A request that a driver received. Nothing in it is decoded or normalized. Immutable.
 *
 * @param method its method
 * @param target path and query as they are in the request line
 * @param headers values by name in lower case
 * @param body its whole body; empty if a {@link Script} responded, because the body is left to it
 */
public record ReceivedRequest(
    String method, String target, Map<String, List<String>> headers, String body) {

  /** Parses request line and headers. */
  static ReceivedRequest parse(String head) {
    String[] lines = head.split("\r\n");
    String[] words = lines[0].split(" ", 3);
    Map<String, List<String>> headers = new TreeMap<>();
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      headers
          .computeIfAbsent(
              lines[i].substring(0, colon).toLowerCase(Locale.ROOT), n -> new ArrayList<>())
          .add(lines[i].substring(colon + 1).strip());
    }
    return new ReceivedRequest(words[0], words[1], headers, "");
  }

  /** The same request with the body that followed. */
  ReceivedRequest withBody(byte[] bytes) {
    return new ReceivedRequest(method, target, headers, new String(bytes, StandardCharsets.UTF_8));
  }

  /** The values of a header, separated by a comma; empty if it is missing. */
  public String header(String name) {
    return String.join(",", headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()));
  }

  /** The target without the query. */
  public String path() {
    return target.split("\\?", 2)[0];
  }

  /** Whether the filter forwarded it for a client, rather than sent it on its own account. */
  public boolean isProxied() {
    return headers.containsKey("x-forwarded-context");
  }
}
