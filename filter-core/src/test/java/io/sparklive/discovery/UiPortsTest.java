// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.application.DriverAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UiPortsTest {
  /** As {@code Utils.userPort} of Spark 3.5 to 4.3 counts. */
  @ParameterizedTest
  @CsvSource({
    "4040, 4041, 4056",
    "23100, 23101, 23116",
    "65535, 1024, 1039",
    "65530, 65531, 1034",
    "80, 81, 96",
    "1023, 1024, 1039",
    "1, 2, 17"
  })
  void triesSixteenPortsAsSparkDoes(int port, int first, int last) {
    var ports = UiPorts.after(new DriverAddress("10.0.0.7", port));

    assertThat(ports).hasSize(16).doesNotHaveDuplicates();
    assertThat(ports.get(0)).isEqualTo(new DriverAddress("10.0.0.7", first));
    assertThat(ports.get(15)).isEqualTo(new DriverAddress("10.0.0.7", last));
  }

  @Test
  void staysOnTheHostAndItsScheme() {
    assertThat(UiPorts.after(new DriverAddress("fd00::7", 4440, true)))
        .allMatch(address -> address.host().equals("fd00::7") && address.secure());
  }
}
