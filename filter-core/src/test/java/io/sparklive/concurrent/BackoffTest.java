// SPDX-License-Identifier: Apache-2.0
package io.sparklive.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private static List<Long> seconds(Backoff backoff, int delays) {
    return IntStream.range(0, delays).mapToObj(i -> backoff.delay(i).toSeconds()).toList();
  }

  @Test
  void doublesEachDelayUpToTheLongest() {
    assertThat(seconds(Backoff.exponential(SECOND, Duration.ofMinutes(1)), 9))
        .containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L);
    assertThat(seconds(Backoff.exponential(SECOND, SECOND), 3)).containsExactly(1L, 1L, 1L);
  }

  @Test
  void staysAtTheLongestDelayForEver() {
    Backoff backoff = Backoff.exponential(SECOND, Duration.ofDays(365));

    assertThat(backoff.delay(1000)).isEqualTo(Duration.ofDays(365));
    assertThat(backoff.delay(Integer.MAX_VALUE)).isEqualTo(Duration.ofDays(365));
  }

  @Test
  void continuesFromAnyDelay() {
    Backoff backoff = Backoff.exponential(SECOND, Duration.ofSeconds(30));

    assertThat(backoff.delayAfter(Duration.ofMillis(2500))).isEqualTo(Duration.ofSeconds(5));
    assertThat(backoff.delayAfter(Duration.ofSeconds(20))).isEqualTo(Duration.ofSeconds(30));
    assertThat(backoff.delayAfter(Duration.ofSeconds(40))).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void spreadsDelaysByTheJitter() {
    Backoff backoff =
        Backoff.exponential(SECOND, Duration.ofSeconds(32))
            .withJitter(0.25)
            .within(Duration.ZERO, Duration.ofMinutes(1));

    List<Long> delays =
        IntStream.range(0, 10_000).mapToObj(i -> backoff.delay(2).toMillis()).toList();

    assertThat(delays).allMatch(delay -> delay >= 3000 && delay < 5000);
    assertThat(delays).anyMatch(delay -> delay < 3200).anyMatch(delay -> delay > 4800);
  }

  @Test
  void keepsDelaysWithinTheBoundsInSpiteOfTheJitter() {
    Backoff backoff =
        Backoff.exponential(SECOND, Duration.ofSeconds(32))
            .withJitter(0.25)
            .within(SECOND, Duration.ofSeconds(30));

    for (int i = 0; i < 1000; i++) {
      assertThat(backoff.delay(0)).isBetween(SECOND, Duration.ofMillis(1250));
      assertThat(backoff.delay(9)).isBetween(Duration.ofSeconds(24), Duration.ofSeconds(30));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
  void rejectsJitterOutsideOfZeroToOne(double rate) {
    Backoff backoff = Backoff.exponential(SECOND, SECOND);

    assertThatIllegalArgumentException().isThrownBy(() -> backoff.withJitter(rate));
  }

  @Test
  void rejectsDelaysThatDoNotGrow() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Backoff.exponential(Duration.ZERO, SECOND));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Backoff.exponential(SECOND, Duration.ofMillis(999)));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Backoff.exponential(SECOND, SECOND).within(SECOND, Duration.ZERO));
  }
}
