// SPDX-License-Identifier: Apache-2.0
package io.sparklive.http;

import java.util.concurrent.Executor;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.HttpClientTransport;
import org.eclipse.jetty.client.transport.HttpClientTransportDynamic;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * An HTTP client with daemon threads, which do not keep the JVM from ending. Jetty's proxy servlet
 * creates the thread pool of its client itself, with other threads.
 */
@SuppressWarnings("try") // the proxy servlet stops it
public class DaemonClient extends HttpClient {
  public DaemonClient(ClientConnector connector) {
    super(new HttpClientTransportDynamic(connector));
  }

  public DaemonClient(HttpClientTransport transport) {
    super(transport);
  }

  @Override
  public final void setExecutor(Executor executor) {
    if (executor instanceof QueuedThreadPool threads) {
      threads.setDaemon(true);
    }
    super.setExecutor(executor);
  }
}
