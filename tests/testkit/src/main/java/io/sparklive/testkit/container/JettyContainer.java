// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.container;

import java.util.stream.Stream;
import org.eclipse.jetty.ee10.webapp.WebAppContext;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.slf4j.LoggerFactory;

/** Jetty with one WAR, in a process of its own: a WAR that does not start ends it with 1. */
public final class JettyContainer {
  private JettyContainer() {}

  /** Takes the WAR's file, the port, and the context path. */
  public static void main(String[] args) throws Exception {
    Server server = new Server();
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
    connector.setHost("127.0.0.1");
    connector.setPort(Integer.parseInt(args[1]));
    server.addConnector(connector);
    WebAppContext war = new WebAppContext();
    war.setWar(args[0]);
    war.setContextPath(args[2].isEmpty() ? "/" : args[2]);
    hideLogging(war);
    war.setThrowUnavailableOnStartupException(true);
    server.setHandler(war);
    server.setStopAtShutdown(true);
    try {
      server.start();
    } catch (Exception e) {
      e.printStackTrace();
      System.exit(1);
    }
    System.out.println("LISTENING " + connector.getLocalPort());
  }

  /** Jetty's own logging is not for web applications, as in a stock Jetty. */
  private static void hideLogging(WebAppContext war) {
    war.getHiddenClassMatcher().add("org.slf4j.");
    Stream.of(LoggerFactory.class, LoggerFactory.getILoggerFactory().getClass())
        .map(type -> type.getProtectionDomain().getCodeSource().getLocation().toString())
        .forEach(jar -> war.getHiddenClassMatcher().add(jar));
  }
}
