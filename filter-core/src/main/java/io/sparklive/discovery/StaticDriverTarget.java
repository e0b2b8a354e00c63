// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery;

import static java.util.Objects.requireNonNull;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.DiscoveryEvent;
import io.sparklive.application.DriverAddress;
import io.sparklive.application.SourceRef;
import io.sparklive.driver.ProbeResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One {@code host:port} of the parameter {@code drivers}. If the host is a name with several
 * addresses, each of them is an endpoint of its own beside the name. Otherwise the name or address
 * is the only endpoint.
 *
 * <p>A driver may respond at several endpoints, by IPv4 and by IPv6: one of them reports it. If the
 * driver stops responding there, another endpoint at which it responds takes over.
 *
 * <p>Thread-safe.
 */
final class StaticDriverTarget {
  private final DriverAddress address;
  private final Duration noResponseTimeout;
  private final Map<DriverAddress, Endpoint> endpoints = new LinkedHashMap<>();
  private final Map<ApplicationId, Report> reports = new HashMap<>();
  private Set<DriverAddress> resolved = Set.of();

  /**
   * One run of an application. A user can choose the id, so another run may have the same id, with
   * another start time by the clock of its driver.
   */
  private record Run(ApplicationId id, Instant started) {}

  /** The endpoint that reports an application, and the source of its events. */
  private record Report(SourceRef source, DriverAddress endpoint) {}

  /**
   * @param noResponseTimeout how long a driver may accept connections without a response
   */
  StaticDriverTarget(DriverAddress address, Duration noResponseTimeout) {
    this.address = address;
    this.noResponseTimeout = noResponseTimeout;
    endpoints.put(address, new Endpoint(address));
  }

  /** The address as it is in {@code drivers}. */
  DriverAddress address() {
    return address;
  }

  /**
   * Replaces the resolved addresses of the host by these. While a driver responds at an address
   * that is no longer among them, it stays an endpoint.
   *
   * @param hosts the addresses of the host if it has several, otherwise none
   * @param reserve reserves one more endpoint; returns false if the maximum is reached
   * @return the new endpoints
   */
  synchronized List<DriverAddress> updateAddresses(List<String> hosts, BooleanSupplier reserve) {
    List<DriverAddress> added = new ArrayList<>();
    Set<DriverAddress> found = new HashSet<>();
    for (String host : hosts) {
      DriverAddress at = new DriverAddress(host, address.port(), address.secure());
      if (endpoints.containsKey(at)) {
        found.add(at);
      } else if (reserve.getAsBoolean()) {
        endpoints.put(at, new Endpoint(at));
        found.add(at);
        added.add(at);
      }
    }
    resolved = Set.copyOf(found);
    return added;
  }

  /**
   * Removes an endpoint whose address the name no longer has, unless a driver responds there.
   *
   * @return whether it was removed
   */
  synchronized boolean removeIfUnresolved(DriverAddress at) {
    return !at.equals(address)
        && !resolved.contains(at)
        && existing(at).current().isEmpty()
        && endpoints.remove(at) != null;
  }

  /**
   * Whether the addresses of the name are polled in its place: at least one of them shows a driver.
   * If a driver responds only to requests with the name in the {@code Host} header, the name itself
   * is polled.
   */
  synchronized boolean isReplaced(DriverAddress at) {
    return at.equals(address)
        && !resolved.isEmpty()
        && resolved.stream().allMatch(other -> existing(other).replied)
        && resolved.stream().anyMatch(other -> existing(other).current().isPresent());
  }

  /**
   * Ends the report of the name: from now on, its addresses report the driver.
   *
   * @param events receives the changes; see {@link #onReply}
   */
  synchronized void replaceByAddresses(Instant now, Consumer<DiscoveryEvent> events) {
    Endpoint endpoint = endpoint(address);
    Optional<Run> before = endpoint.current();
    endpoint.clear();
    before.ifPresent(run -> endReport(run.id(), address, now, events));
  }

  /**
   * Processes the reply from an endpoint.
   *
   * @param events receives the resulting events under the lock of this target: endpoints share a
   *     source, and the events of one source must be applied in their order. It must not call this
   *     target
   */
  synchronized void onReply(
      DriverAddress at, ProbeResult reply, Instant now, Consumer<DiscoveryEvent> events) {
    Endpoint endpoint = endpoint(at);
    Optional<ApplicationId> before = endpoint.current().map(Run::id);
    endpoint.onReply(reply, now);
    if (reply instanceof ProbeResult.Running running) {
      before
          .filter(id -> !id.equals(running.id()))
          .ifPresent(id -> endReport(id, at, running.info().startedBy(now).started(), events));
      Report report = reports.computeIfAbsent(running.id(), id -> new Report(newSource(id), at));
      if (report.endpoint().equals(at)) {
        events.accept(endpoint.event(report.source()));
      }
    } else if (endpoint.current().isEmpty()) {
      before.ifPresent(id -> endReport(id, at, now, events));
    }
  }

  /** Whether the last probe of a driver at this endpoint failed, so that it may have ended. */
  synchronized boolean mayHaveEnded(DriverAddress at) {
    Endpoint endpoint = endpoints.get(at);
    return endpoint != null
        && endpoint.current().isPresent()
        && endpoint.failureDetector.hasFailures();
  }

  /** The applications that run at its endpoints. */
  synchronized Set<ApplicationId> running() {
    return Set.copyOf(reports.keySet());
  }

  /** The hosts of its endpoints. */
  synchronized Set<String> hosts() {
    return endpoints.keySet().stream().map(DriverAddress::host).collect(Collectors.toSet());
  }

  /** The endpoints whose driver requires a login. */
  synchronized List<DriverAddress> endpointsThatRequireLogin() {
    return endpoints.values().stream()
        .filter(endpoint -> endpoint.requiresLogin)
        .map(endpoint -> endpoint.at)
        .toList();
  }

  private Endpoint endpoint(DriverAddress at) {
    return endpoints.computeIfAbsent(at, Endpoint::new);
  }

  private Endpoint existing(DriverAddress at) {
    return requireNonNull(endpoints.get(at));
  }

  private SourceRef newSource(ApplicationId id) {
    SourceRef plain = new SourceRef("static", address.toString());
    boolean isTaken = reports.values().stream().anyMatch(r -> r.source().equals(plain));
    return isTaken ? new SourceRef("static", address + " " + id) : plain;
  }

  private void endReport(
      ApplicationId id, DriverAddress at, Instant when, Consumer<DiscoveryEvent> events) {
    Report report = reports.get(id);
    if (report == null || !report.endpoint().equals(at)) {
      return;
    }
    Optional<Endpoint> other =
        endpoints.values().stream()
            .filter(endpoint -> endpoint.current().filter(run -> run.id().equals(id)).isPresent())
            .findFirst();
    if (other.isPresent()) {
      reports.put(id, new Report(report.source(), other.get().at));
      events.accept(other.get().event(report.source()));
    } else {
      reports.remove(id);
      events.accept(new DiscoveryEvent.DriverLost(report.source(), when));
    }
  }

  /** One address that is polled, with one request at a time. */
  private final class Endpoint {
    private final DriverAddress at;
    private final FailureDetector failureDetector = new FailureDetector(noResponseTimeout);
    private ProbeResult.@Nullable Running lastReply;
    private Instant firstSeen = Instant.MAX;
    private boolean lost = true;
    private boolean requiresLogin;
    private boolean replied;

    Endpoint(DriverAddress at) {
      this.at = at;
    }

    /** The run of the driver that responds here. */
    Optional<Run> current() {
      return lost ? Optional.empty() : Optional.ofNullable(lastReply).map(Endpoint::run);
    }

    private static Run run(ProbeResult.Running reply) {
      return new Run(reply.id(), reply.info().started());
    }

    void clear() {
      lost = true;
      requiresLogin = false;
      failureDetector.reset();
    }

    void onReply(ProbeResult reply, Instant now) {
      replied = true;
      requiresLogin = reply instanceof ProbeResult.AuthRequired;
      if (reply instanceof ProbeResult.Running running) {
        failureDetector.reset();
        if (lastReply == null || !run(lastReply).equals(run(running))) {
          firstSeen = now;
        }
        lastReply = running;
        lost = false;
        return;
      }
      boolean timedOut =
          reply instanceof ProbeResult.NoResponse || reply instanceof ProbeResult.Unreachable;
      if (timedOut ? failureDetector.recordTimeout(now) : failureDetector.recordFailure()) {
        lost = true;
      }
    }

    DiscoveryEvent event(SourceRef source) {
      ProbeResult.Running running = requireNonNull(lastReply);
      return new DiscoveryEvent.DriverFound(
          source,
          running.id(),
          true,
          // The clock of the driver may be ahead.
          running.info().startedBy(firstSeen),
          Optional.of(running.address()),
          Optional.empty());
    }
  }
}
