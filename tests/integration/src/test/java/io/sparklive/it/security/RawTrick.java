package io.sparklive.it.security;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * One of the classical tricks: four lines of {@code raw-tricks.txt}.
 *
 * @param name what it is
 * @param words what is said, as ISO 8859-1, with the escapes of Java, {@code HOST} and {@code ID}
 * @param statuses of the answers; where the lines of Spark differ, those of 3.5, 4.0 and 4.2
 * @param arrives methods and targets that reach the driver, told apart in the same way; {@code
 *     perhaps} where that depends on who is faster
 */
record RawTrick(String name, String words, String statuses, String arrives) {
  private static final String PERHAPS = "perhaps ";
  private static final List<String> LINES = List.of("3.5", "4.0", "4.2");

  /** All of them. */
  static List<RawTrick> all() {
    return Arrays.stream(text().split("\n\n+", -1)).map(RawTrick::parse).toList();
  }

  private static RawTrick parse(String block) {
    String[] lines = block.strip().split("\n", -1);
    return new RawTrick(lines[0], lines[1], lines[2], lines[3]);
  }

  /** What is said to this server about this application. */
  String words(String host, String id) {
    return atLength(words.translateEscapes().replace("HOST", host).replace("ID", id));
  }

  /**
   * Whether these may be the statuses on this line of Spark. A driver that is faster than the end
   * of a broken body has answered already, wholly or until that came.
   */
  boolean mayBeAnswered(String line, List<String> given, List<String> targets) {
    boolean driverWasFaster = of(line, arrives).startsWith(PERHAPS) && !targets.isEmpty();
    return given.equals(List.of(of(line, statuses).split(" ", -1)))
        || (driverWasFaster && (given.isEmpty() || given.equals(List.of("405"))));
  }

  /** Whether this is what reaches the driver on this line of Spark. */
  boolean mayArrive(String line, List<String> targets) {
    String all = atLength(of(line, arrives));
    if (all.startsWith(PERHAPS)) {
      return targets.isEmpty() || targets.equals(List.of(all.substring(PERHAPS.length())));
    }
    return targets.equals(all.equals("nothing") ? List.of() : List.of(all.split(", ", -1)));
  }

  private static String atLength(String text) {
    return text.replace("MEDIUM", "m".repeat(3_000)).replace("LONG", "l".repeat(9_000));
  }

  private static String of(String line, String expected) {
    String[] each = expected.split(" \\| ", -1);
    return each[each.length == 1 ? 0 : LINES.indexOf(line)];
  }

  @Override
  public String toString() {
    return name;
  }

  private static String text() {
    try (InputStream in = RawTrick.class.getResourceAsStream("raw-tricks.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
