package io.sparklive.runtime;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads of our own. None keeps the JVM from ending. */
public final class DaemonThreads {
  // Hundreds of people look at hundreds of applications; what is refused is asked again.
  private static final int MOST_OPEN_RIGHTS = 10_000;
  private static final int IDLE_SECONDS = 10;

  private DaemonThreads() {}

  /** Where everything happens that happens again and again; nothing waits there. */
  static ScheduledThreadPoolExecutor clock() {
    return new ScheduledThreadPoolExecutor(1, task -> daemon(task, "spark-live-history-clock"));
  }

  /** Where it is found out who may view what; there is no thread while nobody asks. */
  static ThreadPoolExecutor rights() {
    ThreadPoolExecutor rights =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_OPEN_RIGHTS),
            task -> daemon(task, "spark-live-history-rights"));
    rights.allowCoreThreadTimeOut(true);
    return rights;
  }

  /** A thread that is not started yet. */
  static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}
