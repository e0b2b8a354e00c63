// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery;

import io.sparklive.concurrent.DaemonThreads;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Resolves the host names in the parameter {@code drivers}, and maps each address back to its
 * names, against which the certificate of a driver is checked. It has threads of its own, as name
 * servers may take long.
 *
 * <p>Thread-safe.
 */
public final class DriverNames implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DriverNames.class);
  private static final int THREADS = 4;

  private final DriverAddressResolver.HostLookup hostLookup;
  private final ThreadPoolExecutor threads;
  private final Map<String, Set<String>> names = new ConcurrentHashMap<>();

  public DriverNames(DriverAddressResolver.HostLookup hostLookup) {
    this.hostLookup = hostLookup;
    this.threads =
        DaemonThreads.pool("spark-live-history-names", THREADS, new LinkedBlockingQueue<>());
  }

  /**
   * The names in {@code drivers} that resolve to this address: the certificate of a driver at the
   * address must be issued for one of them. Only names with several addresses are included.
   *
   * @param address an IP address, an IPv6 one with or without brackets
   */
  public Set<String> namesOf(String address) {
    boolean bracketed = address.startsWith("[") && address.endsWith("]");
    return names.getOrDefault(
        bracketed ? address.substring(1, address.length() - 1) : address, Set.of());
  }

  /**
   * Resolves this host.
   *
   * @return its addresses if it has several; an empty list if it has one, or cannot be resolved now
   */
  CompletableFuture<List<String>> addressesOf(String host) {
    try {
      return CompletableFuture.supplyAsync(() -> resolve(host), threads);
    } catch (RejectedExecutionException e) {
      return CompletableFuture.completedFuture(List.of());
    }
  }

  private List<String> resolve(String host) {
    try {
      InetAddress[] addresses = hostLookup.addressesOf(host);
      if (addresses.length < 2) {
        return List.of();
      }
      List<String> literals =
          Arrays.stream(addresses)
              .map(CandidateHosts::literal)
              .distinct()
              .limit(DriverAddressResolver.MAX_ADDRESSES)
              .toList();
      literals.forEach(
          address -> names.merge(address, Set.of(host), (before, now) -> with(before, host)));
      return literals;
    } catch (UnknownHostException e) {
      LOG.debug("No such host: {}", host);
      return List.of();
    }
  }

  /** Removes this host as a name of all addresses other than these. */
  void retainAddresses(String host, Set<String> addresses) {
    names.replaceAll(
        (address, hosts) -> addresses.contains(address) ? hosts : without(hosts, host));
    names.values().removeIf(Set::isEmpty);
  }

  private static Set<String> with(Set<String> hosts, String host) {
    return Stream.concat(hosts.stream(), Stream.of(host)).collect(Collectors.toUnmodifiableSet());
  }

  private static Set<String> without(Set<String> hosts, String host) {
    return hosts.stream()
        .filter(other -> !other.equals(host))
        .collect(Collectors.toUnmodifiableSet());
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
