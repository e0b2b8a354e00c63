// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/**
 * Runs another main class and ends the JVM when standard input ends.
 *
 * <p>The parent process holds the other end of that pipe and writes nothing. However the parent
 * ends, by SIGKILL too, the system closes the pipe and this JVM does not outlive it.
 */
public final class ParentWatchdog {

  private ParentWatchdog() {}

  /**
   * Runs the main class named first with the other arguments, on the calling thread.
   *
   * @throws Throwable thrown by that main class
   */
  public static void main(String[] args) throws Throwable {
    Thread watch = new Thread(ParentWatchdog::endWithStandardInput, "parent-watchdog");
    watch.setDaemon(true);
    watch.start();
    String[] rest = Arrays.copyOfRange(args, 1, args.length);
    try {
      Class.forName(args[0]).getMethod("main", String[].class).invoke(null, (Object) rest);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static void endWithStandardInput() {
    try {
      while (System.in.read() >= 0) {
        // The parent writes nothing; other input has no meaning.
      }
    } catch (IOException e) {
      // Like the end of the stream.
    }
    // Not exit: a shutdown hook that hangs would leave the process behind.
    Runtime.getRuntime().halt(143);
  }
}
