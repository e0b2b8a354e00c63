// SPDX-License-Identifier: Apache-2.0
package io.sparklive.war;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.sparklive.config.GatewaySettings;
import io.sparklive.spi.RawParameters;
import jakarta.servlet.FilterRegistration;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WarParametersTest {
  private static final String PROPERTY = "spark.io.sparklive.LiveHistoryFilter.param.";

  @Test
  void mergesSourcesAndReportsHowValueWasWritten() {
    RawParameters parameters =
        read(
            Map.of("jobNamespaces", "a", "drivers", "a:1", "historyUrl", "http://a"),
            Map.of("LIVE_HISTORY_PARAM_JOB_NAMESPACES", "b", "LIVE_HISTORY_PARAM_DRIVERS", "b:1"),
            Map.of(PROPERTY + "drivers", "c:1"));

    assertThat(parameters.values())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("jobNamespaces", "b", "drivers", "c:1", "historyUrl", "http://a"));
    assertThat(parameters.written().apply("drivers", "x")).isEqualTo(PROPERTY + "drivers=x");
    assertThat(parameters.written().apply("jobNamespaces", "x"))
        .isEqualTo("LIVE_HISTORY_PARAM_JOB_NAMESPACES=x");
    assertThat(parameters.written().apply("historyUrl", "x")).isEqualTo("historyUrl=x");
  }

  @Test
  void ignoresUnrelatedVariablesAndProperties() {
    // What Kubernetes sets for a Service named spark-live-history, and Spark's own.
    RawParameters parameters =
        read(
            Map.of(),
            Map.of(
                "SPARK_LIVE_HISTORY_PORT", "tcp://10.0.0.1:4040",
                "SPARK_LIVE_HISTORY_SERVICE_HOST", "10.0.0.1",
                "LIVE_HISTORY", "x"),
            Map.of("spark.ui.proxyBase", "/x", "java.home", "/y"));

    assertThat(parameters.values()).isEmpty();
  }

  @Test
  void rejectsUnknownNameAsWritten() {
    assertThatThrownBy(
            () ->
                GatewaySettings.of(
                    read(
                        Map.of("historyUrl", "http://a"),
                        Map.of("LIVE_HISTORY_PARAM_HISTORYURL", "http://b"),
                        Map.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("LIVE_HISTORY_PARAM_HISTORYURL=http://b is not a parameter;");
  }

  @ParameterizedTest
  @MethodSource("sources")
  void readsEverythingFromOneSource(
      Map<String, String> webXml, Map<String, String> environment, Map<String, String> properties) {
    assertThat(GatewaySettings.of(read(webXml, environment, properties)))
        .isEqualTo(new GatewaySettings(URI.create("http://a"), "/live"));
  }

  static Stream<Arguments> sources() {
    return Stream.of(
        Arguments.of(Map.of("historyUrl", "http://a", "proxyBase", "/live"), Map.of(), Map.of()),
        Arguments.of(
            Map.of(),
            Map.of(
                "LIVE_HISTORY_PARAM_HISTORY_URL", "http://a",
                "LIVE_HISTORY_PARAM_PROXY_BASE", "/live"),
            Map.of()),
        Arguments.of(
            Map.of(),
            Map.of(),
            Map.of(PROPERTY + "historyUrl", "http://a", PROPERTY + "proxyBase", "/live")));
  }

  @Test
  void prefersPropertyToEnvironmentAndEnvironmentToWebXml() {
    Map<String, String> webXml = Map.of("historyUrl", "http://a", "proxyBase", "/from-web-xml");
    Map<String, String> environment = Map.of("LIVE_HISTORY_PARAM_PROXY_BASE", "/from-environment");
    Map<String, String> properties = Map.of(PROPERTY + "proxyBase", "/from-property");

    assertThat(GatewaySettings.of(read(webXml, environment, Map.of())).proxyBase())
        .isEqualTo("/from-environment");
    assertThat(GatewaySettings.of(read(webXml, environment, properties)).proxyBase())
        .isEqualTo("/from-property");
  }

  @ParameterizedTest
  @MethodSource("invalidValues")
  void rejectsInvalidParameterInOneLine(
      Map<String, String> webXml,
      Map<String, String> environment,
      Map<String, String> properties,
      String message) {
    Map<String, String> all = new HashMap<>(webXml);
    all.putIfAbsent("historyUrl", "http://a");

    assertThatThrownBy(() -> GatewaySettings.of(read(all, environment, properties)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message)
        .hasMessageContaining("allowed: ")
        .message()
        .hasLineCount(1);
  }

  static Stream<Arguments> invalidValues() {
    Map<String, String> none = Map.of();
    return Stream.of(
        Arguments.of(
            none,
            none,
            Map.of(PROPERTY + "driverz", "here:4040"),
            PROPERTY + "driverz=here:4040 is not a parameter;"),
        Arguments.of(
            none,
            Map.of("LIVE_HISTORY_PARAM_DRIVERZ", "here:4040"),
            none,
            "LIVE_HISTORY_PARAM_DRIVERZ=here:4040 is not a parameter;"),
        Arguments.of(
            Map.of("driverz", "here:4040"), none, none, "driverz=here:4040 is not a parameter;"),
        Arguments.of(
            none,
            none,
            Map.of(PROPERTY + "driversRefresh", "often"),
            PROPERTY + "driversRefresh=often "),
        Arguments.of(
            none,
            none,
            Map.of(PROPERTY + "historyUrl", "ftp://history"),
            PROPERTY + "historyUrl=ftp://history "));
  }

  @Test
  void explainsHowToSetHistoryUrl() {
    assertThatThrownBy(() -> GatewaySettings.of(read(Map.of(), Map.of(), Map.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("historyUrl is not set")
        .hasMessageContaining("LIVE_HISTORY_PARAM_HISTORY_URL=http://localhost:18080")
        .message()
        .hasLineCount(1);
  }

  private static RawParameters read(
      Map<String, String> webXml, Map<String, String> environment, Map<String, String> properties) {
    FilterRegistration filter = mock(FilterRegistration.class);
    when(filter.getInitParameters()).thenReturn(webXml);
    return WarParameters.read(filter, environment, properties);
  }
}
