// SPDX-License-Identifier: Apache-2.0
package io.sparklive.runtime;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes resources in the reverse order of their registration. Thread-safe. */
final class Closer {
  private static final Logger LOG = LoggerFactory.getLogger(Closer.class);

  private final Deque<AutoCloseable> resources = new ArrayDeque<>();

  synchronized void add(AutoCloseable resource) {
    resources.push(resource);
  }

  /** Adds the resource and returns it. */
  <T extends AutoCloseable> T register(T resource) {
    add(resource);
    return resource;
  }

  /** Closes every resource, even if closing another one fails. */
  synchronized void close() {
    while (!resources.isEmpty()) {
      try {
        resources.pop().close();
      } catch (Exception e) {
        LOG.warn("Error while stopping Spark Live History", e);
      }
    }
  }
}
