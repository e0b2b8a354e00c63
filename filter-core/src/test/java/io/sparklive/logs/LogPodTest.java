// SPDX-License-Identifier: Apache-2.0
package io.sparklive.logs;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.ApplicationInfo;
import io.sparklive.application.ApplicationState;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.SourceRef;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The pods of an application, and the JSON that describes them. */
class LogPodTest {
  private static LogPod pod(String uid, String role, String executor, String... owners) {
    return new LogPod(
        "pod-" + role + executor,
        uid,
        "spark-1",
        role,
        executor,
        Set.of(owners),
        "Running",
        "",
        List.of());
  }

  private static LiveApplication application(String key, String namespace) {
    return new LiveApplication(
        new ApplicationId("spark-1"),
        ApplicationState.STARTING,
        new ApplicationInfo("", Optional.empty(), Instant.EPOCH, "", ""),
        Optional.empty(),
        Optional.ofNullable(namespace),
        new SourceRef("pod", key),
        Optional.empty());
  }

  @ParameterizedTest
  @CsvSource({
    "etl/d u-12, u-12, '', true",
    "etl/d u-12, u-34, u-12, true",
    "etl/d u-12, u-34, u-56, false",
    "etl/d u-12, u-1, 2, false",
    "etl/d u-12, 2, u-1, false",
    "etl/u-1 u-12, u-1, u-2, false",
    "'etl/d ', '', '', false",
  })
  void requiresWholeUidOfDriver(String key, String uid, String owner, boolean isOf) {
    assertThat(pod(uid, "executor", "1", owner).isOf(application(key, "etl"))).isEqualTo(isOf);
  }

  @Test
  void ordersExecutorsByNumberAfterDriver() {
    List<LogPod> pods =
        IntStream.of(10, 9, 100, 1)
            .mapToObj(executor -> pod("u", "executor", Integer.toString(executor)))
            .collect(Collectors.toCollection(ArrayList::new));
    pods.add(pod("u", "driver", ""));

    assertThat(pods.stream().sorted(LogPod.ORDER).map(LogPod::executor))
        .containsExactly("", "1", "9", "10", "100");
  }

  private static String json(String namespace, LogPod... pods) {
    return LogPodsJson.of(application("etl/d u-12", namespace), Arrays.asList(pods));
  }

  @Test
  void explainsWhichLogsAreMissing() {
    LogPod driver = pod("u", "driver", "");
    LogPod executor = pod("u", "executor", "1");

    assertThat(json(null)).contains("by its address, not by a pod");
    assertThat(json("etl")).contains("The application has no pod in the namespace etl");
    assertThat(json("etl", executor)).contains("The driver has no pod of its own");
    assertThat(json("etl", driver, executor)).doesNotContain("note");
  }

  @ParameterizedTest
  @ValueSource(ints = {PodLogs.MAX_PODS - 1, PodLogs.MAX_PODS})
  void notesThatListIsCut(int count) {
    LogPod[] pods = new LogPod[count];
    Arrays.fill(pods, pod("u", "driver", ""));

    assertThat(json("etl", pods).contains("The list has the first 2000 pods."))
        .isEqualTo(count == PodLogs.MAX_PODS);
  }
}
