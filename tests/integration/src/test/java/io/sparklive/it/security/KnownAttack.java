// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security;

import io.sparklive.testkit.SparkVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A known attack: four lines of {@code raw-tricks.txt}.
 *
 * @param name its description
 * @param template the input, as ISO 8859-1, with the escapes of Java, {@code HOST} and {@code ID}
 * @param statuses those of the responses. If the lines of Spark differ, those from 3.5, from 4.0
 *     and from 4.2 on
 * @param arrives methods and targets that reach the driver, with the same alternatives; {@code
 *     perhaps} if that depends on timing
 */
record KnownAttack(String name, String template, String statuses, String arrives) {
  private static final String PERHAPS = "perhaps ";

  /** The first version with each line of Jetty: 9.4, 11 and 12. */
  private static final List<SparkVersion> FIRST =
      Stream.of("3.5.0", "4.0.0", "4.2.0").map(SparkVersion::new).toList();

  /** All attacks of the file. */
  static List<KnownAttack> all() {
    return Arrays.stream(text().split("\n\n+", -1)).map(KnownAttack::parse).toList();
  }

  private static KnownAttack parse(String block) {
    String[] lines = block.strip().split("\n", -1);
    return new KnownAttack(lines[0], lines[1], lines[2], lines[3]);
  }

  /** The input for this server and this application. */
  String input(String host, String id) {
    return atLength(template.translateEscapes().replace("HOST", host).replace("ID", id));
  }

  /**
   * Whether these may be the statuses in this version of Spark. If the driver responds before the
   * end of a broken body, the client gets its response, or the part of it before that end.
   */
  boolean mayRespond(SparkVersion version, List<String> given, List<String> targets) {
    boolean driverRespondedFirst = of(version, arrives).startsWith(PERHAPS) && !targets.isEmpty();
    return given.equals(List.of(of(version, statuses).split(" ", -1)))
        || (driverRespondedFirst && (given.isEmpty() || given.equals(List.of("405"))));
  }

  /** Whether these targets may reach the driver in this version of Spark. */
  boolean mayArrive(SparkVersion version, List<String> targets) {
    String all = atLength(of(version, arrives));
    if (all.startsWith(PERHAPS)) {
      return targets.isEmpty() || targets.equals(List.of(all.substring(PERHAPS.length())));
    }
    return targets.equals(all.equals("nothing") ? List.of() : List.of(all.split(", ", -1)));
  }

  private static String atLength(String text) {
    return text.replace("MEDIUM", "m".repeat(3_000)).replace("LONG", "l".repeat(9_000));
  }

  private static String of(SparkVersion version, String expected) {
    String[] each = expected.split(" \\| ", -1);
    long later = FIRST.stream().skip(1).filter(first -> version.compareTo(first) >= 0).count();
    return each[each.length == 1 ? 0 : (int) later];
  }

  @Override
  public String toString() {
    return name;
  }

  private static String text() {
    try (InputStream in = KnownAttack.class.getResourceAsStream("raw-tricks.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
