// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.application.DriverAddress;
import java.util.Optional;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpsRedirectTest {
  private static final DriverAddress HERE = new DriverAddress("10.0.0.7", 4040);

  private static DriverRequests.Received response(int status, @Nullable String location) {
    HttpFields.Mutable headers = HttpFields.build();
    if (location != null) {
      headers.put("Location", location);
    }
    return new DriverRequests.Received(status, headers, Optional.empty());
  }

  private static Optional<DriverAddress> target(DriverAddress address, @Nullable String location) {
    return HttpsRedirect.target(address, response(302, location));
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.7, https://10.0.0.7:4440/api/v1/applications, 4440",
    "10.0.0.7, https://10.0.0.7/, 443",
    "10.0.0.7, https://10.0.0.7, 443",
    "10.0.0.7, HTTPS://10.0.0.7:65535/, 65535",
    "driver.etl.svc, https://Driver.ETL.svc:4440/, 4440",
    "fd00::7, https://[fd00::7]:4440/, 4440"
  })
  void readsHttpsPortFromRedirect(String host, String location, int port) {
    assertThat(target(new DriverAddress(host, 4040), location))
        .contains(new DriverAddress(host, port, true));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://10.0.0.8:4440/",
        "https://10.0.0.70:4440/",
        "https://evil.example.org:4440/",
        "https://10.0.0.7.evil.example.org/",
        "https://10.0.0.7@evil.example.org/",
        "https://10.0.0.7:4440@evil.example.org/",
        "http://10.0.0.7:4440/",
        "ftp://10.0.0.7:4440/",
        "//10.0.0.7:4440/",
        "/login",
        "https:///login",
        "https:10.0.0.7",
        "https://10.0.0.7:0/",
        "https://10.0.0.7:65536/",
        "https://10.0.0.7:99999999999/",
        "https://10.0.0.7:x/",
        "https://",
        "not a uri",
        ""
      })
  void ignoresRedirectsToOtherHostsOrSchemes(String location) {
    assertThat(target(HERE, location)).isEmpty();
  }

  @Test
  void ignoresRedirectFromHttpsPort() {
    assertThat(target(new DriverAddress("10.0.0.7", 4440, true), "https://10.0.0.7:4441/"))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 401, 404, 500})
  void ignoresLocationOfOtherStatuses(int status) {
    assertThat(HttpsRedirect.target(HERE, response(status, "https://10.0.0.7:4440/"))).isEmpty();
  }

  @Test
  void ignoresResponseWithoutLocation() {
    assertThat(target(HERE, null)).isEmpty();
  }
}
