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
 * The program of a {@link DriverProcess}: a Spark application that does what it is told.
 *
 * <p>It says {@code DRIVER <application id> <http port, -1 without UI>} once it is up, then answers
 * each line on standard input with one on standard output: {@code job <tasks> <millis per task>
 * <description>} runs a job and answers {@code DONE} or {@code FAILED <why>}; {@code background}
 * with the same words starts one and answers {@code STARTED}, and so does {@code burn}, whose tasks
 * do not sleep but calculate; {@code stop} stops the context and exits. When standard input ends,
 * it is gone at once.
 *
 * <p>The same bytecode runs with Scala 2.12 and 2.13: of Scala, no more than {@code Option} appears
 * in the signatures it calls.
 */
public final class LiveDriver {

  private LiveDriver() {}

  /**
   * Runs until told to stop. Settings come from system properties, as those of any application.
   *
   * @throws InterruptedException never
   */
  public static void main(String[] args) throws InterruptedException {
    BlockingQueue<String> commands = commands();
    JavaSparkContext spark = new JavaSparkContext(new SparkConf().setMaster("local[2]"));
    System.out.println("DRIVER " + spark.sc().applicationId() + " " + httpPort(spark));
    for (String command = commands.take(); !command.equals("stop"); command = commands.take()) {
      System.out.println(answer(spark, command.split(" ", 4)));
    }
    spark.stop();
    System.exit(0);
  }

  private static String answer(JavaSparkContext spark, String[] command)
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

  /** Takes a processor for that long. */
  private static void burn(long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  /** The port its UI is bound to, -1 without UI. */
  static int httpPort(JavaSparkContext spark) {
    Option<SparkUI> ui = spark.sc().ui();
    // Not uiWebUrl: with spark.ssl.ui.enabled that has the port of HTTPS.
    Option<ServerInfo> server = ui.isDefined() ? ui.get().serverInfo() : Option.empty();
    return server.isDefined() ? server.get().boundPort() : -1;
  }

  /** The lines of standard input. When it ends, this JVM does too, at once. */
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
      // As good as its end.
    }
    // Not exit: that waits for Spark to stop, and nobody is left to wait for it.
    Runtime.getRuntime().halt(143);
  }
}
