// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.cluster;

import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Serves HTTPS on a port of 127.0.0.1 and accepts client certificates of the same authority. */
final class ApiListener implements AutoCloseable {
  /** One thread per watch: more than any test opens. */
  private static final int THREADS = 600;

  private final Server server;
  private final ServerConnector connector;

  ApiListener(TestCertificateAuthority authority, Handler handler) {
    QueuedThreadPool threads = new QueuedThreadPool(THREADS, 4);
    threads.setName("cluster");
    threads.setDaemon(true);
    server = new Server(threads);
    server.setStopTimeout(0);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.addCustomizer(new SecureRequestCustomizer(false));
    connector = new ServerConnector(server, authority.tls(), new HttpConnectionFactory(http));
    connector.setHost("127.0.0.1");
    connector.setAcceptQueueSize(500);
    connector.setIdleTimeout(0);
    server.addConnector(connector);
    server.setHandler(handler);
    LifeCycle.start(server);
  }

  int port() {
    return connector.getLocalPort();
  }

  @Override
  public void close() {
    LifeCycle.stop(server);
  }
}
