package io.sparklive.driver;

import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** A client such as the one that asks drivers. */
public final class AskingClient implements AutoCloseable {
  private final HttpClient client = new HttpClient();

  /**
   * @param mostThreads how many threads it has at most
   */
  public AskingClient(int mostThreads) throws Exception {
    QueuedThreadPool threads = new QueuedThreadPool(mostThreads, 1);
    threads.setDaemon(true);
    client.setExecutor(threads);
    client.setFollowRedirects(false);
    client.setConnectTimeout(2_000);
    client.start();
    client.getProtocolHandlers().clear();
  }

  public HttpClient client() {
    return client;
  }

  @Override
  public void close() {
    LifeCycle.stop(client);
  }
}
