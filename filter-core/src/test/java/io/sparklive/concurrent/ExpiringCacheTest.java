// SPDX-License-Identifier: Apache-2.0
package io.sparklive.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

public class ExpiringCacheTest {
  private static final Duration TIME_TO_LIVE = Duration.ofSeconds(10);

  private Instant now = Instant.EPOCH;
  private final ExpiringCache<String, Integer> cache =
      new ExpiringCache<>(3, TIME_TO_LIVE, () -> now);

  @Test
  void expiresEntryAfterItsLifetime() {
    cache.put("a", 1);
    now = now.plus(TIME_TO_LIVE).minusMillis(1);
    assertThat(cache.get("a")).hasValue(1);

    now = now.plusMillis(1);
    assertThat(cache.get("a")).isEmpty();
    assertThat(cache.getAll(List.of("a"))).isEmpty();
  }

  @Test
  void restartsLifetimeOnPut() {
    cache.put("a", 1);
    now = now.plusSeconds(6);
    cache.put("a", 2);
    now = now.plusSeconds(6);

    assertThat(cache.get("a")).hasValue(2);
  }

  @Test
  void evictsOldestEntryIfFull() {
    List.of("a", "b", "c").forEach(key -> cache.put(key, 1));
    cache.put("a", 2);
    cache.put("d", 3);

    assertThat(cache.getAll(List.of("a", "b", "c", "d"))).isEqualTo(Map.of("a", 2, "c", 1, "d", 3));
  }

  @Test
  void returnsUnexpiredEntriesOfSeveralKeys() {
    cache.put("a", 1);
    now = now.plusSeconds(6);
    cache.put("b", 2);
    assertThat(cache.getAll(List.of("b", "a", "unknown", "a"))).isEqualTo(Map.of("a", 1, "b", 2));

    now = now.plusSeconds(6);
    assertThat(cache.getAll(List.of("a", "b"))).isEqualTo(Map.of("b", 2));
  }

  @Test
  void removesEntryImmediately() {
    cache.put("a", 1);
    cache.remove("a");

    assertThat(cache.get("a")).isEmpty();
  }
}
