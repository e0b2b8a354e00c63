package io.sparklive.proxy;

import io.sparklive.metrics.Metrics;
import io.sparklive.metrics.Outcome;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A request on its way to a driver and back. When it is done, however that comes, it is counted and
 * gives its place to the next.
 */
final class ProxyExchange implements AsyncListener {
  private final Semaphore places;
  private final Metrics metrics;
  private final long began = System.nanoTime();
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile Outcome outcome = Outcome.OTHER;

  ProxyExchange(Semaphore places, Metrics metrics) {
    this.places = places;
    this.metrics = metrics;
  }

  /** How it comes out, as far as that is known by now. */
  void comesTo(Outcome now) {
    outcome = now;
  }

  /** It is done, which more than one may notice. */
  void end() {
    if (ended.compareAndSet(false, true)) {
      places.release();
      metrics.proxied(outcome, Duration.ofNanos(System.nanoTime() - began));
    }
  }

  @Override
  public void onComplete(AsyncEvent event) {
    end();
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    // It is completed after that.
  }

  @Override
  public void onError(AsyncEvent event) {
    // It is completed after that.
  }

  @Override
  public void onStartAsync(AsyncEvent event) {
    // Only after its end: the History Server responds then, perhaps asynchronously.
  }
}
