// SPDX-License-Identifier: Apache-2.0
package io.sparklive.logs;

import io.sparklive.concurrent.DaemonThreads;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
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

  RequestThreads(String name, int most) {
    threads = DaemonThreads.pool(name, most, new SynchronousQueue<>());
  }

  /**
   * Runs a task on a thread of its own, and completes the response after it.
   *
   * @param busy responds if all threads are busy
   */
  void run(HttpServletRequest request, HttpServletResponse response, Task task, Task busy)
      throws IOException {
    AsyncContext context = request.startAsync(request, response);
    // The API client has timeouts.
    context.setTimeout(0);
    try {
      threads.execute(() -> respond(task, context));
    } catch (RejectedExecutionException e) {
      busy.run();
      context.complete();
    }
  }

  private static void respond(Task task, AsyncContext context) {
    try {
      task.run();
    } catch (IOException | RuntimeException e) {
      LOG.debug("The response was not completed", e);
    } finally {
      try {
        context.complete();
      } catch (IllegalStateException e) {
        LOG.debug("The response was completed or aborted before", e);
      }
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
