// SPDX-License-Identifier: Apache-2.0
package io.sparklive.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class DriverAddressTest {
  @Test
  void formatsAddressAsHostHeader() {
    assertThat(new DriverAddress("10.0.0.7", 4040)).hasToString("10.0.0.7:4040");
    assertThat(new DriverAddress("::1", 4040)).hasToString("[::1]:4040");
  }

  @Test
  void returnsRootUri() {
    assertThat(new DriverAddress("driver.example.org", 4040).uri())
        .hasToString("http://driver.example.org:4040");
    assertThat(new DriverAddress("::1", 4040).uri()).hasHost("[::1]").hasPort(4040);
  }

  @Test
  void requiresValidHostAndPort() {
    assertThatThrownBy(() -> new DriverAddress("", 4040))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new DriverAddress("a", 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new DriverAddress("a", 65_536))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(new DriverAddress("a", 65_535).port()).isEqualTo(65_535);
  }
}
