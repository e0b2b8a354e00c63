package io.sparklive.config;

import io.sparklive.application.DriverAddress;
import io.sparklive.network.AllowedNetworks;
import java.net.URI;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Every parameter, parsed and checked once.
 *
 * @param kubernetes which cluster to look at; empty where none is
 * @param clientMode how drivers in client mode are looked for; empty where they are not
 * @param drivers the addresses to ask for drivers; empty where static discovery is off
 * @param driversRefresh how often they are asked
 * @param proxyBase the base path of live UIs, such as {@code /sparkui}
 * @param requireUser whether live content is for people who have logged in only; empty where the
 *     surroundings decide
 * @param killEnabled whether jobs and stages may be killed
 * @param credentials the credentials of users that are forwarded to drivers
 * @param driverTrustStore whose certificates drivers may have; empty for the JVM's
 * @param corsAllowedOrigins which other sites may read our JSON; {@code *} for all
 * @param connectTimeout how long to wait for a connection to a driver
 * @param responseTimeout how long to wait for a driver's first byte, and between two
 * @param maxConnectionsPerDriver how many connections to one driver are open at most
 * @param handoffTimeout how long an ended application waits for its event log
 * @param historyUrl the History Server to stand in front of; empty where the filter is inside it
 */
public record Settings(
    Optional<KubernetesSettings> kubernetes,
    Optional<ClientMode> clientMode,
    List<DriverAddress> drivers,
    Duration driversRefresh,
    String proxyBase,
    Optional<Boolean> requireUser,
    boolean killEnabled,
    ForwardedCredentials credentials,
    Optional<KeyStore> driverTrustStore,
    Set<String> corsAllowedOrigins,
    Duration connectTimeout,
    Duration responseTimeout,
    int maxConnectionsPerDriver,
    Duration handoffTimeout,
    Optional<URI> historyUrl) {

  /**
   * Where a driver in client mode may be.
   *
   * @param ports the ports that its UI may have
   */
  public record ClientMode(List<Integer> ports, AllowedNetworks networks) {}

  /**
   * Reads the parameters.
   *
   * @param values what is set, by name
   * @param inPod whether this runs inside a pod of a Kubernetes cluster
   * @param written how a parameter's whole name is written where it was set, for messages
   * @throws InvalidParameterException on a name that does not exist and on a value that is not
   *     understood
   */
  public static Settings of(
      Map<String, String> values, boolean inPod, BiFunction<String, String, String> written) {
    return new SettingsReader(new ParameterValues(values, written), inPod).read();
  }
}
