// SPDX-License-Identifier: Apache-2.0
package io.sparklive.proxy.files;

import io.sparklive.application.DriverAddress;
import io.sparklive.proxy.ProxyTarget;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The static files of one driver, cached in memory. If they become too many, the files that were
 * not used for the longest time are removed.
 *
 * <p>Not thread-safe: {@link StaticFileCache} calls it in its monitor.
 */
final class ApplicationFiles {
  // All files of a Spark version other than the History Server's are 3.6 MB, plain and compressed.
  private static final int MAX_BYTES = 8 * 1024 * 1024;

  private final DriverAddress driver;
  private final Instant startTime;
  private final Map<String, StaticFile> files = new LinkedHashMap<>(16, 0.75f, true);
  private int weight;

  ApplicationFiles(ProxyTarget target) {
    this.driver = target.driver();
    this.startTime = target.startTime();
  }

  /** Whether they are files of this driver, and not of an earlier application with the same id. */
  boolean isFor(ProxyTarget target) {
    return driver.equals(target.driver()) && startTime.equals(target.startTime());
  }

  Optional<StaticFile> find(String path) {
    return Optional.ofNullable(files.get(path));
  }

  void put(String path, StaticFile file) {
    StaticFile before = files.put(path, file);
    weight += file.weight() - (before == null ? 0 : before.weight());
    Iterator<StaticFile> eldest = files.values().iterator();
    while (weight > MAX_BYTES) {
      weight -= eldest.next().weight();
      eldest.remove();
    }
  }

  /** Returns how many bytes of memory they take. */
  int weight() {
    return weight;
  }
}
