// SPDX-License-Identifier: Apache-2.0
package io.sparklive.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogQueryTest {
  private static Map<String, String> parameters(String query) {
    return LogQuery.parse(query).orElseThrow().parameters();
  }

  @ParameterizedTest
  @CsvSource({
    "container, 63, true",
    "container, 64, false",
    "tail, 9, true",
    "tail, 10, false",
  })
  void limitsLengthOfValues(String name, int length, boolean isValid) {
    assertThat(LogQuery.parse(name + "=" + "1".repeat(length)).isPresent()).isEqualTo(isValid);
  }

  @Test
  void setsFlagsOnlyIfTrue() {
    LogQuery none =
        LogQuery.parse("follow=false&previous&timestamps=1&download=TRUE").orElseThrow();

    assertThat(none).isEqualTo(LogQuery.parse(null).orElseThrow());
    assertThat(none.parameters()).isEmpty();
    assertThat(parameters("follow=true&timestamps=true"))
        .isEqualTo(Map.of("follow", "true", "timestamps", "true"));
  }

  @Test
  void followsNoPreviousInstance() {
    assertThat(parameters("follow=true&previous=true")).isEqualTo(Map.of("previous", "true"));
  }

  @Test
  void requestsWholeSeconds() {
    assertThat(parameters("sinceTime=2026-01-31T09:00:00.999Z"))
        .isEqualTo(Map.of("sinceTime", "2026-01-31T09:00:00Z"));
  }
}
