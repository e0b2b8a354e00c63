// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit.container;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;

/** Tomcat with one WAR, in a process of its own: a WAR that does not start ends it with 1. */
public final class TomcatContainer {
  private TomcatContainer() {}

  /** Takes the WAR's file, the port, and the context path. */
  public static void main(String[] args) throws Exception {
    Path base = Path.of(System.getProperty("java.io.tmpdir"), "tomcat");
    Files.createDirectories(base.resolve("webapps"));
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(base.toString());
    Connector connector = new Connector();
    connector.setProperty("address", "127.0.0.1");
    connector.setPort(Integer.parseInt(args[1]));
    tomcat.setConnector(connector);
    // The WAR has a servlet for every path; the default one for JSPs needs their compiler.
    tomcat.setAddDefaultWebXmlToWebapp(false);
    Context war = tomcat.addWebapp(args[2], args[0]);
    tomcat.start();
    if (!war.getState().isAvailable()) {
      System.exit(1);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(tomcat), "stop"));
    System.out.println("LISTENING " + connector.getLocalPort());
    tomcat.getServer().await();
  }

  private static void stop(Tomcat tomcat) {
    try {
      tomcat.stop();
    } catch (LifecycleException e) {
      throw new IllegalStateException(e);
    }
  }
}
