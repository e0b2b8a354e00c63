// SPDX-License-Identifier: Apache-2.0
package io.sparklive.war;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import jakarta.servlet.ServletContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HistoryServerGatewayTest {
  @ParameterizedTest
  @CsvSource({
    "/history, history",
    "/proxy, proxy",
    "/team/history, history",
    "/proxy/spark, proxy",
    "/a/proxy/history, proxy"
  })
  void rejectsContextPathThatBreaksSparkScripts(String path, String segment) {
    ServletContext context = mock(ServletContext.class);
    when(context.getContextPath()).thenReturn(path);

    assertThatThrownBy(() -> HistoryServerGateway.open(context))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot work at the path " + path + ":")
        .hasMessageContaining("\"" + segment + "\"");
  }
}
