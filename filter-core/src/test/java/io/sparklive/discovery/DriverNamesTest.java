// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DriverNamesTest {
  private final Map<String, List<String>> hosts = new ConcurrentHashMap<>();
  private final DriverNames names = new DriverNames(this::resolve);

  @AfterEach
  void close() {
    names.close();
  }

  private InetAddress[] resolve(String host) throws UnknownHostException {
    List<String> addresses = hosts.getOrDefault(host, List.of());
    InetAddress[] found = new InetAddress[addresses.size()];
    for (int i = 0; i < found.length; i++) {
      found[i] = InetAddress.getByName(addresses.get(i));
    }
    return found;
  }

  private List<String> addressesOf(String host) throws Exception {
    return names.addressesOf(host).get(10, TimeUnit.SECONDS);
  }

  @Test
  void returnsAllNamesOfAnAddress() throws Exception {
    hosts.put("etl", List.of("10.0.0.1", "10.0.0.2"));
    hosts.put("notebooks", List.of("10.0.0.2", "fd00::3"));
    hosts.put("single", List.of("10.0.0.2"));
    addressesOf("etl");
    addressesOf("notebooks");
    addressesOf("single");
    addressesOf("etl");

    assertThat(names.namesOf("10.0.0.1")).containsExactly("etl");
    assertThat(names.namesOf("10.0.0.2")).containsExactlyInAnyOrder("etl", "notebooks");
    assertThat(names.namesOf("[fd00:0:0:0:0:0:0:3]")).containsExactly("notebooks");
    assertThat(names.namesOf("10.0.0.4")).isEmpty();
  }

  @Test
  void removesOnlyTheNameThatNoLongerHasTheAddress() throws Exception {
    hosts.put("etl", List.of("10.0.0.1", "10.0.0.2"));
    hosts.put("notebooks", List.of("10.0.0.1", "10.0.0.2"));
    addressesOf("etl");
    addressesOf("notebooks");

    names.retainAddresses("notebooks", Set.of("10.0.0.1"));
    assertThat(names.namesOf("10.0.0.1")).containsExactlyInAnyOrder("etl", "notebooks");
    assertThat(names.namesOf("10.0.0.2")).containsExactly("etl");

    names.retainAddresses("etl", Set.of());
    assertThat(names.namesOf("10.0.0.1")).containsExactly("notebooks");
    assertThat(names.namesOf("10.0.0.2")).isEmpty();
  }
}
