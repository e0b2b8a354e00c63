// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.util.Collections;
import java.util.concurrent.BlockingQueue;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The program of a {@link NotebookDriver}: a notebook's kernel, in which one Spark session follows
 * another.
 *
 * <p>It answers each line on standard input with one on standard output: {@code start <name>}
 * starts a session and answers {@code SESSION <application id> <http port>}; {@code job} starts a
 * job of two tasks, which waits for executors, and answers {@code STARTED <job ids>}; {@code
 * cancel} cancels all jobs, {@code CANCELLED}; {@code stop} stops the session, {@code STOPPED}.
 * When standard input ends, it is gone at once.
 *
 * <p>The same bytecode runs with Scala 2.12 and 2.13.
 */
public final class LiveNotebook {

  private LiveNotebook() {}

  /**
   * Runs until its standard input ends. Settings come from system properties, as those of any
   * application.
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
