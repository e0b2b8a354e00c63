package io.sparklive.driver;

import java.time.Duration;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** The client that asks drivers, closed with its test. */
public final class AskingClient implements AutoCloseable {
  private final HttpClient client;

  /**
   * @param mostThreads how many threads it has at most
   */
  public AskingClient(int mostThreads) throws Exception {
    client =
        DriverHttpClients.start(Duration.ofSeconds(2), new SslContextFactory.Client(), mostThreads);
  }

  public HttpClient client() {
    return client;
  }

  @Override
  public void close() {
    LifeCycle.stop(client);
  }
}
