// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.browser;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.sparklive.testkit.cluster.PodLog;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.eclipse.jetty.util.Fields;

/**
 * The log of a container that writes lines, as a kubelet sends it: from a time or one of the last
 * lines on, with the time of each line if the client requests it, and each new line to a client
 * that follows.
 */
final class GrowingLog implements PodLog {
  private static final Duration POLL_INTERVAL = Duration.ofMillis(20);
  private static final Duration LONG = Duration.ofMinutes(2);

  private final String previous;
  private final List<Line> lines = new CopyOnWriteArrayList<>();
  private volatile boolean ended;

  private record Line(Instant at, String text) {
    String sent(boolean withTime) {
      return (withTime ? at + " " : "") + text + "\n";
    }
  }

  /**
   * A log without a line.
   *
   * @param previous the only line of the container's previous instance
   */
  GrowingLog(String previous) {
    this.previous = previous;
  }

  /** Writes a line. */
  void add(String text) {
    lines.add(new Line(Instant.now(), text));
  }

  /** The container has ended. */
  void end() {
    ended = true;
  }

  @Override
  public void write(Fields query, OutputStream out, BooleanSupplier connected) throws IOException {
    boolean withTimes = isSet(query, "timestamps");
    if (isSet(query, "previous")) {
      out.write(new Line(Instant.EPOCH, previous).sent(withTimes).getBytes(UTF_8));
      return;
    }
    int sent = first(query);
    boolean isLast;
    do {
      isLast = !isSet(query, "follow") || ended || !connected.getAsBoolean();
      List<Line> all = List.copyOf(lines);
      for (Line line : all.subList(sent, all.size())) {
        out.write(line.sent(withTimes).getBytes(UTF_8));
      }
      out.flush();
      sent = all.size();
      if (!isLast) {
        awaitMoreThan(sent, connected);
      }
    } while (!isLast);
  }

  private void awaitMoreThan(int sent, BooleanSupplier connected) {
    await()
        .atMost(LONG)
        .pollInterval(POLL_INTERVAL)
        .until(() -> lines.size() > sent || ended || !connected.getAsBoolean());
  }

  private int first(Fields query) {
    if (query.getValue("sinceTime") != null) {
      Instant since = Instant.parse(query.getValue("sinceTime"));
      return (int) lines.stream().takeWhile(line -> line.at().isBefore(since)).count();
    }
    return query.getValue("tailLines") == null
        ? 0
        : Math.max(0, lines.size() - Integer.parseInt(query.getValue("tailLines")));
  }

  private static boolean isSet(Fields query, String name) {
    return "true".equals(query.getValue(name));
  }

  /** Writes lines with these numbers, from 1 to the last one. */
  void addNumbered(int last) {
    IntStream.rangeClosed(1, last).forEach(number -> add("Line " + number));
  }
}
