package io.sparklive.war;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.sparklive.Parameters;
import jakarta.servlet.FilterRegistration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WarParametersTest {
  private static final String PROPERTY = "spark.io.sparklive.LiveHistoryFilter.param.";

  @Test
  void aPropertyOutweighsTheEnvironmentAndThatWebXml() {
    Parameters parameters =
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
  void leavesEverythingElseAlone() {
    // What Kubernetes sets for a Service named spark-live-history, and Spark's own.
    Parameters parameters =
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
  void refusesANameThatDoesNotExistAsItWasWritten() {
    assertThatThrownBy(
            () ->
                read(
                        Map.of("historyUrl", "http://a"),
                        Map.of("LIVE_HISTORY_PARAM_HISTORYURL", "http://b"),
                        Map.of())
                    .front())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("LIVE_HISTORY_PARAM_HISTORYURL=http://b is not a parameter;");
  }

  @Test
  void saysHowToNameTheHistoryServer() {
    assertThatThrownBy(() -> read(Map.of(), Map.of(), Map.of()).front())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("LIVE_HISTORY_PARAM_HISTORY_URL=http://localhost:18080")
        .message()
        .hasLineCount(1);
  }

  private static Parameters read(
      Map<String, String> webXml, Map<String, String> environment, Map<String, String> properties) {
    FilterRegistration filter = mock(FilterRegistration.class);
    when(filter.getInitParameters()).thenReturn(webXml);
    return WarParameters.read(filter, environment, properties);
  }
}
