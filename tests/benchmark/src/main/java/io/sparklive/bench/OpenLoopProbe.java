package io.sparklive.bench;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks a server for a page, again and again after the same time. The time of each answer begins
 * when it was due to be asked for, so that a pause shows in everything that it delays.
 */
final class OpenLoopProbe {
  private final Caller caller;
  private final String path;
  private final Duration period;
  private final CompletableFuture<List<Double>> times;
  private volatile boolean over;

  private OpenLoopProbe(URI server, String path, Duration period) {
    this.caller = new Caller(server);
    this.path = path;
    this.period = period;
    this.times = CompletableFuture.supplyAsync(this::beat, OpenLoopProbe::start);
  }

  /** Begins to ask. */
  static OpenLoopProbe of(URI server, String path, Duration period) {
    return new OpenLoopProbe(server, path, period);
  }

  /**
   * Ends it.
   *
   * @return how long each answer took, in milliseconds
   */
  List<Double> end() {
    over = true;
    return times.join();
  }

  private static void start(Runnable beat) {
    Thread thread = new Thread(beat, "pulse");
    thread.setDaemon(true);
    thread.start();
  }

  private List<Double> beat() {
    List<Double> millis = new ArrayList<>();
    try {
      // Without it the first beat would be that in which the connection is made.
      caller.time(path);
      long due = System.nanoTime();
      while (!over) {
        LockSupport.parkNanos(due - System.nanoTime());
        caller.time(path);
        millis.add((System.nanoTime() - due) / 1e6);
        due += period.toNanos();
      }
      return millis;
    } catch (IOException e) {
      throw new IllegalStateException("A page was not answered", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
