package io.sparklive.proxy;

import io.sparklive.http.StreamingExchange;
import io.sparklive.metrics.Metrics;
import io.sparklive.metrics.ProxyOutcome;
import io.sparklive.proxy.LiveUiProxy.FailureHandler;
import io.sparklive.proxy.LiveUiProxy.NoResponse;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * The state of one request that {@link LiveUiProxy} forwards to a driver. When the request ends, in
 * whatever way, it is counted and its permit is released.
 *
 * <p>Thread-safe. The HTTP client's threads write the outcome and the withheld response; {@link
 * #end} is called by these and by the container's threads.
 */
final class ProxyExchange extends StreamingExchange implements AsyncListener {
  private final ProxyTarget destination;
  private final FailureHandler failureHandler;
  private final Semaphore permits;
  private final Metrics metrics;
  private final long began = System.nanoTime();
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile ProxyOutcome outcome = ProxyOutcome.OTHER;
  // Null unless a response is withheld.
  private volatile Withheld withheld;

  /**
   * A response of the driver that does not reach the browser.
   *
   * @param instead the response in its place
   * @param end aborts the driver's response if it does not end
   */
  record Withheld(NoResponse instead, Scheduler.Task end) {}

  /**
   * @param destination where the request is forwarded
   * @param failureHandler responds to the request if the driver does not
   * @param permits one of them is taken for this request, and released when it ends
   */
  ProxyExchange(
      ProxyTarget destination, FailureHandler failureHandler, Semaphore permits, Metrics metrics) {
    this.destination = destination;
    this.failureHandler = failureHandler;
    this.permits = permits;
    this.metrics = metrics;
  }

  /**
   * The state of a request.
   *
   * @throws IllegalStateException if {@link LiveUiProxy} does not forward it
   */
  public static ProxyExchange of(HttpServletRequest request) {
    return of(request, ProxyExchange.class);
  }

  ProxyTarget destination() {
    return destination;
  }

  FailureHandler failureHandler() {
    return failureHandler;
  }

  /** The driver's response that is withheld, if it is. */
  Optional<Withheld> withheld() {
    return Optional.ofNullable(withheld);
  }

  void withhold(Withheld response) {
    withheld = response;
  }

  /** Sets the outcome, as far as it is known by now. */
  void setOutcome(ProxyOutcome now) {
    outcome = now;
  }

  /** Ends the exchange; only the first call counts it. */
  void end() {
    if (ended.compareAndSet(false, true)) {
      permits.release();
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
