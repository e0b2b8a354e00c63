// SPDX-License-Identifier: Apache-2.0
package io.sparklive.network;

import static java.util.stream.Collectors.joining;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The networks in which a driver may run if a user names its host. Without this limit, a user could
 * make the History Server send requests to any address that it can reach (SSRF).
 *
 * <p>Immutable, thread-safe.
 */
public final class AllowedNetworks {
  private static final AllowedNetworks DEFAULT = new AllowedNetworks(null);

  // Addresses of this machine and its link, and the services from which clouds issue credentials.
  // The link-local networks include those at 169.254.169.254 and at other link-local addresses.
  private static final List<Network> EXCLUDED =
      Stream.of(
              // "This network" (RFC 1122, section 3.2.1.3) and the unspecified address
              "0.0.0.0/8",
              "::",
              // loopback
              "127.0.0.0/8",
              "::1",
              // link-local
              "169.254.0.0/16",
              "fe80::/10",
              // multicast and broadcast
              "224.0.0.0/4",
              "ff00::/8",
              "255.255.255.255",
              // AWS: metadata (…::254) and the credentials of EKS pods (…::23)
              "fd00:ec2::/32",
              // Azure: host services ("WireServer")
              "168.63.129.16",
              // Google Cloud: metadata, for instances without IPv4
              "fd20:ce::254",
              // Alibaba Cloud: metadata; IPv6 as in cloud-init's data source Aliyun
              "100.100.100.200",
              "fd00:100::100:200",
              // Oracle Cloud: metadata, as in Oracle's SDK, and of its earlier generation
              "fd00:c1::a9fe:a9fe",
              "192.0.0.192",
              // Akamai (Linode) and Scaleway: metadata, as in cloud-init's data sources
              "fd00:a9fe:a9fe::1",
              "fd00:42::42")
          .map(Network::of)
          .toList();

  // Null for the default.
  private final @Nullable List<Network> networks;

  private AllowedNetworks(@Nullable List<Network> networks) {
    this.networks = networks;
  }

  /**
   * The default: any address except loopback, link-local, multicast and the unspecified one, the
   * metadata services of clouds, and IPv6 addresses that embed one of these.
   */
  public static AllowedNetworks defaultNetworks() {
    return DEFAULT;
  }

  /**
   * These networks only. An address that the default excludes is allowed only by a network that is
   * a part of the excluded one: {@code 127.0.0.1} by {@code 127.0.0.0/8}, but not by {@code
   * 0.0.0.0/0}.
   *
   * @param networks in CIDR notation (RFC 4632, RFC 4291), or single addresses
   * @throws IllegalArgumentException if a text is neither
   */
  public static AllowedNetworks of(List<String> networks) {
    return new AllowedNetworks(networks.stream().map(Network::of).toList());
  }

  /**
   * Whether a driver may run at this address. If it embeds an IPv4 address, the same exclusions
   * apply to that one.
   */
  public boolean allow(InetAddress address) {
    InetAddress plain = plain(address);
    Optional<Network> excluded = excluded(plain);
    boolean allowed =
        networks == null ? excluded.isEmpty() : isListed(plain, networks, excluded.orElse(null));
    return allowed && EmbeddedIpv4.in(plain).stream().allMatch(this::mayBeEmbedded);
  }

  private boolean mayBeEmbedded(InetAddress address) {
    Optional<Network> excluded = excluded(address);
    return excluded.isEmpty() || (networks != null && isListed(address, networks, excluded.get()));
  }

  private static boolean isListed(
      InetAddress address, List<Network> list, @Nullable Network excluded) {
    return list.stream()
        .filter(network -> network.contains(address))
        .anyMatch(network -> excluded == null || network.isWithin(excluded));
  }

  private static Optional<Network> excluded(InetAddress address) {
    return EXCLUDED.stream().filter(network -> network.contains(address)).findFirst();
  }

  /** The address without a scope, and as IPv4 if it is mapped (RFC 4291, section 2.5.5.2). */
  private static InetAddress plain(InetAddress address) {
    try {
      return InetAddress.getByAddress(address.getAddress());
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // the bytes of an address are an address
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof AllowedNetworks that && Objects.equals(networks, that.networks);
  }

  @Override
  public int hashCode() {
    return Objects.hashCode(networks);
  }

  @Override
  public String toString() {
    return networks == null
        ? "all networks except loopback, link-local, multicast and metadata services of clouds"
        : networks.stream().map(Network::toString).collect(joining(", "));
  }
}
