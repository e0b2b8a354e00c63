// SPDX-License-Identifier: Apache-2.0
package io.sparklive.concurrent;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Creates named daemon threads and executors of them: none keeps the JVM from ending. */
public final class DaemonThreads {
  private static final int IDLE_SECONDS = 10;

  private DaemonThreads() {}

  /** A thread that is not started yet. */
  public static Thread create(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /** An executor of one thread for repeated and delayed tasks; a task must not block it. */
  public static ScheduledThreadPoolExecutor scheduler(String name) {
    return new ScheduledThreadPoolExecutor(1, factory(name));
  }

  /**
   * An executor whose threads end after 10 seconds without a task.
   *
   * @param threads the most threads at a time; all have the same name
   * @param queue holds the tasks that wait for a thread; if it is full, the executor rejects a task
   */
  public static ThreadPoolExecutor pool(String name, int threads, BlockingQueue<Runnable> queue) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, queue, factory(name));
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  private static ThreadFactory factory(String name) {
    return task -> create(name, task);
  }
}
