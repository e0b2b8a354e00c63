// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * Requests a page at a fixed rate. The time of each response begins when its request was due, so
 * that a pause of the server counts in every response that it delays.
 */
final class OpenLoopProbe {
  private final RequestTimer timer;
  private final String path;
  private final Duration period;
  private final CompletableFuture<List<Double>> times;
  private volatile boolean over;

  private OpenLoopProbe(URI server, String path, Duration period) {
    this.timer = new RequestTimer(server);
    this.path = path;
    this.period = period;
    this.times = CompletableFuture.supplyAsync(this::probe, OpenLoopProbe::start);
  }

  /** Starts to send requests. */
  static OpenLoopProbe of(URI server, String path, Duration period) {
    return new OpenLoopProbe(server, path, period);
  }

  /**
   * Stops.
   *
   * @return the time of each response, in milliseconds
   */
  List<Double> end() {
    over = true;
    return times.join();
  }

  private static void start(Runnable probe) {
    Thread thread = new Thread(probe, "open-loop-probe");
    thread.setDaemon(true);
    thread.start();
  }

  private List<Double> probe() {
    List<Double> millis = new ArrayList<>();
    try {
      // The connection is opened before the first measured request.
      timer.time(path);
      long due = System.nanoTime();
      while (!over) {
        LockSupport.parkNanos(due - System.nanoTime());
        timer.time(path);
        millis.add((System.nanoTime() - due) / 1e6);
        due += period.toNanos();
      }
      return millis;
    } catch (IOException e) {
      throw new IllegalStateException("A request for a page failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
