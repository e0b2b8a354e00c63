// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.overview.signals;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import scala.Tuple2;

/**
 * A plugin of a driver that starts jobs on commands. Each of their tasks waits for a signal of its
 * own.
 *
 * <p>It requests {@code /command} at {@link #ADDRESS} again and again. The response is empty, or
 * one of: {@code run <tasks> <description>}; {@code skip <tasks> <description>} for a job with
 * another stage, which it skips; {@code cancel} with any two words for all jobs. The same bytecode
 * runs with Scala 2.12 and 2.13.
 */
public final class JobsOnSignal implements SparkPlugin {

  /** The Spark property with the address of the signals, such as {@code http://127.0.0.1:81}. */
  public static final String ADDRESS = "spark.io.sparklive.signals";

  @Override
  public DriverPlugin driverPlugin() {
    return new InDriver();
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return null;
  }

  private static final class InDriver implements DriverPlugin {
    private JavaSparkContext spark;
    private String signals;
    private JavaPairRDD<Integer, Integer> shuffled;

    @Override
    public Map<String, String> init(SparkContext context, PluginContext plugin) {
      spark = JavaSparkContext.fromSparkContext(context);
      signals = plugin.conf().get(ADDRESS);
      Thread thread = new Thread(this::executeCommands, "jobs-on-signal");
      thread.setDaemon(true);
      thread.start();
      return Map.of();
    }

    private void executeCommands() {
      while (!spark.sc().isStopped()) {
        String command = Signal.next(signals + "/command");
        if (!command.isEmpty()) {
          String[] words = command.split(" ", 3);
          if (words[0].equals("cancel")) {
            spark.cancelAllJobs();
          } else {
            start(words[0], Integer.parseInt(words[1]), words[2]);
          }
        }
      }
    }

    private void start(String kind, int tasks, String description) {
      if (kind.equals("skip")) {
        shuffle(tasks);
      }
      spark.setJobDescription(description);
      var unused =
          kind.equals("skip")
              ? shuffled.foreachPartitionAsync(new WaitingTask<>(signals, description))
              : spark
                  .parallelize(numbers(tasks), tasks)
                  .foreachPartitionAsync(new WaitingTask<>(signals, description));
    }

    /** If a first job has written the shuffle data, the next one skips that stage. */
    private void shuffle(int tasks) {
      shuffled =
          spark
              .parallelize(numbers(tasks), tasks)
              .mapToPair(number -> new Tuple2<>(number, 1))
              .reduceByKey(Integer::sum, tasks);
      spark.setJobDescription("Shuffle first");
      shuffled.count();
    }

    private static List<Integer> numbers(int count) {
      return IntStream.range(0, count).boxed().toList();
    }
  }
}
