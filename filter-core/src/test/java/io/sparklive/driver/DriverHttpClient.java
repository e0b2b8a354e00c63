// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import java.time.Duration;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** The client for the filter's own requests to drivers; the test closes it. */
public final class DriverHttpClient implements AutoCloseable {
  private final HttpClient client;

  /**
   * @param maxThreads the maximum number of threads
   */
  public DriverHttpClient(int maxThreads) throws Exception {
    client =
        DriverHttpClients.start(Duration.ofSeconds(2), new SslContextFactory.Client(), maxThreads);
  }

  public HttpClient client() {
    return client;
  }

  @Override
  public void close() {
    LifeCycle.stop(client);
  }
}
