// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import static io.sparklive.driver.RecordedProgress.entry;
import static io.sparklive.driver.RecordedProgress.executor;
import static io.sparklive.driver.RecordedProgress.list;
import static io.sparklive.driver.RecordedProgress.whole;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import io.sparklive.application.Progress.Executors;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExecutorsJsonTest {
  private static Executors read(String json) throws IOException {
    return ExecutorsJson.read(json.getBytes(UTF_8));
  }

  private static Executors read(JsonObject... executors) throws IOException {
    return read(list(executors));
  }

  private static Executors withoutTimes(Executors executors) {
    return new Executors(executors.count(), executors.cores(), executors.tasks());
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.5.6", "4.2.0"})
  void countsDriverAsExecutorInLocalMode(String version) throws IOException {
    Executors executors = ExecutorsJson.read(whole("executors", version));

    assertThat(executors.count()).isEqualTo(1);
    assertThat(executors.cores()).isEqualTo(2);
    assertThat(executors.tasks()).isEqualTo(4);
    assertThat(executors.busyCores()).isZero();
    assertThat(executors.taskMillis()).isPositive();
    assertThat(executors.gcMillis()).isPositive();
  }

  @Test
  void countsBusyCoresUpToCores() throws IOException {
    JsonObject busy = entry("executors", "4.2.0", "totalCores", "4", "activeTasks", "3");
    JsonObject overloaded = entry("executors", "4.2.0", "totalCores", "4", "activeTasks", "9");

    assertThat(read(busy, overloaded).busyCores()).isEqualTo(7);
  }

  @Test
  void ignoresDriverOutsideLocalMode() throws IOException {
    assertThat(read(executor("driver", 0, 0))).isEqualTo(new Executors(0, 0, 0));
    assertThat(
            withoutTimes(
                read(executor("driver", 0, 0), executor("1", 4, 30), executor("2", 8, 12))))
        .isEqualTo(new Executors(2, 12, 42));
  }

  @Test
  void readsEmptyList() throws IOException {
    assertThat(read("[]")).isEqualTo(new Executors(0, 0, 0));
  }

  @Test
  void countsTasksOfRemovedExecutors() throws IOException {
    assertThat(
            withoutTimes(
                read(executor("1", 4, 30), entry("executors", "3.5.6", "isActive", "false"))))
        .isEqualTo(new Executors(1, 4, 34));
  }

  @ParameterizedTest
  @CsvSource({"null, 0", "absent, 0", "-7, 0", "99999999999, 2147483647", "1e300, 2147483647"})
  void clampsNumbersOutOfRange(String value, int cores) throws IOException {
    assertThat(read(entry("executors", "4.2.0", "totalCores", value)).cores()).isEqualTo(cores);
  }

  @Test
  void saturatesOnOverflow() throws IOException {
    JsonObject huge =
        entry("executors", "4.2.0", "totalCores", "2147483647", "totalTasks", "2147483647");

    assertThat(withoutTimes(read(huge, huge, huge)))
        .isEqualTo(new Executors(3, Integer.MAX_VALUE, 3L * Integer.MAX_VALUE));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "{}",
        "<html>Spark is starting up</html>",
        "[null]",
        "[{\"totalCores\":[]}]",
        "[{\"totalTasks\":\"many\"}]",
        "[{\"isActive\":null}]",
        "[{\"isActive\":\"yes\"}]",
        "[{}"
      })
  void rejectsMalformedJson(String json) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOfAny(
            IOException.class, IllegalStateException.class, NumberFormatException.class);
  }
}
