package io.sparklive.testkit.busy;

import java.util.LinkedList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.streaming.Duration;
import org.apache.spark.streaming.api.java.JavaStreamingContext;

/** A DStream whose third batch never ends, so that two have completed. */
public final class DStreams {

  private static final CountDownLatch THIRD_BATCH = new CountDownLatch(3);

  private DStreams() {}

  /** Starts it and waits for its third batch. */
  public static void start(JavaSparkContext spark) throws InterruptedException {
    JavaStreamingContext streaming = new JavaStreamingContext(spark, new Duration(500));
    LinkedList<JavaRDD<Integer>> queue =
        new LinkedList<>(List.of(spark.parallelize(List.of(1, 2, 3), 1)));
    streaming.queueStream(queue).foreachRDD(DStreams::take);
    streaming.start();
    THIRD_BATCH.await();
  }

  private static void take(JavaRDD<Integer> batch) throws InterruptedException {
    THIRD_BATCH.countDown();
    if (THIRD_BATCH.getCount() == 0) {
      Thread.sleep(Long.MAX_VALUE);
    }
  }
}
