// SPDX-License-Identifier: Apache-2.0
package io.sparklive.config;

import io.sparklive.application.DriverAddress;
import io.sparklive.network.AllowedNetworks;
import io.sparklive.spi.RawParameters;
import java.net.URI;
import java.security.KeyStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * The settings of the filter, parsed and checked once. {@link #get} returns the value of a
 * parameter; the components are settings that several parameters make up.
 *
 * @param values the values of all parameters, each of the type of its parameter
 * @param kubernetes the cluster whose pods are watched; empty if discovery does not use Kubernetes
 * @param clientMode where drivers in client mode may be; empty if discovery does not search them
 * @param drivers the addresses to poll for drivers; empty if static discovery is off
 * @param driverTrustStore the certificates that drivers may have; empty for those of the JVM
 */
public record Settings(
    Map<Parameter<?>, Object> values,
    Optional<KubernetesSettings> kubernetes,
    Optional<ClientMode> clientMode,
    List<DriverAddress> drivers,
    Optional<KeyStore> driverTrustStore) {

  /**
   * The ports and networks in which discovery searches drivers in client mode.
   *
   * @param ports the ports that their UI may have
   * @param networks the networks in which they may run
   */
  public record ClientMode(List<Integer> ports, AllowedNetworks networks) {}

  /**
   * Reads and checks the parameters of a filter.
   *
   * @throws InvalidParameterException with one line, if one of them is invalid
   */
  public static Settings of(RawParameters parameters) {
    return of(parameters.values(), isInPod(), parameters.written());
  }

  /** Whether this runs in a pod, detected as kubectl and the official clients do. */
  static boolean isInPod() {
    return System.getenv("KUBERNETES_SERVICE_HOST") != null;
  }

  /**
   * Reads the parameters of a filter, and rejects the parameter of a gateway.
   *
   * @param texts the parameters that are set, by name
   * @param inPod whether the server runs in a pod of a Kubernetes cluster
   * @param written formats a name and a text as the user has written them, for messages
   * @throws InvalidParameterException if a name does not exist, or a text is not allowed
   */
  public static Settings of(
      Map<String, String> texts, boolean inPod, BiFunction<String, String, String> written) {
    Settings settings = new SettingsReader(new ParameterValues(texts, written), inPod).read();
    settings.get(Parameters.HISTORY_URL).ifPresent(Settings::rejectHistoryUrl);
    return settings;
  }

  private static void rejectHistoryUrl(URI url) {
    throw new InvalidParameterException(
        "historyUrl=%s: it is for the WAR only; the plugin serves the History Server in which it runs"
            .formatted(url));
  }

  /** The value of a parameter. */
  public <T> T get(Parameter<T> parameter) {
    return parameter.valueIn(values);
  }

  /** The credentials of users that are forwarded to drivers. */
  public ForwardedCredentials credentials() {
    return new ForwardedCredentials(
        get(Parameters.FORWARD_COOKIES), get(Parameters.FORWARD_AUTHORIZATION));
  }
}
