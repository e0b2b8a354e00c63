package io.sparklive.driver;

import io.sparklive.http.HttpClients;
import java.io.IOException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.ProxyAuthenticationProtocolHandler;
import org.eclipse.jetty.client.WWWAuthenticationProtocolHandler;
import org.eclipse.jetty.client.transport.HttpClientTransportDynamic;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The client that asks drivers on our own behalf: a few threads, however many are asked. */
public final class DriverHttpClients {
  // The usual limit of servers.
  private static final int LONGEST_HEAD = 16 * 1024;

  private static final Duration IDLE = Duration.ofMinutes(1);

  private DriverHttpClients() {}

  /**
   * Has the system notice that a host is gone. Requests wait for a driver that takes its time as
   * long as the connection to it is there.
   */
  @SuppressWarnings("try") // the client stops it
  private static final class KeptAlive extends ClientConnector {
    private static final Map<SocketOption<Integer>, Integer> SECONDS_AND_COUNT =
        Map.of(
            ExtendedSocketOptions.TCP_KEEPIDLE, 10,
            ExtendedSocketOptions.TCP_KEEPINTERVAL, 5,
            ExtendedSocketOptions.TCP_KEEPCOUNT, 3);

    @Override
    protected void configure(SelectableChannel channel) throws IOException {
      super.configure(channel);
      if (channel instanceof SocketChannel socket) {
        socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        for (Map.Entry<SocketOption<Integer>, Integer> option : SECONDS_AND_COUNT.entrySet()) {
          if (socket.supportedOptions().contains(option.getKey())) {
            socket.setOption(option.getKey(), option.getValue());
          }
        }
      }
    }
  }

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
    ClientConnector connector = new KeptAlive();
    connector.setSslContextFactory(trust);
    HttpClient client = new HttpClient(new HttpClientTransportDynamic(connector));
    client.setExecutor(pool);
    HttpClients.configure(client, "spark-live-history-timeouts", connectTimeout, LONGEST_HEAD);
    client.setFollowRedirects(false);
    client.setHttpCookieStore(new HttpCookieStore.Empty());
    // Drivers come and go; what is kept of one must go too.
    client.setDestinationIdleTimeout(IDLE.toMillis());
    client.start();
    client.getProtocolHandlers().remove(WWWAuthenticationProtocolHandler.NAME);
    client.getProtocolHandlers().remove(ProxyAuthenticationProtocolHandler.NAME);
    return client;
  }
}
