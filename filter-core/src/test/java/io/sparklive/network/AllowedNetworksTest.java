// SPDX-License-Identifier: Apache-2.0
package io.sparklive.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedNetworksTest {
  private static boolean allows(AllowedNetworks networks, String address)
      throws UnknownHostException {
    return networks.allow(InetAddress.getByName(address));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.7",
        "192.168.1.1",
        "172.16.0.1",
        "100.64.0.1",
        "203.0.113.9",
        "fd00::7",
        "2001:db8::1",
        "64:ff9b::a00:7",
        "2002:a00:7::1",
        "::ffff:10.0.0.7",
        "::10.0.0.7",
        "::ffff:0:10.0.0.7",
        // RFC 8215 with the embedding of RFC 6052 at /96, /64, /56 and /48
        "64:ff9b:1::10.0.0.7",
        "64:ff9b:1:0:a:9:700:0",
        "64:ff9b:1:a:0:907:0:0",
        "64:ff9b:1:a09:b:700:0:0",
        // Teredo: server 10.0.0.1, client 10.0.0.7
        "2001:0:a00:1:0:0:f5ff:fff8",
        // ISATAP
        "fd12:3456::5efe:10.0.0.7",
        // beside the addresses of a cloud
        "168.63.129.17",
        "100.100.100.201",
        "fd00:ec3::254",
        "fd20:ce::253",
        // nothing is embedded outside of these prefixes
        "2001:1:7f00:1::1",
        "64:ff9b:2::127.0.0.1",
        "fd12:3456::7f00:1"
      })
  void allowsRoutableAddressesByDefault(String address) throws UnknownHostException {
    assertThat(allows(AllowedNetworks.defaultNetworks(), address)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // loopback
        "127.0.0.1",
        "127.1.2.3",
        "::1",
        // link-local, where clouds serve credentials
        "169.254.169.254",
        "169.254.0.1",
        "fe80::1",
        "febf::1",
        // multicast
        "224.0.0.1",
        "239.255.255.250",
        "ff02::1",
        "ff0e::1",
        // unspecified
        "0.0.0.0",
        "0.1.2.3",
        "::",
        // broadcast
        "255.255.255.255"
      })
  void excludesThisMachineAndItsLinkByDefault(String address) throws UnknownHostException {
    assertThat(allows(AllowedNetworks.defaultNetworks(), address)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // mapped (RFC 4291)
        "::ffff:127.0.0.1",
        "::ffff:a9fe:a9fe",
        // compatible (RFC 4291)
        "::127.0.0.1",
        "::a9fe:a9fe",
        // NAT64 (RFC 6052)
        "64:ff9b::127.0.0.1",
        "64:ff9b::a9fe:a9fe",
        // 6to4 (RFC 3056)
        "2002:7f00:1::",
        "2002:7f00:1::1",
        "2002:a9fe:a9fe::1",
        "2002:0:0::1",
        "2002:6464:64c8::1",
        // NAT64 for local use (RFC 8215), with the embedding of RFC 6052 at /96, /64, /56 and /48
        "64:ff9b:1::127.0.0.1",
        "64:ff9b:1:ffff:ffff:ffff:7f00:1",
        "64:ff9b:1:0:7f:0:100:0",
        "64:ff9b:1:7f:0:1:0:0",
        "64:ff9b:1:7f00:0:100:0:0",
        "64:ff9b:1::a9fe:a9fe",
        "64:ff9b:1::168.63.129.16",
        "64:ff9b:1::",
        // SIIT (RFC 7915)
        "::ffff:0:127.0.0.1",
        "::ffff:0:a9fe:a9fe",
        "::ffff:0:224.0.0.1",
        // Teredo (RFC 4380): the server's address, and the client's with each bit inverted
        "2001:0:7f00:1:0:0:f5ff:fff8",
        "2001:0:a00:1:0:0:80ff:fffe",
        "2001:0:a00:1:0:0:5601:5601",
        // ISATAP (RFC 5214), with the universal and the group bit in either state
        "fd12:3456::5efe:127.0.0.1",
        "fd12:3456::200:5efe:127.0.0.1",
        "2001:db8:1:2:300:5efe:a9fe:a9fe",
        "2001:db8::100:5efe:7f00:1",
        "2001:db8::5efe:100.100.100.200"
      })
  void excludesEmbeddedAddressesByDefault(String address) throws UnknownHostException {
    assertThat(allows(AllowedNetworks.defaultNetworks(), address)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fd00:ec2::254",
        "fd00:ec2::23",
        "168.63.129.16",
        "100.100.100.200",
        "fd00:100::100:200",
        "fd20:ce::254",
        "192.0.0.192",
        "fd00:c1::a9fe:a9fe",
        "fd00:42::42",
        "fd00:a9fe:a9fe::1"
      })
  void excludesMetadataServicesOfClouds(String address) throws UnknownHostException {
    assertThat(allows(AllowedNetworks.defaultNetworks(), address)).isFalse();
  }

  /** {@code InetAddress} turns a mapped address into IPv4, unless it is built from its parts. */
  @Test
  void excludesMappedAddressThatStaysIpv6() throws UnknownHostException {
    byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, 127, 0, 0, 1};

    assertThat(AllowedNetworks.defaultNetworks().allow(Inet6Address.getByAddress(null, mapped, 0)))
        .isFalse();
  }

  /** A wide network does not allow the addresses that the default excludes. */
  @ParameterizedTest
  @CsvSource({
    "0.0.0.0/0, 127.0.0.1, false",
    "0.0.0.0/0, 169.254.169.254, false",
    "0.0.0.0/0, 168.63.129.16, false",
    "126.0.0.0/7, 127.0.0.1, false",
    "::/0, ::1, false",
    "::/0, 127.0.0.1, false",
    "fd00::/8, fd00:ec2::254, false",
    "fd00::/8, fd20:ce::254, false",
    "fd00::/8, fd00:ec3::254, true",
    "100.64.0.0/10, 100.100.100.200, false",
    "100.64.0.0/10, 100.100.100.201, true",
    "168.63.129.0/24, 168.63.129.16, false",
    "168.63.129.16, 168.63.129.16, true",
    "fd00:ec2::/32, fd00:ec2::254, true",
    "fd00:ec2::254/128, fd00:ec2::254, true",
    "169.254.0.0/16, 169.254.169.254, true",
    "169.254.10.0/24, 169.254.10.1, true",
    "169.254.10.0/24, 169.254.169.254, false",
    "::1, ::1, true",
    "127.0.0.1/32, 127.0.0.1, true",
    "127.0.0.1/32, 127.0.0.2, false"
  })
  void allowsExcludedAddressOnlyByNetworkOfItsOwn(String network, String address, boolean allowed)
      throws UnknownHostException {
    assertThat(allows(AllowedNetworks.of(List.of(network)), address)).isEqualTo(allowed);
  }

  @ParameterizedTest
  @CsvSource({
    "64:ff9b::/96, 64:ff9b::10.0.0.7, true",
    "64:ff9b::/96, 64:ff9b::127.0.0.1, false",
    "64:ff9b:1::/48, 64:ff9b:1::169.254.169.254, false",
    "2000::/3, 2002:7f00:1::1, false",
    "2000::/3, 2002:a00:7::1, true",
    "2001:db8::/32, 2001:db8::5efe:127.0.0.1, false",
    "fd00::/8, fd12::200:5efe:a9fe:a9fe, false",
    "::/0, ::ffff:0:127.0.0.1, false",
    "10.0.0.0/8, 64:ff9b::10.0.0.7, false"
  })
  void checksTheEmbeddedAddressOfAListedAddress(String network, String address, boolean allowed)
      throws UnknownHostException {
    assertThat(allows(AllowedNetworks.of(List.of(network)), address)).isEqualTo(allowed);
  }

  @Test
  void allowsEmbeddedAddressThatTheListNames() throws UnknownHostException {
    AllowedNetworks networks = AllowedNetworks.of(List.of("64:ff9b::/96", "127.0.0.0/8"));

    assertThat(allows(networks, "64:ff9b::127.0.0.1")).isTrue();
    assertThat(allows(networks, "64:ff9b::169.254.169.254")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.0.1, true",
    "10.0.0.0/8, 11.0.0.1, false",
    "10.0.0.0/8, fd00::1, false",
    "10.0.0.0/8, 127.0.0.1, false",
    "127.0.0.0/8, 127.0.0.1, true",
    "10.1.2.3, 10.1.2.3, true",
    "10.1.2.3, 10.1.2.4, false",
    "10.1.2.3/32, 10.1.2.3, true",
    "10.1.2.128/25, 10.1.2.200, true",
    "10.1.2.128/25, 10.1.2.100, false",
    "0.0.0.0/0, 8.8.8.8, true",
    "fd00::/8, fd12::1, true",
    "fd00::/8, 2001:db8::1, false",
    "fd00::/8, 10.0.0.1, false",
    "fd00::7, fd00::7, true",
    "fd00::7, fd00::8, false",
    "2001:db8::/33, 2001:db8:7fff::1, true",
    "2001:db8::/33, 2001:db8:8000::1, false"
  })
  void allowsOnlyTheListedNetworks(String network, String address, boolean allowed)
      throws UnknownHostException {
    assertThat(allows(AllowedNetworks.of(List.of(network)), address)).isEqualTo(allowed);
  }

  @Test
  void allowsAddressesOfAnyListedNetwork() throws UnknownHostException {
    AllowedNetworks networks = AllowedNetworks.of(List.of("10.0.0.0/8", "fd00::/8"));

    assertThat(allows(networks, "10.1.1.1")).isTrue();
    assertThat(allows(networks, "fd00::1")).isTrue();
    assertThat(allows(networks, "192.168.0.1")).isFalse();
  }

  @Test
  void allowsNothingIfTheListIsEmpty() throws UnknownHostException {
    assertThat(allows(AllowedNetworks.of(List.of()), "10.0.0.1")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10",
        "10.0.0",
        "10.0.0.0/33",
        "10.0.0.0/",
        "10.0.0.0/-1",
        "256.0.0.1",
        "fd00::/129",
        "fd00",
        "localhost",
        "10.0.0.1-10.0.0.9",
        "10.0.0.0/8 ",
        "::1%lo",
        "[::1]",
        "10.1.2.3/8",
        "fd00::1/8",
        "1.2.3.4.5",
        "fd00:::1",
        "10.0.0.0/08/8",
        "10.0.0.0/999"
      })
  void rejectsTextThatIsNoNetwork(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AllowedNetworks.of(List.of(text)))
        .withMessage("no network: " + text);
  }

  @Test
  void describesTheAllowedNetworks() {
    assertThat(AllowedNetworks.defaultNetworks())
        .hasToString(
            "all networks except loopback, link-local, multicast and metadata services of clouds");
    assertThat(AllowedNetworks.of(List.of("10.0.0.0/8"))).hasToString("10.0.0.0/8");
  }
}
