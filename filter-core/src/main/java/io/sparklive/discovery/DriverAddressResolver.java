package io.sparklive.discovery;

import io.sparklive.application.DriverAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns what users name into addresses that may be asked. A name is resolved once: the address that
 * was checked is the one that is used, whatever the name leads to a moment later.
 */
public final class DriverAddressResolver {
  private static final Logger LOG = LoggerFactory.getLogger(DriverAddressResolver.class);

  // A name may lead to as many as its owner likes.
  static final int MOST_ADDRESSES = 8;

  private static final String NOT_ALLOWED =
      "its host is not allowed by allowedDriverNetworks; the log names it";

  private final Resolver resolver;
  private final AllowedNetworks networks;
  private final List<Integer> ports;

  /** Looks up a host name. */
  @FunctionalInterface
  public interface Resolver {
    /**
     * All addresses of a host.
     *
     * @throws UnknownHostException if it has none
     */
    InetAddress[] addressesOf(String host) throws UnknownHostException;
  }

  /**
   * Where to ask, in this order.
   *
   * @param hosts what was resolved to what, for people
   * @param port why the port that the driver names is not among those to ask, for people
   * @param exclusion the setting that alone keeps the driver from being found where it is said to
   *     be, for people; it names no host and no address
   */
  record Candidates(
      List<DriverAddress> addresses,
      List<String> hosts,
      String ports,
      Optional<String> port,
      Optional<String> exclusion) {
    @Override
    public String toString() {
      return String.join(", ", hosts)
          + (addresses.isEmpty() ? "" : " at the ports " + ports)
          + port.map(why -> "; " + why).orElse("");
    }
  }

  /**
   * @param ports the ports that a driver's UI may have
   */
  public DriverAddressResolver(Resolver resolver, AllowedNetworks networks, List<Integer> ports) {
    this.resolver = resolver;
    this.networks = networks;
    this.ports = List.copyOf(ports);
  }

  AllowedNetworks networks() {
    return networks;
  }

  /** Resolves and checks. It waits for name servers. */
  Candidates candidates(CandidateHosts whereabouts) {
    List<Integer> order = portsOf(whereabouts);
    Set<DriverAddress> candidates = new LinkedHashSet<>();
    List<String> told = new ArrayList<>();
    boolean forbidden = false;
    for (String host : whereabouts.hosts()) {
      try {
        InetAddress[] addresses = resolver.addressesOf(host);
        for (InetAddress address :
            Arrays.copyOf(addresses, Math.min(addresses.length, MOST_ADDRESSES))) {
          String literal = CandidateHosts.literal(address);
          boolean allowed = networks.allow(address);
          told.add(
              (host.equals(literal) ? host : host + " (" + literal + ")")
                  + (allowed ? "" : ", which allowedDriverNetworks does not allow"));
          forbidden |= !allowed;
          if (allowed) {
            order.forEach(port -> candidates.add(new DriverAddress(literal, port)));
          }
        }
      } catch (UnknownHostException e) {
        LOG.debug("No such host: {}", host);
        told.add(host + ", which is not known");
      }
    }
    Optional<String> port = whereabouts.uiPort().filter(p -> !ports.contains(p)).map(this::outside);
    Optional<String> network = forbidden ? Optional.of(NOT_ALLOWED) : Optional.empty();
    Optional<String> exclusion = candidates.isEmpty() ? network : port;
    return new Candidates(List.copyOf(candidates), told, ranges(), port, exclusion);
  }

  private String outside(int port) {
    return port == 0
        ? "spark.ui.port=0 is any free port, which may be outside clientUiPorts=" + ranges()
        : "spark.ui.port=" + port + " is outside clientUiPorts=" + ranges();
  }

  /** The ports as they are written in {@code clientUiPorts}. */
  private String ranges() {
    List<String> ranges = new ArrayList<>();
    int from = 0;
    for (int i = 1; i <= ports.size(); i++) {
      if (i == ports.size() || ports.get(i) != ports.get(i - 1) + 1) {
        int first = ports.get(from);
        int last = ports.get(i - 1);
        ranges.add(first == last ? Integer.toString(first) : first + "-" + last);
        from = i;
      }
    }
    return String.join(",", ranges);
  }

  private List<Integer> portsOf(CandidateHosts whereabouts) {
    if (whereabouts.uiPort().isEmpty() || !ports.contains(whereabouts.uiPort().get())) {
      return ports;
    }
    Set<Integer> order = new LinkedHashSet<>();
    order.add(whereabouts.uiPort().get());
    order.addAll(ports);
    return List.copyOf(order);
  }
}
