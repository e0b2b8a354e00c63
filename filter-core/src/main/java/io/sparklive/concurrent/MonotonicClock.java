package io.sparklive.concurrent;

import java.time.Instant;
import java.time.InstantSource;

/** A clock for lengths of time: nobody sets it back, and it need not be right. Thread-safe. */
public final class MonotonicClock implements InstantSource {
  private final Instant start = Instant.now();
  private final long startNanos = System.nanoTime();

  @Override
  public Instant instant() {
    return start.plusNanos(System.nanoTime() - startNanos);
  }
}
