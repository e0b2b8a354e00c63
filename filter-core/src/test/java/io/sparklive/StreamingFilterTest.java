// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.harness.Browser;
import io.sparklive.harness.Container;
import io.sparklive.harness.EmbeddedHistoryServer;
import io.sparklive.harness.HistoryServerPlan;
import io.sparklive.harness.OneLiveApplication;
import io.sparklive.harness.Reply;
import io.sparklive.testkit.driver.FakeDriver;
import io.sparklive.testkit.driver.Script;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Bodies stream in both directions, and the filter does not buffer them. */
@ParameterizedClass
@EnumSource(Container.class)
class StreamingFilterTest {
  private static final String ID = "app-1";
  private static final String LIVE = "/sparkui/" + ID;
  private static final byte[] BLOCK = new byte[64 * 1024];
  private static final long BIG = 512L * BLOCK.length;
  // The capacity of all sockets and buffers in between; far less than the complete body.
  private static final long IN_BETWEEN = 16L * 1024 * 1024;
  private static final String SMALL_RESPONSE =
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok";

  @Parameter private Container container;
  private FakeDriver driver;
  private EmbeddedHistoryServer server;

  @AfterEach
  void stop() {
    server.close();
    driver.close();
  }

  @Test
  void forwardsFirstPartOfResponseBeforeSecond() throws Exception {
    CountDownLatch firstArrived = new CountDownLatch(1);
    start(
        connection -> {
          connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
          firstArrived.await();
          connection.write("6\r\nsecond\r\n0\r\n\r\n");
        });

    try (Browser browser = new Browser(server.port())) {
      browser.send("GET", LIVE + "/jobs/");
      assertThat(browser.head().status()).isEqualTo(200);
      assertThat(browser.chunk()).asString().isEqualTo("first");
      firstArrived.countDown();
      assertThat(browser.chunk()).asString().isEqualTo("second");
      assertThat(browser.chunk()).isEmpty();
    }
  }

  /** If the container gets the whole response before it sends a byte, it sets its length. */
  @Test
  void writesShortCompleteResponseAtOnce() throws Exception {
    start(connection -> connection.write(chunked(List.of("first", " ", "second"))));

    try (Browser browser = new Browser(server.port())) {
      browser.send("GET", LIVE + "/jobs/");
      Reply reply = browser.reply("GET");
      assertThat(reply.header("Content-Length")).contains("12");
      assertThat(reply.text()).isEqualTo("first second");
    }
  }

  @Test
  void writesLongCompleteResponseInOrder() throws Exception {
    List<String> parts = IntStream.range(0, 2_000).mapToObj(i -> "part %d,".formatted(i)).toList();
    start(connection -> connection.write(chunked(parts)));

    try (Browser browser = new Browser(server.port())) {
      browser.send("GET", LIVE + "/jobs/");
      Reply reply = browser.reply("GET");
      assertThat(reply.whole()).isTrue();
      assertThat(reply.text()).isEqualTo(String.join("", parts));
    }
  }

  private static String chunked(List<String> parts) {
    return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        + parts.stream()
            .map(part -> "%x\r\n%s\r\n".formatted(part.length(), part))
            .collect(Collectors.joining())
        + "0\r\n\r\n";
  }

  @Test
  void forwardsFirstPartOfUploadBeforeSecond() throws Exception {
    CompletableFuture<String> first = new CompletableFuture<>();
    CompletableFuture<String> second = new CompletableFuture<>();
    start(
        connection -> {
          first.complete(new String(connection.in().readNBytes(5), StandardCharsets.UTF_8));
          second.complete(new String(connection.in().readNBytes(6), StandardCharsets.UTF_8));
          connection.write(SMALL_RESPONSE);
        });

    try (Browser browser = new Browser(server.port())) {
      browser.send("POST", LIVE + "/jobs/", "Content-Length", "11");
      browser.write("first");
      assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("first");
      browser.write("second");
      assertThat(second.get(10, TimeUnit.SECONDS)).isEqualTo("second");
      assertThat(browser.reply("POST").text()).isEqualTo("ok");
    }
  }

  @Test
  void appliesBackpressureToLargeUpload() throws Exception {
    CountDownLatch mayRead = new CountDownLatch(1);
    AtomicLong received = new AtomicLong();
    start(
        connection -> {
          mayRead.await();
          byte[] block = new byte[BLOCK.length];
          while (received.get() < BIG) {
            received.addAndGet(connection.in().read(block));
          }
          connection.write(SMALL_RESPONSE);
        });

    AtomicLong sent = new AtomicLong();
    try (Browser browser = new Browser(server.port())) {
      browser.send("POST", LIVE + "/jobs/", "Content-Length", Long.toString(BIG));
      CompletableFuture<Void> upload =
          CompletableFuture.runAsync(
              () -> {
                while (sent.get() < BIG) {
                  browser.write(BLOCK);
                  sent.addAndGet(BLOCK.length);
                }
              });
      awaitStandstill(sent);
      assertThat(sent).hasValueLessThan(IN_BETWEEN);

      mayRead.countDown();
      upload.get(30, TimeUnit.SECONDS);
      assertThat(browser.reply("POST").text()).isEqualTo("ok");
      assertThat(received).hasValue(BIG);
    }
  }

  @Test
  void appliesBackpressureForSlowReadersWithoutBlockingOthers() throws Exception {
    AtomicLong sent = new AtomicLong();
    start(
        connection -> {
          if (!connection.request().target().contains("/big/")) {
            connection.write(SMALL_RESPONSE);
            return;
          }
          connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + BIG + "\r\n\r\n");
          for (long i = 0; i < BIG; i += BLOCK.length) {
            connection.write(BLOCK);
            sent.addAndGet(BLOCK.length);
          }
        });

    List<Browser> slow = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Browser browser = new Browser(server.port(), 16 * 1024);
      browser.send("GET", LIVE + "/big/");
      assertThat(browser.head().status()).isEqualTo(200);
      slow.add(browser);
    }
    awaitStandstill(sent);
    assertThat(sent).hasValueLessThan(slow.size() * IN_BETWEEN);
    for (int i = 0; i < 50; i++) {
      assertThat(server.get(LIVE + "/jobs/").text()).isEqualTo("ok");
    }

    slow.get(0).skip(BIG);
    assertThat(server.get(LIVE + "/jobs/").text()).isEqualTo("ok");
    slow.forEach(Browser::close);
    await().untilAsserted(() -> assertThat(driver.open()).isZero());
  }

  private void start(Script script) throws Exception {
    driver = new FakeDriver(ID);
    driver.respondToProxied(script);
    server = container.start(new HistoryServerPlan().drivers(driver.address()));
    OneLiveApplication.awaitLive(server, 1);
  }

  /** Waits until no byte has been read or written for a while, although it could. */
  private static void awaitStandstill(AtomicLong bytes) {
    AtomicLong before = new AtomicLong(-1);
    await()
        .pollInterval(Duration.ofMillis(50))
        .during(Duration.ofMillis(400))
        .atMost(Duration.ofSeconds(20))
        .until(() -> bytes.get() > 0 && before.getAndSet(bytes.get()) == bytes.get());
  }
}
