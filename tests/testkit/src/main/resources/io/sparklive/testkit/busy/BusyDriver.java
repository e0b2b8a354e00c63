package io.sparklive.testkit.busy;

import static java.util.concurrent.TimeUnit.HOURS;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.storage.StorageLevel;
import scala.Option;
import scala.Tuple2;

/**
 * The program of a busy driver: every tab of its UI has content, and nothing changes.
 *
 * <p>It has finished, failed and running jobs, a cached RDD, SQL queries and a streaming query in
 * its
 * third batch. If {@code DStreams} has been compiled beside it, it has a DStream. If Spark Connect
 * is
 * on, it has a session of it. When it prints {@code DRIVER <application id> <http port>}, nothing
 * makes progress any more, so all numbers stay as they are. Then it executes commands as {@code
 * LiveDriver} does, but only {@code background <tasks> <millis per task> <description>} and {@code
 * stop}.
 *
 * <p>Compiled against each Spark version on its own, by {@code BusyProgram}: SQL's Java API has
 * the same source in all of them, but not the same signatures.
 */
public final class BusyDriver {

  /** Added to all names that a user can choose: of a job, a query, a session and an error. */
  private static final String SUFFIX =
      Optional.ofNullable(System.getenv("BUSY_SUFFIX")).orElse("");

  private static final int BLOCKING_TASKS = 6;
  private static final CountDownLatch BLOCKED = new CountDownLatch(BLOCKING_TASKS + 1);

  /** Kept, because Spark removes cached data that no object references. */
  private static JavaRDD<Integer> clicks;

  private BusyDriver() {}

  /** Runs until the command {@code stop}. Settings are system properties. */
  public static void main(String[] args) throws Exception {
    SparkSession session =
        SparkSession.builder()
            .master("local[16]")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.ui.showConsoleProgress", "false")
            .getOrCreate();
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());

    runJobsThatEnd(spark);
    runQueriesThatEnd(session);
    startBlockingJobs(spark);
    startBlockingQuery(session);
    startStreamingQuery(session);
    startDStreamsIfCompiled(spark);
    openConnectSessionIfServed(session);
    BLOCKED.await();

    System.out.println("DRIVER " + spark.sc().applicationId() + " " + httpPort(spark));
    obey(spark);
    spark.stop();
    System.exit(0);
  }

  private static void runJobsThatEnd(JavaSparkContext spark) {
    describe(spark, "Read the clicks");
    clicks =
        spark
            .parallelize(IntStream.range(0, 3000).boxed().toList(), 30)
            // Without the suffix: Spark's own DAG writes an RDD's name as HTML, on every version.
            .setName("clicks")
            .persist(StorageLevel.MEMORY_AND_DISK());
    clicks.count();

    describe(spark, "Join the clicks into sessions");
    JavaPairRDD<Integer, Integer> sessions =
        clicks.mapToPair(click -> new Tuple2<>(click % 7, 1)).reduceByKey(Integer::sum, 4);
    sessions.count();
    // Once more: its first stage is skipped.
    describe(spark, "Sort the sessions");
    sessions.sortByKey().collect();

    describe(spark, "Count yesterday's clicks again");
    clicks.distinct(3).count();

    describe(spark, "Read the clicks of a store that is gone");
    try {
      clicks.foreach(BusyDriver::fail);
    } catch (Exception e) {
      // The failure is intended.
    }
    describe(spark, null);
  }

  private static void fail(Integer click) {
    throw new IllegalStateException("no such store" + SUFFIX);
  }

  private static void runQueriesThatEnd(SparkSession session) {
    session
        .sql("SELECT id % 5 AS store, count(*) AS clicks FROM range(0, 1000, 1, 4) GROUP BY 1")
        .createOrReplaceTempView("clicks_per_store");
    describe(session, "Clicks per store");
    session.sql("SELECT * FROM clicks_per_store ORDER BY clicks DESC").collectAsList();
    describe(session, "Stores with many clicks");
    session.sql("SELECT store FROM clicks_per_store WHERE clicks > 10").collectAsList();
    describe(session, "Clicks of no store");
    try {
      session.sql("SELECT raise_error('no such store') FROM range(1)").collectAsList();
    } catch (Exception e) {
      // The failure is intended.
    }
    describe(session, null);
  }

  private static void startBlockingJobs(JavaSparkContext spark) {
    describe(spark, "Watch the clicks of today");
    var unused =
        spark
            .parallelize(IntStream.range(0, 12).boxed().toList(), 12)
            .mapToPair(click -> new Tuple2<>(click % 4, 1))
            .reduceByKey(Integer::sum, 4)
            .foreachAsync(tuple -> block());

    describe(spark, "Wait for tomorrow");
    var unusedToo =
        spark
            .parallelize(List.of(0, 1, 2), 3)
            .mapToPair(
                number -> {
                  if (number > 1) {
                    block();
                  }
                  return new Tuple2<>(number, 1);
                })
            .reduceByKey(Integer::sum, 2)
            .countAsync();
    describe(spark, null);
  }

  private static void startBlockingQuery(SparkSession session) {
    session
        .udf()
        .register(
            "block",
            (UDF1<Long, Long>)
                number -> {
                  block();
                  return number;
                },
            DataTypes.LongType);
    Thread query =
        new Thread(
            () -> {
              describe(session, "Clicks that are still to come");
              session.sql("SELECT sum(block(id)) FROM range(0, 1, 1, 1)").collectAsList();
            },
            "blocking-query");
    query.setDaemon(true);
    query.start();
  }

  private static void startStreamingQuery(SparkSession session) throws Exception {
    VoidFunction2<Dataset<Row>, Long> batches =
        (rows, batch) -> {
          // Not rows.count(): that is another query, which the SQL tab shows as a part of this one.
          rows.javaRDD().count();
          if (batch == 2) {
            block();
          }
        };
    session
        .readStream()
        .format("rate")
        .option("rowsPerSecond", 20)
        .load()
        .writeStream()
        .queryName("clicks as they come" + SUFFIX)
        .trigger(Trigger.ProcessingTime(200))
        .foreachBatch(batches)
        .start();
  }

  /** Waits forever. */
  static void block() throws InterruptedException {
    BLOCKED.countDown();
    Thread.sleep(HOURS.toMillis(100));
  }

  private static void startDStreamsIfCompiled(JavaSparkContext spark) throws Exception {
    try {
      Class.forName("io.sparklive.testkit.busy.DStreams")
          .getMethod("start", JavaSparkContext.class)
          .invoke(null, spark);
    } catch (ClassNotFoundException e) {
      // Not on this version.
    }
  }

  /** As a client of Spark Connect would; its methods differ from version to version. */
  private static void openConnectSessionIfServed(SparkSession session) throws Exception {
    if (!session.conf().get("spark.plugins", "").contains("SparkConnectPlugin")) {
      return;
    }
    Class<?> service =
        Class.forName("org.apache.spark.sql.connect.service.SparkConnectService$");
    Object[] all = {"ada" + SUFFIX, UUID.randomUUID().toString(), Option.empty()};
    for (Method method : service.getMethods()) {
      if (method.getName().equals("getOrCreateIsolatedSession")) {
        Object[] arguments = Arrays.copyOf(all, method.getParameterCount());
        method.invoke(service.getField("MODULE$").get(null), arguments);
        return;
      }
    }
  }

  private static void obey(JavaSparkContext spark)
      throws IOException, InterruptedException, ExecutionException {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); !"stop".equals(line); line = lines.readLine()) {
        if (line == null) {
          // Not exit: it waits for Spark to stop, and no process is left that needs that.
          Runtime.getRuntime().halt(143);
        }
        String[] command = line.split(" ", 4);
        int tasks = Integer.parseInt(command[1]);
        spark.setJobDescription(command[3]);
        var unused =
            spark
                .parallelize(Collections.nCopies(tasks, Long.valueOf(command[2])), tasks)
                .foreachAsync(Thread::sleep);
        System.out.println("STARTED");
      }
    }
  }

  private static void describe(SparkSession session, String text) {
    describe(JavaSparkContext.fromSparkContext(session.sparkContext()), text);
  }

  private static void describe(JavaSparkContext spark, String text) {
    spark.setJobDescription(text == null ? null : text + SUFFIX);
  }

  private static int httpPort(JavaSparkContext spark) {
    return spark.sc().ui().get().serverInfo().get().boundPort();
  }
}
