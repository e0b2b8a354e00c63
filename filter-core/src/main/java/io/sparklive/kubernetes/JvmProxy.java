// SPDX-License-Identifier: Apache-2.0
package io.sparklive.kubernetes;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Describes the proxy from the settings of the whole JVM, for messages. OkHttp uses it, as it obeys
 * the {@link ProxySelector} of the JVM.
 */
final class JvmProxy {
  private JvmProxy() {}

  /** The proxy for this URL, and the setting that names it; empty if there is none. */
  static Optional<String> to(URI url, ProxySelector selector) {
    List<Proxy> proxies = selector.select(url);
    if (proxies.isEmpty() || !(proxies.get(0).address() instanceof InetSocketAddress address)) {
      return Optional.empty();
    }
    boolean socks = proxies.get(0).type() == Proxy.Type.SOCKS;
    return Optional.of(
        "%s://%s:%d, which %s"
            .formatted(
                socks ? "socks" : "http",
                address.getHostString(),
                address.getPort(),
                setting(socks ? "socks" : url.getScheme().toLowerCase(Locale.ROOT))));
  }

  private static String setting(String kind) {
    boolean socks = kind.equals("socks");
    String property = socks ? "socksProxyHost" : kind + ".proxyHost";
    if (System.getProperty(property) != null) {
      return "%s of the JVM names; %s lists exceptions"
          .formatted(property, socks ? "socksNonProxyHosts" : "http.nonProxyHosts");
    }
    return Boolean.getBoolean("java.net.useSystemProxies")
        ? "java.net.useSystemProxies of the JVM names"
        : "the ProxySelector of the JVM names";
  }
}
