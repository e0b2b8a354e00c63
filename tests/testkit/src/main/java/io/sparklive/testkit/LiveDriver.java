// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.VoidFunction;
import org.apache.spark.ui.ServerInfo;
import org.apache.spark.ui.SparkUI;
import scala.Option;

/**
 * The program of a {@link DriverProcess}: a Spark application that executes commands.
 *
 * <p>When it is up, it prints {@code DRIVER <application id> <http port, -1 without UI>}. Then it
 * responds to each line on standard input with a line on standard output:
 *
 * <ul>
 *   <li>{@code job <tasks> <millis per task> <description>} runs a job: {@code DONE} or {@code
 *       FAILED <why>}
 *   <li>{@code background}, with the same words, starts a job: {@code STARTED}
 *   <li>{@code burn} starts a job whose tasks calculate instead of sleep: {@code STARTED}
 *   <li>{@code stop} stops the context and exits
 * </ul>
 *
 * <p>When standard input ends, the JVM halts at once.
 *
 * <p>The same bytecode runs with Scala 2.12 and 2.13: of Scala, only {@code Option} appears in the
 * signatures that it calls.
 */
public final class LiveDriver {

  private LiveDriver() {}

  /**
   * Runs until the command {@code stop}. Settings are system properties, as in any application.
   *
   * @throws InterruptedException never
   */
  public static void main(String[] args) throws InterruptedException {
    BlockingQueue<String> commands = commands();
    JavaSparkContext spark = new JavaSparkContext(new SparkConf().setMaster("local[2]"));
    System.out.println("DRIVER " + spark.sc().applicationId() + " " + httpPort(spark));
    for (String command = commands.take(); !command.equals("stop"); command = commands.take()) {
      System.out.println(execute(spark, command.split(" ", 4)));
    }
    spark.stop();
    System.exit(0);
  }

  private static String execute(JavaSparkContext spark, String[] command)
      throws InterruptedException {
    long millisPerTask = Long.parseLong(command[2]);
    int tasks = Integer.parseInt(command[1]);
    spark.setJobDescription(command[3]);
    VoidFunction<Long> task = command[0].equals("burn") ? LiveDriver::burn : Thread::sleep;
    JavaFutureAction<Void> job =
        spark.parallelize(Collections.nCopies(tasks, millisPerTask), tasks).foreachAsync(task);
    if (!command[0].equals("job")) {
      return "STARTED";
    }
    try {
      job.get();
      return "DONE";
    } catch (ExecutionException e) {
      return "FAILED " + String.valueOf(e.getCause()).lines().findFirst().orElse("");
    }
  }

  /** Uses a processor for that long. */
  private static void burn(long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  /** The port of its UI, -1 without UI. */
  static int httpPort(JavaSparkContext spark) {
    Option<SparkUI> ui = spark.sc().ui();
    // Not uiWebUrl: with spark.ssl.ui.enabled that has the port of HTTPS.
    Option<ServerInfo> server = ui.isDefined() ? ui.get().serverInfo() : Option.empty();
    return server.isDefined() ? server.get().boundPort() : -1;
  }

  /** The lines of standard input. When it ends, this JVM halts at once. */
  static BlockingQueue<String> commands() {
    BlockingQueue<String> commands = new LinkedBlockingQueue<>();
    Thread reader = new Thread(() -> readUntilTheParentEnds(commands), "commands");
    reader.setDaemon(true);
    reader.start();
    return commands;
  }

  private static void readUntilTheParentEnds(BlockingQueue<String> commands) {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        commands.add(line);
      }
    } catch (IOException e) {
      // Treated as the end of the stream.
    }
    // Not exit: it waits for Spark to stop, and no process is left that needs that.
    Runtime.getRuntime().halt(143);
  }
}
