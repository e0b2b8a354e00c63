// SPDX-License-Identifier: Apache-2.0
package io.sparklive.http;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Limits the time that a request waits for a connection. The time-outs of the request itself begin
 * only once it has a connection.
 */
public final class AcquireTimeout implements Request.BeginListener, Response.CompleteListener {
  private final Scheduler.Task timer;

  private AcquireTimeout(Scheduler.Task timer) {
    this.timer = timer;
  }

  /** Fails the request if it has no connection after this time. */
  public static void apply(Duration timeout, Request request, Scheduler scheduler) {
    AcquireTimeout listener =
        new AcquireTimeout(
            scheduler.schedule(
                () -> {
                  CompletableFuture<Boolean> unused =
                      request.abort(new TimeoutException("no connection within " + timeout));
                },
                timeout.toMillis(),
                TimeUnit.MILLISECONDS));
    request.onRequestBegin(listener).onComplete(listener);
  }

  @Override
  public void onBegin(Request request) {
    timer.cancel();
  }

  @Override
  public void onComplete(Result result) {
    timer.cancel();
  }
}
