package io.sparklive.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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
        "::10.0.0.7"
      })
  void anOrdinaryAddressIsAllowed(String address) throws UnknownHostException {
    assertThat(allows(AllowedNetworks.anyOrdinary(), address)).isTrue();
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
        "::"
      })
  void anAddressThatLeadsToThisMachineOrItsLinkIsNot(String address) throws UnknownHostException {
    assertThat(allows(AllowedNetworks.anyOrdinary(), address)).isFalse();
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
        "2002:0:0::1"
      })
  void anAddressWithinAnotherCountsAsWell(String address) throws UnknownHostException {
    assertThat(allows(AllowedNetworks.anyOrdinary(), address)).isFalse();
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
  void networksThatAreSetAreAllThatIsAllowed(String network, String address, boolean allowed)
      throws UnknownHostException {
    assertThat(allows(AllowedNetworks.of(List.of(network)), address)).isEqualTo(allowed);
  }

  @Test
  void oneOfSeveralNetworksIsEnough() throws UnknownHostException {
    AllowedNetworks networks = AllowedNetworks.of(List.of("10.0.0.0/8", "fd00::/8"));

    assertThat(allows(networks, "10.1.1.1")).isTrue();
    assertThat(allows(networks, "fd00::1")).isTrue();
    assertThat(allows(networks, "192.168.0.1")).isFalse();
  }

  @Test
  void noNetworkAllowsNothing() throws UnknownHostException {
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
        "[::1]"
      })
  void whatIsNoNetworkIsRefused(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AllowedNetworks.of(List.of(text)))
        .withMessage("no network: " + text);
  }

  @Test
  void saysForPeopleWhatItAllows() {
    assertThat(AllowedNetworks.anyOrdinary())
        .hasToString("any but loopback, link-local and multicast");
    assertThat(AllowedNetworks.of(List.of("10.0.0.0/8"))).hasToString("10.0.0.0/8");
  }
}
