// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.net.http.HttpClient;
import java.time.Duration;

/** The HTTP client of {@link WebServer}: all servers of a test run share its threads. */
final class PlainClient {

  static final HttpClient INSTANCE =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(Duration.ofSeconds(10))
          .build();

  private PlainClient() {}
}
