package io.sparklive.proxy.files;

import io.sparklive.application.DriverAddress;
import io.sparklive.proxy.ProxyTarget;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The static files of one program, those looked at longest ago first to go. Not thread-safe. */
public final class ApplicationFiles {
  // All of a Spark that is not the History Server's are 3.6 MB, plain and compressed.
  private static final int MOST = 8 * 1024 * 1024;

  private final DriverAddress driver;
  private final Instant started;
  private final Map<String, StaticFile> files = new LinkedHashMap<>(16, 0.75f, true);
  private int weight;

  ApplicationFiles(ProxyTarget destination) {
    this.driver = destination.driver();
    this.started = destination.started();
  }

  /** Whether it is of the program that this request is for, not of an earlier one with its id. */
  boolean isOf(ProxyTarget destination) {
    return driver.equals(destination.driver()) && started.equals(destination.started());
  }

  Optional<StaticFile> find(String path) {
    return Optional.ofNullable(files.get(path));
  }

  void put(String path, StaticFile file) {
    StaticFile before = files.put(path, file);
    weight += file.weight() - (before == null ? 0 : before.weight());
    Iterator<StaticFile> eldest = files.values().iterator();
    while (weight > MOST) {
      weight -= eldest.next().weight();
      eldest.remove();
    }
  }

  /** How much memory it takes, in bytes. */
  int weight() {
    return weight;
  }
}
