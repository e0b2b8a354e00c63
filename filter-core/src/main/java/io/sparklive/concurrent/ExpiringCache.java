// SPDX-License-Identifier: Apache-2.0
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
 * Bounded cache with time-based expiry. If it is full, a new entry evicts the oldest one.
 *
 * <p>Thread-safe.
 */
public final class ExpiringCache<K, V> {
  private final Map<K, Entry<V>> entries;
  private final Duration timeToLive;
  private final InstantSource clock;

  private record Entry<V>(V value, Instant expiresAt) {}

  /**
   * @param maxEntries the maximum number of entries
   * @param timeToLive how long an entry stays valid after it was put
   */
  public ExpiringCache(int maxEntries, Duration timeToLive, InstantSource clock) {
    this.timeToLive = timeToLive;
    this.clock = clock;
    this.entries =
        new LinkedHashMap<>() {
          @Override
          protected boolean removeEldestEntry(Map.Entry<K, Entry<V>> eldest) {
            return size() > maxEntries;
          }
        };
  }

  /** The value of this key; empty if there is none, or it has expired. */
  public Optional<V> get(K key) {
    return Optional.ofNullable(getAll(List.of(key)).get(key));
  }

  /** The values of these keys that have not expired, in a new map. */
  public synchronized Map<K, V> getAll(Collection<K> keys) {
    Instant now = clock.instant();
    Map<K, V> all = new HashMap<>();
    for (K key : keys) {
      Entry<V> entry = entries.get(key);
      if (entry != null && now.isBefore(entry.expiresAt())) {
        all.put(key, entry.value());
      }
    }
    return all;
  }

  /** Puts a value; its time to live begins again. */
  public synchronized void put(K key, V value) {
    Instant now = clock.instant();
    // The map is ordered: the oldest entries come first.
    Iterator<Entry<V>> oldest = entries.values().iterator();
    while (oldest.hasNext() && !now.isBefore(oldest.next().expiresAt())) {
      oldest.remove();
    }
    entries.remove(key);
    entries.put(key, new Entry<>(value, now.plus(timeToLive)));
  }

  /** Removes a key immediately. */
  public synchronized void remove(K key) {
    entries.remove(key);
  }
}
