// SPDX-License-Identifier: Apache-2.0
package io.sparklive;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.harness.NewestContainer;
import io.sparklive.harness.OneLiveApplication;
import io.sparklive.harness.Reply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Without {@code corsAllowedOrigins}, other sites may read no response. */
@ParameterizedClass
@NewestContainer
class NoCorsFilterTest extends OneLiveApplication {
  private static final String HEALTH = "/sparkui/-/health";

  @ParameterizedTest
  @ValueSource(strings = {"https://portal.example.org", "null", "http://127.0.0.1"})
  void sendsNoCorsHeadersToOtherOrigins(String origin) {
    Reply reply = server.get(HEALTH, "Origin", origin);

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.headers()).noneMatch(h -> h.getKey().startsWith("Access-Control"));
    assertThat(reply.header("Vary")).isEmpty();
  }

  @Test
  void rejectsPreflight() {
    Reply reply =
        server.request(
            "OPTIONS",
            HEALTH,
            "Origin",
            "https://portal.example.org",
            "Access-Control-Request-Method",
            "GET");

    assertThat(reply.status()).isEqualTo(405);
    assertThat(reply.headers()).noneMatch(h -> h.getKey().startsWith("Access-Control"));
  }
}
