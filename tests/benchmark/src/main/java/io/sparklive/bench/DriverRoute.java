// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import static org.awaitility.Awaitility.await;

import io.sparklive.testkit.DriverProcess;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.Nginx;
import java.util.List;

/**
 * A route to a driver's UI.
 *
 * @param name the name of its figures
 * @param root the address of the UI, without a slash at the end
 * @param processes the processes that work for a request
 */
record DriverRoute(String name, String root, List<Long> processes) {
  static final String DRIVER = "driver";
  static final String NGINX = "nginx";
  static final String FILTER = "filter";

  static DriverRoute directly(DriverProcess driver, String address) {
    return new DriverRoute(DRIVER, "http://" + address, List.of(driver.pid()));
  }

  /** The processes that {@link #nginxBefore} has started. */
  static DriverRoute through(Nginx nginx, DriverProcess driver) {
    return new DriverRoute(
        NGINX,
        "http://127.0.0.1:" + nginx.port() + path(driver),
        List.of(driver.pid(), nginx.pid()));
  }

  static DriverRoute through(HistoryServerProcess server, DriverProcess driver) {
    return new DriverRoute(
        FILTER, server.uri() + path(driver), List.of(driver.pid(), server.pid()));
  }

  /** nginx as a reverse proxy with keep-alive connections, at the path of the filter. */
  static Nginx nginxBefore(DriverProcess driver, String address) {
    return Nginx.start(
        Nginx.newHome(),
        port ->
            """
            upstream driver {
              server %2$s;
              keepalive 256;
              keepalive_requests 1000000;
            }
            server {
              listen 127.0.0.1:%1$d;
              access_log off;
              keepalive_requests 1000000;
              location %3$s/ {
                proxy_pass http://driver/;
                proxy_http_version 1.1;
                proxy_set_header Connection "";
                proxy_set_header Host $http_host;
                proxy_set_header X-Forwarded-Context %3$s;
                # A whole file of Spark's fits: nothing goes to the disk.
                proxy_buffers 64 8k;
              }
            }
            """
                .formatted(port, address, path(driver)));
  }

  /** Waits until the filter shows the driver's UI. */
  static void awaitLive(HistoryServerProcess server, DriverProcess driver) {
    await().until(() -> server.get(path(driver) + "/jobs/").statusCode() == 200);
  }

  private static String path(DriverProcess driver) {
    return "/sparkui/" + driver.applicationId();
  }
}
