package io.sparklive.it.overview;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.lib.output.FileOutputCommitter;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * A driver with SQL queries, a stream, and output that is committed slowly. Each line of its
 * standard input is a command:
 *
 * <ul>
 *   <li>{@code queries} repeats adaptive queries of several jobs each, with pauses between the jobs
 *   <li>{@code stream} starts a Structured Streaming query
 *   <li>{@code jobs} repeats short jobs
 *   <li>{@code background <tasks> <millis> <description>} starts a job
 *   <li>{@code uneven <tasks> <millis> <description>} starts a job whose second half of tasks takes
 *       four times as long as the first
 *   <li>{@code write <directory>} writes rows; the commit of the output waits for {@code commit}
 *   <li>{@code save <directory>} writes an RDD in the same way
 * </ul>
 *
 * <p>{@code DriverProcess} compiles it against each version of Spark.
 */
public final class QueryDriver {
  private static final CountDownLatch COMMIT = new CountDownLatch(1);
  private static final String SALES =
      "(SELECT pause(id) % 7 AS store, id AS sale FROM range(0, 12, 1, 4))";

  private QueryDriver() {}

  /** Runs until the standard input ends. Settings come from system properties. */
  public static void main(String[] args) throws Exception {
    SparkConf conf =
        new SparkConf()
            .setIfMissing("spark.master", "local[2]")
            .set("spark.sql.shuffle.partitions", "2")
            .set("spark.sql.autoBroadcastJoinThreshold", "-1")
            .set("spark.sql.extensions", Pauses.class.getName())
            .set("spark.sql.sources.outputCommitterClass", SlowCommitter.class.getName())
            .set("spark.hadoop.mapred.output.committer.class", SlowMapredCommitter.class.getName())
            .set("spark.ui.showConsoleProgress", "false");
    SparkSession session = SparkSession.builder().config(conf).getOrCreate();
    UDF1<Long, Long> pause =
        number -> {
          Thread.sleep(250);
          return number;
        };
    session
        .udf()
        .register("pause", functions.udf(pause, DataTypes.LongType).asNondeterministic());
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    System.out.println(
        "DRIVER "
            + spark.sc().applicationId()
            + " "
            + spark.sc().ui().get().serverInfo().get().boundPort());
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        start(line.split(" ", 4), session, spark);
        System.out.println("STARTED");
      }
    } catch (IOException e) {
      // Treated as the end of the stream.
    }
    // Not exit: that waits for Spark to stop.
    Runtime.getRuntime().halt(143);
  }

  private static void start(String[] command, SparkSession session, JavaSparkContext spark)
      throws Exception {
    switch (command[0]) {
      case "queries":
        repeat(() -> runQueries(session, spark));
        break;
      case "stream":
        startStream(session);
        break;
      case "jobs":
        repeat(() -> runJob(spark));
        break;
      case "background":
        startJob(spark, command[3], Collections.nCopies(tasks(command), millis(command)));
        break;
      case "uneven":
        List<Long> uneven = new ArrayList<>(Collections.nCopies(tasks(command), millis(command)));
        Collections.fill(uneven.subList(uneven.size() / 2, uneven.size()), 4 * millis(command));
        startJob(spark, command[3], uneven);
        break;
      case "write":
        thread(() -> write(session, spark, command[1]));
        break;
      case "save":
        thread(() -> save(spark, command[1]));
        break;
      case "commit":
        COMMIT.countDown();
        break;
      default:
        throw new IllegalArgumentException(command[0]);
    }
  }

  private static int tasks(String[] command) {
    return Integer.parseInt(command[1]);
  }

  private static long millis(String[] command) {
    return Long.parseLong(command[2]);
  }

  private static void startJob(JavaSparkContext spark, String description, List<Long> millis) {
    spark.setJobDescription(description);
    var unused = spark.parallelize(millis, millis.size()).foreachAsync(Thread::sleep);
  }

  private static void runQueries(SparkSession session, JavaSparkContext spark) {
    String join =
        "SELECT a.store, count(*) AS pairs FROM "
            + (SALES + " a JOIN " + SALES + " b ON a.store = b.store")
            + " GROUP BY a.store ORDER BY pairs, a.store";
    spark.setJobDescription("Pairs of sales per store");
    session.sql(join).collectAsList();
    sleep(500);
    // Its description is the call site.
    spark.setJobDescription(null);
    session.sql("SELECT store, max(sale) FROM " + SALES + " GROUP BY store").collectAsList();
    sleep(500);
  }

  private static void startStream(SparkSession session) throws Exception {
    session
        .readStream()
        .format("rate")
        .option("rowsPerSecond", 4)
        .load()
        .selectExpr("pause(value) % 3 AS store")
        .groupBy("store")
        .count()
        .writeStream()
        .queryName("Sales as they come")
        .outputMode("complete")
        .trigger(Trigger.ProcessingTime(2000))
        .format("noop")
        .start();
  }

  private static void runJob(JavaSparkContext spark) {
    spark.setJobDescription("A short job");
    spark.parallelize(List.of(1, 2, 3, 4), 2).count();
    sleep(100);
  }

  private static void write(SparkSession session, JavaSparkContext spark, String directory) {
    spark.setJobDescription("Write the sales");
    session.range(0, 10, 1, 2).write().json(directory);
  }

  private static void save(JavaSparkContext spark, String directory) {
    spark.setJobDescription("Save the sales");
    spark.parallelize(List.of(1, 2, 3, 4), 2).saveAsTextFile(directory);
  }

  private static void repeat(Runnable action) {
    thread(
        () -> {
          while (true) {
            action.run();
          }
        });
  }

  private static void thread(Runnable action) {
    Thread thread = new Thread(action, "command");
    thread.setDaemon(true);
    thread.start();
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void awaitCommit() throws IOException {
    try {
      COMMIT.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** Commits the output of a DataFrame after the command {@code commit}. */
  public static final class SlowCommitter extends FileOutputCommitter {
    /** Called by Spark. */
    public SlowCommitter(Path output, TaskAttemptContext context) throws IOException {
      super(output, context);
    }

    @Override
    public void commitJob(JobContext context) throws IOException {
      awaitCommit();
      super.commitJob(context);
    }
  }

  /** Commits the output of an RDD after the command {@code commit}. */
  public static final class SlowMapredCommitter
      extends org.apache.hadoop.mapred.FileOutputCommitter {
    @Override
    public void commitJob(org.apache.hadoop.mapred.JobContext context) throws IOException {
      awaitCommit();
      super.commitJob(context);
    }
  }

  /** Pauses before each further job of an adaptive query, while the driver plans it. */
  public static final class Pauses extends AbstractFunction1<SparkSessionExtensions, BoxedUnit> {
    @Override
    public BoxedUnit apply(SparkSessionExtensions extensions) {
      extensions.injectRuntimeOptimizerRule(
          new AbstractFunction1<SparkSession, Rule<LogicalPlan>>() {
            @Override
            public Rule<LogicalPlan> apply(SparkSession session) {
              return new Pause();
            }
          });
      return BoxedUnit.UNIT;
    }
  }

  /** Changes no plan. */
  public static final class Pause extends Rule<LogicalPlan> {
    @Override
    public LogicalPlan apply(LogicalPlan plan) {
      sleep(1000);
      return plan;
    }
  }
}
