// SPDX-License-Identifier: Apache-2.0
package io.sparklive.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.eclipse.jetty.util.component.LifeCycle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

public class DriverSslContextFactoryTest {
  private static final Map<String, Set<String>> NAMES =
      Map.of(
          "10.0.0.8", Set.of("notebooks.example.org"),
          "10.0.1.1", Set.of("notebooks.example.org", "etl.example.org"),
          "10.0.1.2", Set.of("spark_driver"),
          "10.0.1.3", Set.of("-driver.example.org"),
          "10.0.1.4", Set.of("driver..example.org"),
          "10.0.1.5", Set.of("spark_driver", "spark_driver.etl.svc"));

  private static DriverSslContextFactory factory;

  @BeforeAll
  static void start() {
    factory =
        new DriverSslContextFactory(
            null,
            host ->
                NAMES.entrySet().stream()
                    .filter(names -> host.contains(names.getKey()))
                    .findFirst()
                    .map(Map.Entry::getValue)
                    .orElse(Set.of()));
    LifeCycle.start(factory);
  }

  @AfterAll
  static void stop() {
    LifeCycle.stop(factory);
  }

  private static SSLParameters parameters(String host) {
    SSLEngine engine = factory.newSSLEngine(host, 4440);
    factory.customize(engine);
    return engine.getSSLParameters();
  }

  private static String identification(String host) {
    return parameters(host).getEndpointIdentificationAlgorithm();
  }

  /** The JDK compares a certificate with the requested server name first. */
  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.8", "::ffff:10.0.0.8", "[::ffff:10.0.0.8]"})
  void requestsServerNameThatMapsToAddress(String host) {
    assertThat(identification(host)).isEqualTo("HTTPS");
    assertThat(parameters(host).getServerNames())
        .containsExactly(new SNIHostName("notebooks.example.org"));
  }

  /** The certificate must be issued for the address. */
  @ParameterizedTest
  @ValueSource(strings = {"10.0.1.1", "10.0.1.2", "10.0.1.3", "10.0.1.4", "10.0.1.5"})
  void requestsNoServerNameIfAmbiguousOrInvalid(String host) {
    assertThat(identification(host)).isEqualTo("HTTPS");
    assertThat(parameters(host).getServerNames()).isNullOrEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.7", "127.0.0.1", "fd00::7", "[fd00::7]", "::ffff:10.0.0.7"})
  void skipsHostnameVerificationForIpAddresses(String host) {
    assertThat(identification(host)).isNullOrEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "driver.etl.svc",
        "localhost",
        "10.0.0.7.evil.example.org",
        "10-0-0-7.etl.pod",
        "fd00",
        "beef.cafe",
        "a1"
      })
  void verifiesHostnames(String host) {
    assertThat(identification(host)).isEqualTo("HTTPS");
  }
}
