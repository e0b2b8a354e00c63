// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ConnectHandler;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * A forward proxy for HTTP CONNECT on a free port of this machine, over plain HTTP or over TLS. It
 * connects to one port of this machine, whatever host a client names. Thread-safe.
 */
public final class ConnectProxy implements AutoCloseable {
  private final Server server;
  private final ServerConnector connector;
  private final String scheme;
  private final String host;
  private final List<String> targets = new CopyOnWriteArrayList<>();
  private volatile Optional<String> authorization = Optional.empty();

  private ConnectProxy(boolean tls, String host, int target) {
    scheme = tls ? "https" : "http";
    this.host = host;
    QueuedThreadPool threads = new QueuedThreadPool(50, 4);
    threads.setName("proxy");
    threads.setDaemon(true);
    server = new Server(threads);
    server.setStopTimeout(0);
    HttpConfiguration http = new HttpConfiguration();
    http.addCustomizer(new SecureRequestCustomizer(false));
    HttpConnectionFactory connections = new HttpConnectionFactory(http);
    connector =
        tls
            ? new ServerConnector(server, TestCertificateAuthority.shared().tls(), connections)
            : new ServerConnector(server, connections);
    connector.setHost(host);
    server.addConnector(connector);
    server.setHandler(new Tunnels(target));
    LifeCycle.start(server);
  }

  /** Starts a proxy for clients that use plain HTTP. */
  public static ConnectProxy http(int target) {
    return new ConnectProxy(false, "127.0.0.1", target);
  }

  /** Starts a proxy for clients that use TLS, with a certificate of the stand-in's authority. */
  public static ConnectProxy https(int target) {
    return https("127.0.0.1", target);
  }

  /** Starts it at another address of this machine, which its certificate does not contain. */
  public static ConnectProxy https(String host, int target) {
    return new ConnectProxy(true, host, target);
  }

  /** Denies every request without this login from now on. */
  public void requireLogin(String user, String password) {
    String login = Base64.getEncoder().encodeToString((user + ":" + password).getBytes(UTF_8));
    authorization = Optional.of("Basic " + login);
  }

  /** The URL of this proxy, such as {@code http://127.0.0.1:40001}. */
  public String url() {
    return scheme + "://" + host + ":" + port();
  }

  /** The port of this proxy. */
  public int port() {
    return connector.getLocalPort();
  }

  /** The hosts and ports of all connections, in the form in which the clients named them. */
  public List<String> targets() {
    return List.copyOf(targets);
  }

  @Override
  public void close() {
    LifeCycle.stop(server);
  }

  private final class Tunnels extends ConnectHandler {
    private final int target;

    Tunnels(int target) {
      this.target = target;
      setIdleTimeout(0);
    }

    @Override
    protected boolean handleAuthentication(Request request, Response response, String address) {
      String given = request.getHeaders().get(HttpHeader.PROXY_AUTHORIZATION);
      return authorization.isEmpty() || authorization.equals(Optional.ofNullable(given));
    }

    @Override
    protected InetSocketAddress newConnectAddress(String host, int port) {
      targets.add(host + ":" + port);
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), target);
    }
  }
}
