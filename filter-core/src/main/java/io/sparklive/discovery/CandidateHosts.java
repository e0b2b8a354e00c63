// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The hosts on which a client-mode driver may run. A user chooses them: they are not trusted until
 * {@link DriverAddressResolver} has checked their addresses.
 *
 * @param hosts names and addresses to try, in this order
 * @param uiPort the port that the driver was configured to use for its UI
 */
public record CandidateHosts(List<String> hosts, Optional<Integer> uiPort) {
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:-]{1,253}");
  private static final Pattern LITERAL = Pattern.compile("[0-9.]+|.*:.*");

  public CandidateHosts {
    hosts = List.copyOf(hosts);
  }

  /**
   * The hosts to try for the host that a driver reports as its own. A name without a dot is first
   * tried as a Service in the namespace of its executors, as they resolve it there too.
   *
   * @param host a name, or an address, possibly in brackets
   * @param namespace the Kubernetes namespace of its executors, if known
   * @return an empty list if the text is not a host
   */
  public static List<String> hosts(String host, @Nullable String namespace) {
    String plain =
        host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    if (!HOST.matcher(plain).matches()) {
      return List.of();
    }
    List<String> hosts = new ArrayList<>();
    boolean bare = plain.indexOf('.') < 0 && !isLiteral(plain);
    if (bare && namespace != null) {
      hosts.add(plain + "." + namespace + ".svc");
    }
    hosts.add(plain);
    return hosts;
  }

  /** Whether this is an IP address, not a name. */
  static boolean isLiteral(String host) {
    return LITERAL.matcher(host).matches();
  }

  /** The address as text, without the zone (IPv6), which is valid only on this machine. */
  static String literal(InetAddress address) {
    String text = address.getHostAddress();
    int zone = text.indexOf('%');
    return zone < 0 ? text : text.substring(0, zone);
  }
}
