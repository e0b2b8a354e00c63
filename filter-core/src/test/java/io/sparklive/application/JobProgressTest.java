// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JobProgressTest {
  private static String described(String description) {
    return new JobProgress(1, 7, JobProgress.Status.RUNNING, description, TaskCounts.NONE)
        .description();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a\nb", "a\rb", "a\tb", "a\0b", "a\u001bb", "a\u0085b", "a\u2028b", "a\u202eb"})
  void replacesControlCharactersBySpaces(String description) {
    assertThat(described(description)).isEqualTo("a b");
  }

  @Test
  void keepsOrdinaryText() {
    // Pages write it as text: descriptions of Structured Streaming contain <br/>.
    String text = "Umsätze <b>heute</b> & 東京 \uD83D\uDE00<br/>batch = 3";

    assertThat(described(text)).isEqualTo(text);
    assertThat(described("")).isEmpty();
  }

  @Test
  void truncatesLongDescription() {
    assertThat(described("x".repeat(512))).isEqualTo("x".repeat(512));
    assertThat(described("x".repeat(100_000))).isEqualTo("x".repeat(512) + "…");
  }

  @Test
  void truncatesWithoutSplittingCharacters() {
    String smile = "\uD83D\uDE00";

    assertThat(described("x".repeat(511) + smile + "x")).isEqualTo("x".repeat(511) + "…");
    assertThat(described("x".repeat(510) + smile + "x")).isEqualTo("x".repeat(510) + smile + "…");
  }
}
