// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.util.Collections;
import java.util.concurrent.BlockingQueue;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The program of a {@link NotebookDriver}: a notebook's kernel, in which one Spark session follows
 * another. It responds to each line on standard input with a line on standard output:
 *
 * <ul>
 *   <li>{@code start <name>} starts a session: {@code SESSION <application id> <http port>}
 *   <li>{@code job} starts a job of two tasks, which waits for executors: {@code STARTED <job ids>}
 *   <li>{@code cancel} cancels all jobs: {@code CANCELLED}
 *   <li>{@code stop} stops the session: {@code STOPPED}
 * </ul>
 *
 * <p>When standard input ends, the JVM halts at once. The same bytecode runs with Scala 2.12 and
 * 2.13.
 */
public final class LiveNotebook {

  private LiveNotebook() {}

  /**
   * Runs until its standard input ends. Settings are system properties, as in any application.
   *
   * @throws InterruptedException never
   */
  public static void main(String[] args) throws InterruptedException {
    BlockingQueue<String> commands = LiveDriver.commands();
    JavaSparkContext spark = null;
    while (true) {
      String[] command = commands.take().split(" ", 2);
      switch (command[0]) {
        case "start" -> {
          spark = new JavaSparkContext(new SparkConf().setAppName(command[1]));
          System.out.println(
              "SESSION " + spark.sc().applicationId() + " " + LiveDriver.httpPort(spark));
        }
        case "job" -> {
          JavaFutureAction<Void> job =
              spark.parallelize(Collections.nCopies(2, 1L), 2).foreachAsync(Thread::sleep);
          System.out.println("STARTED " + job.jobIds());
        }
        case "cancel" -> {
          spark.cancelAllJobs();
          System.out.println("CANCELLED");
        }
        case "stop" -> {
          spark.stop();
          System.out.println("STOPPED");
        }
        default -> throw new IllegalArgumentException(command[0]);
      }
    }
  }
}
