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
 * Bounds the time that a request waits for a connection: its own time-outs begin with that only.
 */
public final class AcquireTimeout implements Request.BeginListener, Response.CompleteListener {
  private final Scheduler.Task end;

  private AcquireTimeout(Scheduler.Task end) {
    this.end = end;
  }

  /** Gives this request so long to get a connection, and fails it otherwise. */
  public static void atMost(Duration time, Request request, Scheduler scheduler) {
    AcquireTimeout waiting =
        new AcquireTimeout(
            scheduler.schedule(
                () -> {
                  CompletableFuture<Boolean> unused =
                      request.abort(new TimeoutException("no connection within " + time));
                },
                time.toMillis(),
                TimeUnit.MILLISECONDS));
    request.onRequestBegin(waiting).onComplete(waiting);
  }

  @Override
  public void onBegin(Request request) {
    end.cancel();
  }

  @Override
  public void onComplete(Result result) {
    end.cancel();
  }
}
