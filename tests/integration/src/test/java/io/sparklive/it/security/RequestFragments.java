// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Fragments of requests, one per line of {@code raw-pieces.txt}, with the escapes of Java.
 *
 * @param byKind the fragments of each kind; one that is listed twice is chosen twice as often
 */
record RequestFragments(Map<String, List<String>> byKind) {
  private static final String NOTHING = "(nothing)";

  static RequestFragments read() {
    Map<String, List<String>> byKind = new HashMap<>();
    List<String> current = new ArrayList<>();
    for (String line : text().lines().toList()) {
      if (line.matches("\\[[a-z ]+]")) {
        current = new ArrayList<>();
        byKind.put(line.substring(1, line.length() - 1), current);
      } else {
        current.add(line.equals(NOTHING) ? "" : line.translateEscapes());
      }
    }
    return new RequestFragments(byKind);
  }

  /** A random fragment of a kind. */
  String pick(Random random, String kind) {
    List<String> choices = byKind.get(kind);
    return choices.get(random.nextInt(choices.size()));
  }

  private static String text() {
    try (InputStream in = RequestFragments.class.getResourceAsStream("raw-pieces.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
