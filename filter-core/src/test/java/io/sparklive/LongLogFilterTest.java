// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import io.sparklive.harness.Browser;
import io.sparklive.harness.Container;
import io.sparklive.harness.EmbeddedHistoryServer;
import io.sparklive.harness.HistoryServerPlan;
import io.sparklive.testkit.cluster.PodLog;
import io.sparklive.testkit.cluster.PodManifests;
import io.sparklive.testkit.cluster.StandInCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.zip.CRC32;
import java.util.zip.Checksum;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A log of 1 GiB that a viewer follows at full speed, while another viewer reads it slowly. No part
 * of this test keeps the log either, so the heap of its JVM shows what the filter keeps.
 */
@Tag("load")
class LongLogFilterTest {
  private static final String LOGS = "/sparkui/-/logs/spark-1";
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int MIB = 1 << 20;
  private static final int BLOCK = 64 * 1024;
  private static final long LENGTH = 1024L * MIB;
  private static final long BETWEEN_SAMPLES = 64L * MIB;
  private static final long MOST_ADDED = 16L * MIB;

  @ParameterizedTest
  @EnumSource(Container.class)
  void addsLittleHeapForLogOfOneGibibyte(Container container) throws Exception {
    try (StandInCluster cluster = new StandInCluster()) {
      String namespace = cluster.newNamespace();
      JsonObject driver = PodManifests.driver("spark-1");
      String pod = PodManifests.name(cluster.create(namespace, driver));
      HistoryServerPlan plan =
          new HistoryServerPlan()
              .parameter("kubeconfig", cluster.kubeconfigOf(namespace, "history").toString())
              .parameter("podLogs", "true");
      cluster.grant(namespace, "history", "get", "list", "watch", PodLog.RIGHT);
      try (EmbeddedHistoryServer server = container.start(plan)) {
        await().atMost(LONG).until(() -> server.get(LOGS + "/-/pods").status() == 200);
        String target = LOGS + "/" + pod + "?follow=true";
        // Loads classes and fills the pools of buffers.
        cluster.setLog(namespace, pod, log(MIB, new CRC32(), written -> {}));
        follow(server, target, new CRC32());
        long before = heapInUse();

        cluster.setLog(namespace, pod, log(LENGTH, new CRC32(), written -> {}));
        ScheduledExecutorService reader = Executors.newSingleThreadScheduledExecutor();
        try (Browser slow = new Browser(server.port(), BLOCK)) {
          slow.send("GET", target);
          assertThat(slow.head().status()).isEqualTo(200);
          Future<?> reading =
              reader.scheduleWithFixedDelay(() -> skip(slow), 0, 100, TimeUnit.MILLISECONDS);

          List<Long> added = new CopyOnWriteArrayList<>();
          CRC32 sent = new CRC32();
          CRC32 received = new CRC32();
          cluster.setLog(
              namespace, pod, log(LENGTH, sent, written -> added.add(heapInUse() - before)));
          assertThat(follow(server, target, received)).isEqualTo(LENGTH);

          assertThat(received.getValue()).isEqualTo(sent.getValue());
          assertThat(added).hasSize((int) (LENGTH / BETWEEN_SAMPLES));
          assertThat(added).allSatisfy(bytes -> assertThat(bytes).isLessThanOrEqualTo(MOST_ADDED));
          assertThat(reading).as("the slow viewer reads on").isNotDone();
        } finally {
          reader.shutdownNow();
        }
        await().atMost(LONG).until(() -> cluster.openLogs() == 0);
      }
    }
  }

  /**
   * A log of this many bytes, which are computed while they are sent.
   *
   * @param written is called in regular intervals, with the number of bytes so far
   */
  private static PodLog log(long length, Checksum checksum, LongConsumer written) {
    return (query, out, connected) -> {
      byte[] block = new byte[BLOCK];
      Arrays.fill(block, (byte) '.');
      block[BLOCK - 1] = '\n';
      for (long at = 0; at < length; at += BLOCK) {
        byte[] number = "line %16d".formatted(at).getBytes(US_ASCII);
        System.arraycopy(number, 0, block, 0, number.length);
        checksum.update(block);
        out.write(block);
        if ((at + BLOCK) % BETWEEN_SAMPLES == 0) {
          written.accept(at + BLOCK);
        }
      }
    };
  }

  private static void skip(Browser slow) {
    try {
      slow.skip(BLOCK);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Follows a log to its end. Returns the number of its bytes. */
  private static long follow(EmbeddedHistoryServer server, String target, Checksum checksum)
      throws IOException {
    try (Browser browser = new Browser(server.port())) {
      browser.send("GET", target);
      assertThat(browser.head().status()).isEqualTo(200);
      long length = 0;
      for (byte[] chunk = browser.chunk(); chunk.length > 0; chunk = browser.chunk()) {
        checksum.update(chunk);
        length += chunk.length;
      }
      return length;
    }
  }

  /** The bytes in use after a full collection, whatever has been allocated since. */
  private static long heapInUse() {
    System.gc();
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP && pool.getCollectionUsage() != null)
        .mapToLong((MemoryPoolMXBean pool) -> pool.getCollectionUsage().getUsed())
        .sum();
  }
}
