package io.sparklive.concurrent;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Remembers for a while, up to a number.
 *
 * <p>Thread-safe.
 */
public final class ExpiringCache<K, V> {
  private final Map<K, Dated<V>> values;
  private final Duration life;
  private final InstantSource clock;

  private record Dated<V>(V value, Instant end) {}

  /**
   * @param most how many are remembered, the newest
   * @param life how long each is
   */
  public ExpiringCache(int most, Duration life, InstantSource clock) {
    this.life = life;
    this.clock = clock;
    this.values =
        new LinkedHashMap<>() {
          @Override
          protected boolean removeEldestEntry(Map.Entry<K, Dated<V>> eldest) {
            return size() > most;
          }
        };
  }

  /** What is remembered. */
  public Optional<V> get(K key) {
    return Optional.ofNullable(getAll(List.of(key)).get(key));
  }

  /** What is remembered of these, in a map of its own. */
  public synchronized Map<K, V> getAll(Collection<K> keys) {
    Instant now = clock.instant();
    Map<K, V> all = new HashMap<>();
    for (K key : keys) {
      Dated<V> dated = values.get(key);
      if (dated != null && now.isBefore(dated.end())) {
        all.put(key, dated.value());
      }
    }
    return all;
  }

  /** Remembers this, for the whole time again. */
  public synchronized void put(K key, V value) {
    Instant now = clock.instant();
    // The oldest stand first.
    Iterator<Dated<V>> oldest = values.values().iterator();
    while (oldest.hasNext() && !now.isBefore(oldest.next().end())) {
      oldest.remove();
    }
    values.remove(key);
    values.put(key, new Dated<>(value, now.plus(life)));
  }

  /** Forgets this at once. */
  public synchronized void forget(K key) {
    values.remove(key);
  }
}
