package io.sparklive.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

public class ExpiringCacheTest {
  private static final Duration LIFE = Duration.ofSeconds(10);

  private Instant now = Instant.EPOCH;
  private final ExpiringCache<String, Integer> recent = new ExpiringCache<>(3, LIFE, () -> now);

  @Test
  void expiresEntryAfterItsLifetime() {
    recent.put("a", 1);
    now = now.plus(LIFE).minusMillis(1);
    assertThat(recent.get("a")).hasValue(1);

    now = now.plusMillis(1);
    assertThat(recent.get("a")).isEmpty();
    assertThat(recent.getAll(List.of("a"))).isEmpty();
  }

  @Test
  void restartsLifetimeOnPut() {
    recent.put("a", 1);
    now = now.plusSeconds(6);
    recent.put("a", 2);
    now = now.plusSeconds(6);

    assertThat(recent.get("a")).hasValue(2);
  }

  @Test
  void evictsOldestEntryIfFull() {
    List.of("a", "b", "c").forEach(key -> recent.put(key, 1));
    recent.put("a", 2);
    recent.put("d", 3);

    assertThat(recent.getAll(List.of("a", "b", "c", "d")))
        .isEqualTo(Map.of("a", 2, "c", 1, "d", 3));
  }

  @Test
  void returnsUnexpiredEntriesOfSeveralKeys() {
    recent.put("a", 1);
    now = now.plusSeconds(6);
    recent.put("b", 2);
    assertThat(recent.getAll(List.of("b", "a", "unknown", "a"))).isEqualTo(Map.of("a", 1, "b", 2));

    now = now.plusSeconds(6);
    assertThat(recent.getAll(List.of("a", "b"))).isEqualTo(Map.of("b", 2));
  }

  @Test
  void removesEntryImmediately() {
    recent.put("a", 1);
    recent.forget("a");

    assertThat(recent.get("a")).isEmpty();
  }
}
