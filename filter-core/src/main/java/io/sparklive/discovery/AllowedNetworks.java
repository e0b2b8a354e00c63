package io.sparklive.discovery;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jetty.util.InetAddressSet;

/**
 * Where a driver may live whose host a user has named: a host name is a way to send the History
 * Server to any address it can reach.
 *
 * <p>Immutable, thread-safe.
 */
public final class AllowedNetworks {
  private static final Pattern NETWORK =
      Pattern.compile(
          "(?:[0-9]{1,3}(?:\\.[0-9]{1,3}){3}|(?=[0-9A-Fa-f.]*:)[0-9A-Fa-f:.]+)(?:/[0-9]{1,3})?");
  private static final AllowedNetworks ANY_ORDINARY = new AllowedNetworks(Optional.empty());
  private static final byte[] NAT64 = {0, 0x64, (byte) 0xFF, (byte) 0x9B, 0, 0, 0, 0, 0, 0, 0, 0};

  private final Optional<InetAddressSet> networks;

  private AllowedNetworks(Optional<InetAddressSet> networks) {
    this.networks = networks;
  }

  /** Any address but loopback, link-local, multicast and the unspecified one. */
  public static AllowedNetworks anyOrdinary() {
    return ANY_ORDINARY;
  }

  /**
   * These networks and no other.
   *
   * @param networks in CIDR notation (RFC 4632, RFC 4291), or single addresses
   * @throws IllegalArgumentException if one of them is neither
   */
  public static AllowedNetworks of(List<String> networks) {
    InetAddressSet set = new InetAddressSet();
    for (String network : networks) {
      if (!NETWORK.matcher(network).matches() || !isAdded(set, network)) {
        throw new IllegalArgumentException("no network: " + network);
      }
    }
    return new AllowedNetworks(Optional.of(set));
  }

  private static boolean isAdded(InetAddressSet set, String network) {
    try {
      return set.add(network);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Whether a driver may live at this address. */
  public boolean allow(InetAddress address) {
    if (networks.isPresent()) {
      return networks.get().test(address);
    }
    return isOrdinary(address) && embeddedIpv4(address).map(this::isOrdinary).orElse(true);
  }

  private boolean isOrdinary(InetAddress address) {
    return !address.isLoopbackAddress()
        && !address.isLinkLocalAddress()
        && !address.isMulticastAddress()
        && !address.isAnyLocalAddress();
  }

  /**
   * An IPv4 address that an IPv6 one leads to: RFC 4291 (compatible), 6052 (NAT64), 3056 (6to4).
   */
  private static Optional<InetAddress> embeddedIpv4(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (!(address instanceof Inet6Address v6)) {
      return Optional.empty();
    }
    if (v6.isIPv4CompatibleAddress() || Arrays.equals(bytes, 0, 12, NAT64, 0, 12)) {
      return Optional.of(ipv4(bytes, 12));
    }
    boolean sixToFour = bytes[0] == 0x20 && bytes[1] == 0x02;
    return sixToFour ? Optional.of(ipv4(bytes, 2)) : Optional.empty();
  }

  private static InetAddress ipv4(byte[] bytes, int from) {
    try {
      return InetAddress.getByAddress(Arrays.copyOfRange(bytes, from, from + 4));
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // four bytes are an address
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AllowedNetworks that && networks.equals(that.networks);
  }

  @Override
  public int hashCode() {
    return networks.hashCode();
  }

  @Override
  public String toString() {
    return networks
        .map(set -> String.join(", ", set))
        .orElse("any but loopback, link-local and multicast");
  }
}
