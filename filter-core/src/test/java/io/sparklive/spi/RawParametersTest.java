// SPDX-License-Identifier: Apache-2.0
package io.sparklive.spi;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.LiveHistoryFilter;
import io.sparklive.config.Parameters;
import io.sparklive.config.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RawParametersTest {
  @Test
  void usesFilterClassAsPropertyPrefix() {
    assertThat(RawParameters.propertyPrefix())
        .isEqualTo("spark." + LiveHistoryFilter.class.getName() + ".param.");
  }

  @Test
  void readsFilterInGatewayWithoutItsHistoryUrl() {
    RawParameters parameters =
        new RawParameters(
            Map.of("historyUrl", "http://history:18080", "proxyBase", "/live"),
            (name, value) -> name + "=" + value);

    assertThat(parameters.withoutGateway().values())
        .containsExactlyEntriesOf(Map.of("proxyBase", "/live"));
    assertThat(Settings.of(parameters.withoutGateway()).get(Parameters.PROXY_BASE))
        .isEqualTo("/live");
    assertThat(parameters.withoutGateway().written().apply("drivers", "a:1"))
        .isEqualTo("drivers=a:1");
  }
}
