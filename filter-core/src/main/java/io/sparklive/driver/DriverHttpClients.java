// SPDX-License-Identifier: Apache-2.0
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

/**
 * Starts the HTTP client for the filter's own requests to drivers: a few threads for any number of
 * drivers.
 */
public final class DriverHttpClients {
  // As servers have it: without a limit, the headers of a response could fill the memory.
  private static final int MAX_HEADER_BYTES = 16 * 1024;

  private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(1);

  private DriverHttpClients() {}

  /**
   * Connector with TCP keep-alive, so that the operating system detects a host that is gone.
   * Without it, requests would wait for a slow driver as long as the connection seems open.
   */
  @SuppressWarnings("try") // the client stops the connector
  private static final class KeepAliveConnector extends ClientConnector {
    private static final Map<SocketOption<Integer>, Integer> KEEP_ALIVE_OPTIONS =
        Map.of(
            ExtendedSocketOptions.TCP_KEEPIDLE, 10,
            ExtendedSocketOptions.TCP_KEEPINTERVAL, 5,
            ExtendedSocketOptions.TCP_KEEPCOUNT, 3);

    @Override
    protected void configure(SelectableChannel channel) throws IOException {
      super.configure(channel);
      if (channel instanceof SocketChannel socket) {
        socket.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        for (Map.Entry<SocketOption<Integer>, Integer> option : KEEP_ALIVE_OPTIONS.entrySet()) {
          if (socket.supportedOptions().contains(option.getKey())) {
            socket.setOption(option.getKey(), option.getValue());
          }
        }
      }
    }
  }

  /**
   * Starts a client. It follows no redirect, stores no cookie, and returns a challenge like any
   * other response.
   *
   * @param trust verifies the certificates of drivers
   * @param maxThreads the maximum number of threads
   */
  public static HttpClient start(
      Duration connectTimeout, SslContextFactory.Client trust, int maxThreads) throws Exception {
    QueuedThreadPool pool = new QueuedThreadPool(maxThreads, 1);
    pool.setName("spark-live-history-probe");
    pool.setDaemon(true);
    ClientConnector connector = new KeepAliveConnector();
    connector.setSslContextFactory(trust);
    HttpClient client = new HttpClient(new HttpClientTransportDynamic(connector));
    client.setExecutor(pool);
    HttpClients.configure(client, "spark-live-history-timeouts", connectTimeout, MAX_HEADER_BYTES);
    client.setFollowRedirects(false);
    client.setHttpCookieStore(new HttpCookieStore.Empty());
    // Drivers end: the client must drop its connection pool for each of them, too.
    client.setDestinationIdleTimeout(IDLE_TIMEOUT.toMillis());
    client.start();
    client.getProtocolHandlers().remove(WWWAuthenticationProtocolHandler.NAME);
    client.getProtocolHandlers().remove(ProxyAuthenticationProtocolHandler.NAME);
    return client;
  }
}
