package io.sparklive.runtime;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What has been opened, to be closed in the opposite order. Thread-safe. */
public final class Closer {
  private static final Logger LOG = LoggerFactory.getLogger(Closer.class);

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  synchronized void add(AutoCloseable part) {
    opened.push(part);
  }

  /** Adds a part that is needed further on. */
  <T extends AutoCloseable> T keep(T part) {
    add(part);
    return part;
  }

  /** Closes everything, whatever fails on the way. */
  synchronized void close() {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        LOG.warn("A part of Spark Live History did not close", e);
      }
    }
  }
}
