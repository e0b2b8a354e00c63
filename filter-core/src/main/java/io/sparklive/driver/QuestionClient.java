package io.sparklive;

import java.time.Duration;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpClientTransportDynamic;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;

/** The client that asks drivers on our own behalf: a few threads, however many are asked. */
final class AskingClient {
  private static final int MOST_THREADS = 8;

  private AskingClient() {}

  /** One that is not started. It follows no redirect and keeps no cookie. */
  static HttpClient of(Duration connectTimeout, SslContextFactory.Client trust) {
    QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS, 1);
    threads.setName("spark-live-history-asking");
    threads.setDaemon(true);
    ClientConnector connector = new ClientConnector();
    connector.setSslContextFactory(trust);
    HttpClient client = new HttpClient(new HttpClientTransportDynamic(connector));
    client.setExecutor(threads);
    client.setScheduler(new ScheduledExecutorScheduler("spark-live-history-timeouts", true));
    client.setFollowRedirects(false);
    client.setHttpCookieStore(new HttpCookieStore.Empty());
    client.setConnectTimeout(connectTimeout.toMillis());
    return client;
  }
}
