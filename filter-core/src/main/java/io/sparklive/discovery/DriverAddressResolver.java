// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery;

import io.sparklive.application.DriverAddress;
import io.sparklive.network.AllowedNetworks;
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
 * Resolves the hosts that users name to addresses to which the filter may connect. Each name is
 * resolved once, and the checked address is used. If the name has another address a moment later
 * (DNS rebinding), this has no effect.
 */
public final class DriverAddressResolver {
  private static final Logger LOG = LoggerFactory.getLogger(DriverAddressResolver.class);

  // The owner of a name decides how many addresses it has.
  static final int MAX_ADDRESSES = 8;

  private static final String NOT_ALLOWED =
      "its host is not allowed by allowedDriverNetworks; the log names it";

  private final HostLookup hostLookup;
  private final AllowedNetworks networks;
  private final List<Integer> ports;

  /** Resolves a host name, as {@link InetAddress#getAllByName} does. */
  @FunctionalInterface
  public interface HostLookup {
    /**
     * Returns all addresses of a host.
     *
     * @throws UnknownHostException if it has none
     */
    InetAddress[] addressesOf(String host) throws UnknownHostException;
  }

  /**
   * The addresses to probe, in this order.
   *
   * @param hosts each host with its addresses, as text for users
   * @param ports the ports to probe, as in {@code clientUiPorts}
   * @param portExclusion why the port that the driver declares is not probed, as text for users
   * @param exclusion the only setting that prevents a probe at the declared host and port, as text
   *     for users; it names no host and no address
   */
  record Candidates(
      List<DriverAddress> addresses,
      List<String> hosts,
      String ports,
      Optional<String> portExclusion,
      Optional<String> exclusion) {
    @Override
    public String toString() {
      return String.join(", ", hosts)
          + (addresses.isEmpty() ? "" : " at the ports " + ports)
          + portExclusion.map(why -> "; " + why).orElse("");
    }
  }

  /**
   * @param networks the networks in which a driver may run
   * @param ports the ports on which the UI of a driver may listen
   */
  public DriverAddressResolver(
      HostLookup hostLookup, AllowedNetworks networks, List<Integer> ports) {
    this.hostLookup = hostLookup;
    this.networks = networks;
    this.ports = List.copyOf(ports);
  }

  AllowedNetworks networks() {
    return networks;
  }

  /** Resolves the hosts and checks their addresses. It waits for name servers. */
  Candidates resolve(CandidateHosts candidateHosts) {
    List<Integer> order = portsOf(candidateHosts);
    Set<DriverAddress> candidates = new LinkedHashSet<>();
    List<String> descriptions = new ArrayList<>();
    boolean forbidden = false;
    for (String host : candidateHosts.hosts()) {
      try {
        InetAddress[] addresses = hostLookup.addressesOf(host);
        for (InetAddress address :
            Arrays.copyOf(addresses, Math.min(addresses.length, MAX_ADDRESSES))) {
          String literal = CandidateHosts.literal(address);
          boolean allowed = networks.allow(address);
          descriptions.add(
              (host.equals(literal) ? host : host + " (" + literal + ")")
                  + (allowed ? "" : ", which allowedDriverNetworks does not allow"));
          forbidden |= !allowed;
          if (allowed) {
            order.forEach(port -> candidates.add(new DriverAddress(literal, port)));
          }
        }
      } catch (UnknownHostException e) {
        LOG.debug("No such host: {}", host);
        descriptions.add(host + ", which does not resolve");
      }
    }
    Optional<String> port =
        candidateHosts.uiPort().filter(p -> !ports.contains(p)).map(this::describeExclusion);
    Optional<String> network = forbidden ? Optional.of(NOT_ALLOWED) : Optional.empty();
    Optional<String> exclusion = candidates.isEmpty() ? network : port;
    return new Candidates(List.copyOf(candidates), descriptions, ranges(), port, exclusion);
  }

  private String describeExclusion(int port) {
    return port == 0
        ? "spark.ui.port=0 is any free port, which may be outside clientUiPorts=" + ranges()
        : "spark.ui.port=" + port + " is outside clientUiPorts=" + ranges();
  }

  /** The ports in the notation of {@code clientUiPorts}. */
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

  private List<Integer> portsOf(CandidateHosts candidateHosts) {
    if (candidateHosts.uiPort().isEmpty() || !ports.contains(candidateHosts.uiPort().get())) {
      return ports;
    }
    Set<Integer> order = new LinkedHashSet<>();
    order.add(candidateHosts.uiPort().get());
    order.addAll(ports);
    return List.copyOf(order);
  }
}
