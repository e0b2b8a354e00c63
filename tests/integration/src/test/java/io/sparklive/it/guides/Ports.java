// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.guides;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ports of one run of a guide. Guides use the usual ones: 18080, the History Server's, and
 * 4040, a driver's and the WAR's. Here free ones replace them, in commands and in files; a range
 * such as 4040-4049 keeps its length.
 */
record Ports(int historyServer, int driver) {
  private static final Pattern USUAL =
      Pattern.compile("(?<![\\w.])(18080|4040)(?:-40(\\d\\d))?(?![\\w.]\\w)");

  static Ports free() throws IOException {
    try (ServerSocket one = listening();
        ServerSocket other = listening()) {
      return new Ports(one.getLocalPort(), other.getLocalPort());
    }
  }

  private static ServerSocket listening() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  /** The text with these ports. */
  String in(String text) {
    Map<String, Integer> instead = Map.of("18080", historyServer, "4040", driver);
    Matcher port = USUAL.matcher(text);
    return port.replaceAll(
        found -> {
          int first = instead.get(found.group(1));
          String last = found.group(2);
          return last == null
              ? String.valueOf(first)
              : first + "-" + (first + Integer.parseInt(last) - 40);
        });
  }
}
