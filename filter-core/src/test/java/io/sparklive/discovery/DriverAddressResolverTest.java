// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.application.DriverAddress;
import io.sparklive.network.AllowedNetworks;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DriverAddressResolverTest {
  private static final List<Integer> PORTS = List.of(4040, 4041, 4042);

  private final Map<String, Deque<String[]>> names = new HashMap<>();
  private final List<String> lookups = new ArrayList<>();
  private final DriverAddressResolver resolver =
      new DriverAddressResolver(this::addressesOf, AllowedNetworks.defaultNetworks(), PORTS);

  /** Makes the next lookup of this name return these addresses. */
  private void resolves(String host, String... addresses) {
    names.computeIfAbsent(host, name -> new ArrayDeque<>()).add(addresses);
  }

  private InetAddress[] addressesOf(String host) throws UnknownHostException {
    lookups.add(host);
    Deque<String[]> next = names.getOrDefault(host, new ArrayDeque<>());
    if (next.isEmpty()) {
      throw new UnknownHostException(host);
    }
    String[] addresses = next.poll();
    InetAddress[] found = new InetAddress[addresses.length];
    for (int i = 0; i < addresses.length; i++) {
      found[i] = InetAddress.getByName(addresses[i]);
    }
    return found;
  }

  private DriverAddressResolver.Candidates candidates(String... named) {
    return resolver.resolve(new CandidateHosts(List.of(named), Optional.empty()));
  }

  private static List<DriverAddress> at(String host, Integer... ports) {
    return Arrays.stream(ports).map(port -> new DriverAddress(host, port)).toList();
  }

  @Test
  void returnsEveryPortOfAnAddress() {
    resolves("notebook", "10.0.0.7");

    assertThat(candidates("notebook").addresses()).isEqualTo(at("10.0.0.7", 4040, 4041, 4042));
  }

  @Test
  void returnsThePortThatTheDriverDeclaresFirst() {
    resolves("notebook", "10.0.0.7");

    assertThat(
            resolver
                .resolve(new CandidateHosts(List.of("notebook"), Optional.of(4041)))
                .addresses())
        .isEqualTo(at("10.0.0.7", 4041, 4040, 4042));
  }

  /** A user may declare any port; the filter probes only those of drivers. */
  @ParameterizedTest
  @ValueSource(ints = {22, 0, -1, 4039, 4043, 70000})
  void ignoresADeclaredPortOutsideOfTheRange(int port) {
    resolves("notebook", "10.0.0.7");

    assertThat(
            resolver
                .resolve(new CandidateHosts(List.of("notebook"), Optional.of(port)))
                .addresses())
        .isEqualTo(at("10.0.0.7", 4040, 4041, 4042));
  }

  @ParameterizedTest
  @CsvSource({
    "22, spark.ui.port=22 is outside clientUiPorts=4040-4042",
    "4043, spark.ui.port=4043 is outside clientUiPorts=4040-4042",
    "70000, spark.ui.port=70000 is outside clientUiPorts=4040-4042",
    "0, 'spark.ui.port=0 is any free port, which may be outside clientUiPorts=4040-4042'"
  })
  void reportsWhyTheDeclaredPortIsExcluded(int port, String why) {
    resolves("notebook", "10.0.0.7");

    DriverAddressResolver.Candidates candidates =
        resolver.resolve(new CandidateHosts(List.of("notebook"), Optional.of(port)));

    assertThat(candidates.exclusion()).contains(why);
    assertThat(candidates).hasToString("notebook (10.0.0.7) at the ports 4040-4042; " + why);
  }

  @Test
  void describesThePortsAsInTheSetting() {
    DriverAddressResolver several =
        new DriverAddressResolver(
            this::addressesOf,
            AllowedNetworks.defaultNetworks(),
            List.of(4040, 4041, 5000, 7000, 7001));
    resolves("notebook", "10.0.0.7");

    assertThat(several.resolve(new CandidateHosts(List.of("notebook"), Optional.of(4500))))
        .hasToString(
            "notebook (10.0.0.7) at the ports 4040-4041,5000,7000-7001;"
                + " spark.ui.port=4500 is outside clientUiPorts=4040-4041,5000,7000-7001");
  }

  @Test
  void reportsAnExclusionOnlyIfASettingLeavesNoAddress() {
    resolves("loopback", "127.0.0.1");
    assertThat(candidates("loopback").exclusion())
        .contains("its host is not allowed by allowedDriverNetworks; the log names it");

    resolves("mixed", "fe80::1", "10.0.0.7");
    assertThat(candidates("mixed").exclusion()).isEmpty();
    assertThat(candidates("unknown").exclusion()).isEmpty();
  }

  @Test
  void resolvesANameOnceAndUsesTheCheckedAddress() {
    resolves("rebinds", "10.0.0.7");
    resolves("rebinds", "127.0.0.1");

    assertThat(candidates("rebinds").addresses()).isEqualTo(at("10.0.0.7", 4040, 4041, 4042));
    assertThat(lookups).containsExactly("rebinds");

    DriverAddressResolver.Candidates later = candidates("rebinds");
    assertThat(later.addresses()).isEmpty();
    assertThat(later)
        .hasToString("rebinds (127.0.0.1), which allowedDriverNetworks does not allow");
  }

  @Test
  void excludesANameThatLeadsToTheMetadataService() {
    resolves("metadata", "169.254.169.254");

    DriverAddressResolver.Candidates none = candidates("metadata");

    assertThat(none.addresses()).isEmpty();
    assertThat(none)
        .hasToString("metadata (169.254.169.254), which allowedDriverNetworks does not allow");
  }

  @Test
  void returnsOnlyTheAllowedOnesOfSeveralAddresses() {
    resolves("mixed", "127.0.0.1", "10.0.0.7", "169.254.169.254", "fd00::7");

    DriverAddressResolver.Candidates some = candidates("mixed");

    assertThat(some.addresses())
        .extracting(DriverAddress::host)
        .containsOnly("10.0.0.7", "fd00:0:0:0:0:0:0:7");
    assertThat(some.addresses()).hasSize(6);
    assertThat(some.toString())
        .startsWith(
            "mixed (127.0.0.1), which allowedDriverNetworks does not allow, mixed (10.0.0.7)")
        .endsWith(" at the ports 4040-4042");
  }

  @Test
  void returnsAtMostEightAddressesOfAName() {
    resolves(
        "many",
        IntStream.range(0, 2000)
            .mapToObj(i -> "10.0." + i / 250 + "." + i % 250)
            .toArray(String[]::new));

    assertThat(candidates("many").addresses()).hasSize(8 * 3);
  }

  @Test
  void returnsTheAddressesInTheOrderOfTheHosts() {
    resolves("first", "10.0.0.1");
    resolves("third", "10.0.0.3");

    DriverAddressResolver.Candidates all = candidates("first", "second", "third");

    assertThat(all.addresses()).extracting(DriverAddress::host).first().isEqualTo("10.0.0.1");
    assertThat(all.addresses()).extracting(DriverAddress::host).last().isEqualTo("10.0.0.3");
    assertThat(all)
        .hasToString(
            "first (10.0.0.1), second, which does not resolve, third (10.0.0.3) at the ports"
                + " 4040-4042");
  }

  @Test
  void returnsAnAddressWithSeveralNamesOnce() {
    resolves("first", "10.0.0.1");
    resolves("second", "10.0.0.1");

    assertThat(candidates("first", "second").addresses()).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource({
    "jupyter, jupyter.team-a.svc jupyter",
    "jupyter.example.org, jupyter.example.org",
    "jupyter.team-b.svc.cluster.local, jupyter.team-b.svc.cluster.local",
    "10.0.0.7, 10.0.0.7",
    "fd00::7, fd00::7",
    "[fd00::7], fd00::7",
    "localhost, localhost.team-a.svc localhost",
    "2130706433, 2130706433"
  })
  void triesANameWithoutADotAsAServiceFirst(String host, String hostsToTry) {
    assertThat(String.join(" ", CandidateHosts.hosts(host, "team-a"))).isEqualTo(hostsToTry);
  }

  @Test
  void triesANameAsItIsIfThereIsNoNamespace() {
    assertThat(CandidateHosts.hosts("jupyter", null)).containsExactly("jupyter");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a b", "a/b", "a@b", "a#b", "a?b", "ä", "a\nb", "[]", "a%b", "http://a"})
  void ignoresTextThatIsNotAHost(String host) {
    assertThat(CandidateHosts.hosts(host, "team-a")).isEmpty();
  }

  @Test
  void ignoresHostsWithMoreThan253Characters() {
    assertThat(CandidateHosts.hosts("a".repeat(254), "team-a")).isEmpty();
    assertThat(CandidateHosts.hosts("a".repeat(253), null)).hasSize(1);
  }
}
