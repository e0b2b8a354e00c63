// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.testkit.ProcessResources;
import io.sparklive.testkit.SparkVersion;
import io.sparklive.testkit.relay.RecordedRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests that no browser sends. For each, the filter forwards at most one request, and exactly
 * the one that it checked. It may send a safe request again if the driver closed the connection
 * without a response: see {@link ForwardingCheck}.
 *
 * <p>Oldest and newest version: to each input, the container of Spark 4.0 responds as one of
 * theirs. {@code -Dspark.versions=4.0.4} runs it with that one.
 */
@ParameterizedClass
@MethodSource("io.sparklive.testkit.SparkVersion#ends")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FuzzedRequestsIT {
  private static final long SEED = 20_261_121;
  private static final int INPUTS = 3500;
  private static final int AT_ONCE = 4;

  /** Discovery has connections of its own. */
  private static final int DISCOVERY_CONNECTIONS = 2;

  /** Few in comparison to the inputs: a thread for each would be thousands. */
  private static final int MOST_THREADS_OF_POOLS = 64;

  @TempDir private static Path eventLogs;
  private static FuzzRig rig;
  private static ProcessResources before;

  @Parameter SparkVersion version;

  @BeforeParameterizedClassInvocation
  static void startServer(SparkVersion version) {
    rig = FuzzRig.start(version, eventLogs);
    before = ProcessResources.of(rig.server().pid());
  }

  @AfterParameterizedClassInvocation
  static void stopServer() {
    rig.close();
  }

  @Test
  @Order(1)
  void handlesKnownAttacksAsExpected() throws Exception {
    List<KnownAttack> attacks = KnownAttack.all();
    List<String> inputs =
        attacks.stream().map(attack -> attack.input(rig.host(), rig.id())).toList();
    List<FuzzOutcome> outcomes = outcomesOf(inputs);
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < attacks.size(); i++) {
      KnownAttack attack = attacks.get(i);
      FuzzOutcome outcome = outcomes.get(i);
      List<String> targets = outcome.targets(rig.id());
      if (!attack.mayRespond(version, outcome.statuses(), targets)
          || !attack.mayArrive(version, targets)) {
        wrong.add(attack + ": " + outcome.statuses() + " " + targets);
      }
      wrong.addAll(outcome.violations(rig));
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  @Order(2)
  void forwardsOnlyValidatedRequests() throws Exception {
    List<String> inputs = IntStream.range(0, INPUTS).mapToObj(FuzzedRequestsIT::input).toList();

    List<FuzzOutcome> outcomes = outcomesOf(inputs);

    List<String> wrong =
        IntStream.range(0, INPUTS)
            .boxed()
            .flatMap(
                number ->
                    outcomes.get(number).violations(rig).stream()
                        .map(
                            violation ->
                                "Input %d of seed %d: %s".formatted(number, SEED, violation)))
            .toList();
    assertThat(wrong).isEmpty();
    assertThat(rig.relay().malformedInput()).isEmpty();
    assertThat(outcomes.stream().filter(one -> !one.statuses().isEmpty())).hasSizeGreaterThan(3000);
    assertThat(outcomes.stream().filter(one -> !one.arrived().isEmpty())).hasSizeGreaterThan(500);
    assertThat(outcomes.stream().filter(FuzzOutcome::isKill)).hasSizeGreaterThan(10);
  }

  @Test
  @Order(3)
  void leavesHistoryServerUnchanged() {
    for (String path : List.of("/", "/api/v1/applications", "/static/webui.css")) {
      assertThat(rig.server().get(path).statusCode()).as(path).isEqualTo(200);
    }
    assertThat(rig.server().get("/api/v1/applications").body()).contains(rig.id());
    rig.assertLive();
    assertThat(rig.relay().openConnections())
        .isLessThanOrEqualTo(FuzzRig.CONNECTIONS + DISCOVERY_CONNECTIONS);
    await()
        .untilAsserted(
            () ->
                assertThat(ProcessResources.of(rig.server().pid()).sockets())
                    .isLessThanOrEqualTo(before.sockets() + FuzzRig.CONNECTIONS));
    assertThat(ProcessResources.of(rig.server().pid()).threads())
        .isLessThan(before.threads() + MOST_THREADS_OF_POOLS);
  }

  private static String input(int number) {
    return new FuzzedRequests(rig.id(), rig.host(), new Random(SEED * 31 + number)).input();
  }

  private static List<FuzzOutcome> outcomesOf(List<String> inputs)
      throws InterruptedException, ExecutionException {
    Map<String, List<RecordedRequest>> before = rig.arrived();
    assertThat(before).doesNotContainKey(FuzzClient.of(0).name());
    List<String> responses = responsesTo(inputs);
    Map<String, List<RecordedRequest>> arrived = rig.arrived();
    assertThat(FuzzClient.names(inputs.size())).containsAll(arrived.keySet());
    return IntStream.range(0, inputs.size())
        .mapToObj(
            number -> {
              String client = FuzzClient.of(number).name();
              return new FuzzOutcome(
                  client,
                  inputs.get(number),
                  responses.get(number),
                  arrived.getOrDefault(client, List.of()));
            })
        .toList();
  }

  private static List<String> responsesTo(List<String> inputs)
      throws InterruptedException, ExecutionException {
    ExecutorService clients = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<Callable<String>> calls =
          IntStream.range(0, inputs.size())
              .<Callable<String>>mapToObj(number -> () -> send(number, inputs.get(number)))
              .toList();
      List<String> responses = new ArrayList<>();
      for (Future<String> call : clients.invokeAll(calls)) {
        responses.add(call.get());
      }
      return responses;
    } finally {
      clients.shutdownNow();
    }
  }

  private static String send(int number, String input) throws IOException {
    return FuzzClient.of(number).exchange(rig.server().port(), input);
  }
}
