package io.sparklive.driver;

import java.time.Duration;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.ProxyAuthenticationProtocolHandler;
import org.eclipse.jetty.client.WWWAuthenticationProtocolHandler;
import org.eclipse.jetty.client.transport.HttpClientTransportDynamic;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;

/** The client that asks drivers on our own behalf: a few threads, however many are asked. */
public final class QuestionClient {
  // As servers have it; without a limit a driver could fill the memory with its head alone.
  private static final int LONGEST_HEAD = 16 * 1024;

  private static final Duration IDLE = Duration.ofMinutes(1);

  private QuestionClient() {}

  /**
   * Starts one. It follows no redirect, keeps no cookie, and takes a challenge for an answer like
   * any other.
   *
   * @param trust decides about the certificates of drivers
   * @param threads how many it has at most
   */
  public static HttpClient start(
      Duration connectTimeout, SslContextFactory.Client trust, int threads) throws Exception {
    QueuedThreadPool pool = new QueuedThreadPool(threads, 1);
    pool.setName("spark-live-history-asking");
    pool.setDaemon(true);
    ClientConnector connector = new ClientConnector();
    connector.setSslContextFactory(trust);
    HttpClient client = new HttpClient(new HttpClientTransportDynamic(connector));
    client.setExecutor(pool);
    client.setScheduler(new ScheduledExecutorScheduler("spark-live-history-timeouts", true));
    client.setFollowRedirects(false);
    client.setHttpCookieStore(new HttpCookieStore.Empty());
    client.setConnectTimeout(connectTimeout.toMillis());
    // Drivers come and go; what is kept of one must go too.
    client.setDestinationIdleTimeout(IDLE.toMillis());
    client.setMaxResponseHeadersSize(LONGEST_HEAD);
    client.start();
    client.getProtocolHandlers().remove(WWWAuthenticationProtocolHandler.NAME);
    client.getProtocolHandlers().remove(ProxyAuthenticationProtocolHandler.NAME);
    return client;
  }
}
