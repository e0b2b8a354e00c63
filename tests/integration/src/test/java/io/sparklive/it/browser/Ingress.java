// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.browser;

import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.Nginx;
import io.sparklive.testkit.SparkVersion;
import java.net.URI;
import java.util.List;
import java.util.Map;

/** A way to publish the History Server: the configuration of nginx and of the History Server. */
enum Ingress {
  PREFIX("A path prefix", "http", "/spark-history"),

  PREFIX_NAMED_OTHERWISE("A path prefix", "http", "/spark-history") {
    @Override
    String changed(String nginx) {
      return IngressGuide.replaced(nginx, "X-Forwarded-Context", "X-Forwarded-Prefix");
    }
  },

  /** Like JupyterHub and other portals; nginx compares decoded paths. */
  PREFIX_OF_A_USER("A path prefix", "http", "/user/jo@example.org/a%40b/c+d:e,f") {
    @Override
    String changed(String nginx) {
      String located =
          IngressGuide.replaced(
              nginx, "location /spark-history/", "location " + prefix().replace("%40", "@") + "/");
      String redirected =
          IngressGuide.replaced(
              located, "(?!spark-history/)", "(?!\\Q" + prefix().substring(1) + "/\\E)");
      return IngressGuide.replaced(redirected, " /spark-history", " " + prefix());
    }
  },

  TLS("TLS", "https", ""),

  PROXY_BASE("A path prefix", "http", "/spark-history") {
    @Override
    String changed(String nginx) {
      return IngressGuide.replaced(
          nginx, "    proxy_set_header X-Forwarded-Context /spark-history;\n", "");
    }

    @Override
    Map<String, String> settings() {
      return Map.of("spark.ui.proxyBase", "/spark-history");
    }
  },

  PREFIX_AND_TLS("A path prefix and TLS", "https", "/spark-history") {
    @Override
    Map<String, String> settings() {
      return Map.of("spark.io.sparklive.LiveHistoryFilter.param.proxyBase", base());
    }

    @Override
    String base() {
      return "/live";
    }
  };

  private final String heading;
  private final String scheme;
  private final String prefix;

  Ingress(String heading, String scheme, String prefix) {
    this.heading = heading;
    this.scheme = scheme;
    this.prefix = prefix;
  }

  /** All with the newest Spark; with other versions those that render differently. */
  static List<Ingress> underTest(SparkVersion version) {
    return version.equals(SparkVersion.newest())
        ? List.of(values())
        : List.of(PREFIX, PREFIX_OF_A_USER, TLS, PROXY_BASE);
  }

  /** The prefix of every public path. */
  String prefix() {
    return prefix;
  }

  /** The properties of the History Server. */
  Map<String, String> settings() {
    return Map.of();
  }

  /** The base of live UIs. */
  String base() {
    return "/sparkui";
  }

  String changed(String nginx) {
    return nginx;
  }

  Nginx before(HistoryServerProcess server) {
    return IngressGuide.before(server, heading, this::changed);
  }

  /** The address of the History Server for the browser, without a slash at the end. */
  URI uri(Nginx nginx) {
    return URI.create(scheme + "://127.0.0.1:" + nginx.port() + prefix);
  }
}
