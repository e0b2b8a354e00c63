// SPDX-License-Identifier: Apache-2.0
package io.sparklive.logs;

import io.sparklive.concurrent.DaemonThreads;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Responds to requests on threads of its own, as many as a bound allows. So no thread of the
 * History Server waits for the API server, and none is held by a log that a user follows.
 */
final class RequestThreads implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RequestThreads.class);

  private final ThreadPoolExecutor threads;

  /** Responds to one request. */
  @FunctionalInterface
  interface Task {
    void run() throws IOException;
  }

  /**
   * @param most the most threads
   * @param waiting how many requests may wait for a thread
   */
  RequestThreads(String name, int most, int waiting) {
    threads =
        DaemonThreads.pool(
            name,
            most,
            waiting == 0 ? new SynchronousQueue<>() : new ArrayBlockingQueue<>(waiting));
  }

  /**
   * Runs a task on a thread of its own, and completes the response after it.
   *
   * @param busy responds if all threads are busy, and no further request may wait
   */
  void run(HttpServletRequest request, HttpServletResponse response, Task task, Task busy)
      throws IOException {
    AsyncContext context = request.startAsync(request, response);
    // The API client has timeouts.
    context.setTimeout(0);
    try {
      threads.execute(() -> respond(task, response, context));
    } catch (RejectedExecutionException e) {
      busy.run();
      context.complete();
    }
  }

  private static void respond(Task task, HttpServletResponse response, AsyncContext context) {
    try {
      task.run();
    } catch (IOException e) {
      LOG.debug("The response was not completed", e);
    } catch (RuntimeException e) {
      LOG.warn("A request for logs failed", e);
      fail(response);
    } finally {
      try {
        context.complete();
      } catch (IllegalStateException e) {
        LOG.debug("The response was completed or aborted before", e);
      }
    }
  }

  private static void fail(HttpServletResponse response) {
    try {
      if (!response.isCommitted()) {
        response.sendError(HttpServletResponse.SC_INTERNAL_SERVER_ERROR);
      }
    } catch (IOException | IllegalStateException e) {
      LOG.debug("The response was not completed", e);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
