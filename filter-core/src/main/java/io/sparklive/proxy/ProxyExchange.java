// SPDX-License-Identifier: Apache-2.0
package io.sparklive.proxy;

import io.sparklive.http.EarlierHeaders;
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
import org.jspecify.annotations.Nullable;

/**
 * The state of one request that {@link LiveUiProxy} forwards to a driver. It owns one permit of the
 * proxy from its creation on. When the request ends, in whatever way, the exchange releases the
 * permit and counts the request, both once.
 *
 * <p>Thread-safe. The HTTP client's threads write the outcome and the withheld response. These
 * threads and the container's threads call {@link #end}; only the first call has an effect. It is
 * also the listener of the asynchronous processing, so that it ends if the container ends the
 * request.
 */
final class ProxyExchange extends StreamingExchange implements AsyncListener {
  private final ProxyTarget target;
  private final FailureHandler failureHandler;
  private final Semaphore permits;
  private final Metrics metrics;
  private final long startNanos = System.nanoTime();
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile ProxyOutcome outcome = ProxyOutcome.OTHER;
  // Null unless a response is withheld.
  private volatile @Nullable Withheld withheld;

  /**
   * A response of the driver that is not forwarded to the browser.
   *
   * @param instead the response in its place
   * @param timer aborts the driver's response if it does not end
   */
  record Withheld(NoResponse instead, Scheduler.Task timer) {}

  /**
   * @param target the driver and the path to which the request is forwarded
   * @param failureHandler responds to the request if the driver does not
   * @param earlierHeaders the headers of the response before the request is forwarded
   * @param permits the caller has acquired one for this request; {@link #end} releases it
   */
  ProxyExchange(
      ProxyTarget target,
      FailureHandler failureHandler,
      EarlierHeaders earlierHeaders,
      Semaphore permits,
      Metrics metrics) {
    super(earlierHeaders);
    this.target = target;
    this.failureHandler = failureHandler;
    this.permits = permits;
    this.metrics = metrics;
  }

  /**
   * Returns the state of a request.
   *
   * @throws IllegalStateException if {@link LiveUiProxy} does not forward the request
   */
  public static ProxyExchange of(HttpServletRequest request) {
    return of(request, ProxyExchange.class);
  }

  ProxyTarget target() {
    return target;
  }

  FailureHandler failureHandler() {
    return failureHandler;
  }

  /** Returns the driver's response that is withheld; empty if the response is forwarded. */
  Optional<Withheld> withheld() {
    return Optional.ofNullable(withheld);
  }

  /** Marks the driver's response as withheld. */
  void withhold(Withheld response) {
    withheld = response;
  }

  /** Sets the outcome for the metrics. The last one before the end counts. */
  void setOutcome(ProxyOutcome now) {
    outcome = now;
  }

  /** Ends the exchange: releases the permit and counts the request. Later calls have no effect. */
  void end() {
    if (ended.compareAndSet(false, true)) {
      permits.release();
      metrics.proxied(outcome, Duration.ofNanos(System.nanoTime() - startNanos));
    }
  }

  @Override
  public void onComplete(AsyncEvent event) {
    end();
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    // The container completes it after that.
  }

  @Override
  public void onError(AsyncEvent event) {
    // The container completes it after that.
  }

  @Override
  public void onStartAsync(AsyncEvent event) {
    // Called only after the end: then the History Server responds, perhaps asynchronously.
  }
}
