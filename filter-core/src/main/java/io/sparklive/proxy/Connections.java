package io.sparklive.proxy;

import io.sparklive.metrics.ProxyLoad;
import org.eclipse.jetty.client.AbstractConnectionPool;
import org.eclipse.jetty.client.Destination;
import org.eclipse.jetty.client.HttpClient;

/** Counts the connections to drivers. */
final class Connections {
  private Connections() {}

  static ProxyLoad load(HttpClient client, int requests) {
    int active = 0;
    int idle = 0;
    for (Destination driver : client.getDestinations()) {
      if (driver.getConnectionPool() instanceof AbstractConnectionPool pool) {
        active += pool.getActiveConnectionCount();
        idle += pool.getIdleConnectionCount();
      }
    }
    return new ProxyLoad(requests, active, idle);
  }
}
