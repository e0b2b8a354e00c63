package io.sparklive.discovery;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a client-mode driver is said to be. A user has said it: nothing of it is to be trusted.
 *
 * @param hosts names and addresses to try, in this order
 * @param uiPort the port that its UI was to have
 */
public record CandidateHosts(List<String> hosts, Optional<Integer> uiPort) {
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:-]{1,253}");
  private static final Pattern LITERAL = Pattern.compile("[0-9.]+|.*:.*");

  public CandidateHosts {
    hosts = List.copyOf(hosts);
  }

  /**
   * The hosts to try for what a driver calls its own host. A bare name is that of a Service in the
   * namespace of its executors, which are to reach it too.
   *
   * @param host a name, or an address, with brackets perhaps
   * @param namespace where its executors run, where that is known
   * @return none where it is no host at all
   */
  public static List<String> hosts(String host, Optional<String> namespace) {
    String plain =
        host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    if (!HOST.matcher(plain).matches()) {
      return List.of();
    }
    List<String> hosts = new ArrayList<>();
    boolean bare = plain.indexOf('.') < 0 && !isLiteral(plain);
    if (bare) {
      namespace.ifPresent(name -> hosts.add(plain + "." + name + ".svc"));
    }
    hosts.add(plain);
    return hosts;
  }

  /** Whether this is an address, and no name that leads to some. */
  static boolean isLiteral(String host) {
    return LITERAL.matcher(host).matches();
  }

  /** An address in text, without the zone that belongs to this machine alone. */
  static String literal(InetAddress address) {
    String text = address.getHostAddress();
    int zone = text.indexOf('%');
    return zone < 0 ? text : text.substring(0, zone);
  }
}
