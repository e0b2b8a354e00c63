package io.sparklive.http;

import java.util.concurrent.Executor;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.HttpClientTransport;
import org.eclipse.jetty.client.transport.HttpClientTransportDynamic;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * A client whose threads do not keep the JVM from ending: the servlet gives it a pool of its own.
 */
@SuppressWarnings("try") // the servlet stops it
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
