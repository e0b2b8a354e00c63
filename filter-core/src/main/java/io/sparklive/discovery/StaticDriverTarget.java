package io.sparklive.discovery;

import io.sparklive.application.ApplicationId;
import io.sparklive.application.DriverAddress;
import io.sparklive.application.Sighting;
import io.sparklive.application.Witness;
import io.sparklive.driver.DriverReply;
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

/**
 * One {@code host:port} of {@code drivers}. If the host is a name with several addresses, each of
 * them is a spot where a driver may be; otherwise the place is its only spot.
 *
 * <p>A driver may be seen at several spots, by IPv4 and by IPv6: one of them reports it, and if
 * that one loses it, another one that sees it takes over.
 *
 * <p>Thread-safe.
 */
final class StaticDriverTarget {
  private final DriverAddress address;
  private final Duration patience;
  private final Map<DriverAddress, Spot> spots = new LinkedHashMap<>();
  private final Map<ApplicationId, Report> reports = new HashMap<>();
  private Set<DriverAddress> resolved = Set.of();

  /** An id that was chosen may come again, with another start by the driver's own clock. */
  private record Run(ApplicationId id, Instant started) {}

  /** Which spot reports an application, and as which witness. */
  private record Report(Witness witness, DriverAddress spot) {}

  /**
   * @param patience how long a driver that runs may be silent
   */
  StaticDriverTarget(DriverAddress address, Duration patience) {
    this.address = address;
    this.patience = patience;
    spots.put(address, new Spot(address));
  }

  /** The address as it is in {@code drivers}. */
  DriverAddress address() {
    return address;
  }

  /**
   * Takes in the addresses of its host, if there are several. One that has vanished stays a spot as
   * long as a driver is there.
   *
   * @param mayAdd whether there is room for one more spot, which it takes
   * @return the new spots
   */
  synchronized List<DriverAddress> resolve(List<String> hosts, BooleanSupplier mayAdd) {
    List<DriverAddress> added = new ArrayList<>();
    Set<DriverAddress> found = new HashSet<>();
    for (String host : hosts) {
      DriverAddress at = new DriverAddress(host, address.port(), address.secure());
      if (spots.containsKey(at)) {
        found.add(at);
      } else if (mayAdd.getAsBoolean()) {
        spots.put(at, new Spot(at));
        found.add(at);
        added.add(at);
      }
    }
    resolved = Set.copyOf(found);
    return added;
  }

  /** Removes a spot that has vanished, unless a driver is still there; returns whether it did. */
  synchronized boolean removeIfVanished(DriverAddress at) {
    return !at.equals(address)
        && !resolved.contains(at)
        && spots.get(at).seen().isEmpty()
        && spots.remove(at) != null;
  }

  /**
   * Whether the addresses of the name stand for it: at least one of them shows a driver. A name
   * that shows one only if it is in the {@code Host} header is polled itself.
   */
  synchronized boolean isReplaced(DriverAddress at) {
    return at.equals(address)
        && !resolved.isEmpty()
        && resolved.stream().allMatch(other -> spots.get(other).heard)
        && resolved.stream().anyMatch(other -> spots.get(other).seen().isPresent());
  }

  /**
   * What the name itself has shown is for its addresses to show from now on.
   *
   * @param sightings receives what changes; see {@link #hear}
   */
  synchronized void replace(Instant now, Consumer<Sighting> sightings) {
    Spot spot = spot(address);
    Optional<Run> before = spot.seen();
    spot.forget();
    before.ifPresent(run -> lose(run.id(), address, now, sightings));
  }

  /**
   * Takes in what came back from a spot.
   *
   * @param sightings receives what was seen, under the lock of this place: spots share a witness,
   *     and sightings of one witness must be applied in the order they were made. It must not call
   *     back
   */
  synchronized void hear(
      DriverAddress at, DriverReply reply, Instant now, Consumer<Sighting> sightings) {
    Spot spot = spot(at);
    Optional<ApplicationId> before = spot.seen().map(Run::id);
    spot.hear(reply, now);
    if (reply instanceof DriverReply.Runs runs) {
      before
          .filter(id -> !id.equals(runs.id()))
          .ifPresent(id -> lose(id, at, runs.facts().startedBy(now).started(), sightings));
      Report report = reports.computeIfAbsent(runs.id(), id -> new Report(newWitness(id), at));
      if (report.spot().equals(at)) {
        sightings.accept(spot.sighting(report.witness()));
      }
    } else if (spot.seen().isEmpty()) {
      before.ifPresent(id -> lose(id, at, now, sightings));
    }
  }

  /** Whether a driver that was seen there refused or was another the last time. */
  synchronized boolean isInDoubt(DriverAddress at) {
    Spot spot = spots.get(at);
    return spot != null && spot.seen().isPresent() && spot.doubts.areFresh();
  }

  /** The applications that it sees. */
  synchronized Set<ApplicationId> running() {
    return Set.copyOf(reports.keySet());
  }

  /** The hosts of its spots. */
  synchronized Set<String> hosts() {
    return spots.keySet().stream().map(DriverAddress::host).collect(Collectors.toSet());
  }

  /** The spots that want a login. */
  synchronized List<DriverAddress> guarded() {
    return spots.values().stream().filter(spot -> spot.guarded).map(spot -> spot.at).toList();
  }

  private Spot spot(DriverAddress at) {
    return spots.computeIfAbsent(at, Spot::new);
  }

  private Witness newWitness(ApplicationId id) {
    Witness plain = new Witness("static", address.toString());
    boolean isTaken = reports.values().stream().anyMatch(r -> r.witness().equals(plain));
    return isTaken ? new Witness("static", address + " " + id) : plain;
  }

  private void lose(
      ApplicationId id, DriverAddress at, Instant when, Consumer<Sighting> sightings) {
    Report report = reports.get(id);
    if (report == null || !report.spot().equals(at)) {
      return;
    }
    Optional<Spot> other =
        spots.values().stream()
            .filter(spot -> spot.seen().filter(run -> run.id().equals(id)).isPresent())
            .findFirst();
    if (other.isPresent()) {
      reports.put(id, new Report(report.witness(), other.get().at));
      sightings.accept(other.get().sighting(report.witness()));
    } else {
      reports.remove(id);
      sightings.accept(new Sighting.Gone(report.witness(), when));
    }
  }

  /** One address that is polled, once at a time. */
  private final class Spot {
    private final DriverAddress at;
    private final FailureDetector doubts = new FailureDetector(patience);
    private Optional<DriverReply.Runs> last = Optional.empty();
    private Instant firstSeen = Instant.MAX;
    private boolean gone = true;
    private boolean guarded;
    private boolean heard;

    Spot(DriverAddress at) {
      this.at = at;
    }

    /** The run that it sees. */
    Optional<Run> seen() {
      return gone ? Optional.empty() : last.map(Spot::run);
    }

    private static Run run(DriverReply.Runs runs) {
      return new Run(runs.id(), runs.facts().started());
    }

    void forget() {
      gone = true;
      guarded = false;
      doubts.areOver();
    }

    void hear(DriverReply reply, Instant now) {
      heard = true;
      guarded = reply instanceof DriverReply.Guarded;
      if (reply instanceof DriverReply.Runs runs) {
        doubts.areOver();
        if (!last.map(Spot::run).equals(Optional.of(run(runs)))) {
          firstSeen = now;
        }
        last = Optional.of(runs);
        gone = false;
        return;
      }
      boolean outOfReach =
          reply instanceof DriverReply.Silent || reply instanceof DriverReply.Unreachable;
      if (outOfReach ? doubts.lastTooLong(now) : doubts.areConfirmed()) {
        gone = true;
      }
    }

    Sighting sighting(Witness witness) {
      DriverReply.Runs runs = last.orElseThrow();
      return new Sighting.Seen(
          witness,
          runs.id(),
          true,
          // Whatever its clock says.
          runs.facts().startedBy(firstSeen),
          Optional.of(runs.address()),
          Optional.empty());
    }
  }
}
