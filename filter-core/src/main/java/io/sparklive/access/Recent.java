package io.sparklive.access;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Remembers for a while, up to a number.
 *
 * <p>Thread-safe.
 */
public final class Recent<K, V> {
  private final Map<K, Dated<V>> values;
  private final Duration life;
  private final InstantSource clock;

  private record Dated<V>(V value, Instant end) {}

  /**
   * @param most how many are remembered, the newest
   * @param life how long each is
   */
  public Recent(int most, Duration life, InstantSource clock) {
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
  public synchronized Optional<V> get(K key) {
    Instant now = clock.instant();
    return Optional.ofNullable(values.get(key))
        .filter(dated -> now.isBefore(dated.end()))
        .map(Dated::value);
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
