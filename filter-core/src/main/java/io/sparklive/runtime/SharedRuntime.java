// SPDX-License-Identifier: Apache-2.0
package io.sparklive.runtime;

import io.sparklive.config.Settings;
import io.sparklive.spi.HostEnvironment;
import io.sparklive.web.RequestHandler;
import jakarta.servlet.FilterConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the one runtime that all filter instances of the JVM share. The first instance on a History
 * Server starts it, the last instance that is destroyed stops it.
 */
public final class SharedRuntime {
  private static final Logger LOG = LoggerFactory.getLogger(SharedRuntime.class);
  private static final String FILTER = HostEnvironment.FILTER;

  // The servlet contexts of a History Server identify it long before.
  private static final Duration TIME_TO_DETECT = Duration.ofSeconds(10);

  private static int instances;
  private static volatile long firstInstanceNanos;
  private static volatile boolean isInactiveLogged;
  private static volatile @Nullable LiveHistoryRuntime current;

  private SharedRuntime() {}

  /** The handler of all requests; empty on any other UI than a History Server's. */
  public static Optional<RequestHandler> requestHandler() {
    LiveHistoryRuntime runtime = current;
    if (runtime == null) {
      if (!isInactiveLogged) {
        logIfInactive();
      }
      return Optional.empty();
    }
    return Optional.of(runtime.requestHandler());
  }

  /** A Master or a Worker is not detected as such: no servlet context identifies the server. */
  private static synchronized void logIfInactive() {
    boolean isLate = System.nanoTime() - firstInstanceNanos > TIME_TO_DETECT.toNanos();
    if (isLate && current == null && !isInactiveLogged) {
      isInactiveLogged = true;
      LOG.info("{} is inactive: this is not a History Server", FILTER);
    }
  }

  /**
   * Adds a filter instance, and starts the runtime if this is the first one on a History Server.
   *
   * @throws IllegalArgumentException if the filter is in the wrong place or a parameter is invalid;
   *     the instance is not added then
   */
  public static synchronized void acquire(FilterConfig config) {
    if (instances == 0) {
      firstInstanceNanos = System.nanoTime();
    }
    for (HostEnvironment environment : EnvironmentsHolder.ALL) {
      HostEnvironment.Detection detection = environment.detect(config.getServletContext());
      if (current == null && detection instanceof HostEnvironment.HistoryServer historyServer) {
        checkOrder(historyServer.filters());
        Settings settings = Settings.of(environment.parameters(config));
        current = LiveHistoryRuntime.start(settings, historyServer, config.getServletContext());
      } else if (current == null
          && detection instanceof HostEnvironment.NotAHistoryServer other
          && !isInactiveLogged) {
        isInactiveLogged = true;
        LOG.info("{} is inactive: this is the UI of {}", FILTER, other.kind());
      }
    }
    instances++;
  }

  /**
   * Lets the runtime start now, instead of after the first response of the History Server.
   *
   * @return whether the runtime is ready
   */
  public static boolean requestStart() {
    LiveHistoryRuntime runtime = current;
    if (runtime == null) {
      return false;
    }
    runtime.requestStart();
    return runtime.isReady();
  }

  /** Removes a filter instance, and stops the runtime if this was the last one. */
  public static void release() {
    LiveHistoryRuntime last = null;
    synchronized (SharedRuntime.class) {
      instances--;
      if (instances == 0) {
        last = current;
        current = null;
        isInactiveLogged = false;
      }
    }
    if (last != null) {
      last.stop();
    }
  }

  private static void checkOrder(List<String> filters) {
    int first = filters.indexOf(FILTER);
    if (first >= 0 && first != filters.size() - 1) {
      List<String> right =
          new ArrayList<>(filters.stream().filter(f -> !f.equals(FILTER)).toList());
      right.add(FILTER);
      throw new IllegalArgumentException(
          "spark.ui.filters=%s: %s must be last and occur once, as filters after it would not receive its requests; write spark.ui.filters=%s"
              .formatted(String.join(",", filters), FILTER, String.join(",", right)));
    }
  }

  /** Loaded once: 28 filter instances need the list before the first request. */
  private static final class EnvironmentsHolder {
    static final List<HostEnvironment> ALL =
        ServiceLoader.load(HostEnvironment.class, SharedRuntime.class.getClassLoader()).stream()
            .map(ServiceLoader.Provider::get)
            .toList();
  }
}
