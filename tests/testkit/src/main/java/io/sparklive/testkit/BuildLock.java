// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Locks for artifacts that a build directory contains once, although several JVMs of a build share
 * it, as with {@code forkCount}.
 *
 * <p>A lock excludes all other threads of this JVM and all other JVMs that have the same build
 * directory. A thread that holds a lock may take it again. The system releases the lock of a JVM
 * that ends, however it ends. Threads that take several locks must take them in the same order:
 * first that of the event logs, then that of a class archive, then that of Maven.
 */
final class BuildLock {

  /** The action that runs while the lock is held. */
  interface Action<T> {
    T run() throws IOException;
  }

  /** A file lock is held by a JVM, not by a thread. */
  private static final Map<String, ReentrantLock> IN_THIS_JVM = new ConcurrentHashMap<>();

  private BuildLock() {}

  /**
   * Runs an action while this thread holds the lock of that name; waits for the lock without a
   * limit.
   *
   * @param name a file name; the lock file stays in {@code target/locks}
   * @throws IOException thrown by the action, or if the lock file cannot be locked
   */
  static <T> T holding(String name, Action<T> action) throws IOException {
    ReentrantLock lock = IN_THIS_JVM.computeIfAbsent(name, any -> new ReentrantLock());
    lock.lock();
    try {
      return lock.getHoldCount() > 1 ? action.run() : holdingFile(name, action);
    } finally {
      lock.unlock();
    }
  }

  private static <T> T holdingFile(String name, Action<T> action) throws IOException {
    Path file = Files.createDirectories(BuildDirectory.at("locks")).resolve(name + ".lock");
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = channel.lock()) {
      if (!held.isValid()) {
        throw new IOException("The lock was lost: " + file);
      }
      return action.run();
    }
  }
}
