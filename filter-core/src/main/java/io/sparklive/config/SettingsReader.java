// SPDX-License-Identifier: Apache-2.0
package io.sparklive.config;

import io.sparklive.application.DriverAddress;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Builds the {@link Settings} from the parsed parameters, and rejects a parameter that needs
 * another one which is not set.
 */
final class SettingsReader {
  private final ParameterValues values;
  private final boolean inPod;
  private final Set<String> sources;

  SettingsReader(ParameterValues values, boolean inPod) {
    this.values = values;
    this.inPod = inPod;
    this.sources = values.get(Parameters.DISCOVERY);
  }

  Settings read() {
    return new Settings(values.all(), kubernetes(), clientMode(), drivers(), driverTrustStore());
  }

  private Optional<KubernetesSettings> kubernetes() {
    Optional<Path> kubeconfig = values.get(Parameters.KUBECONFIG);
    Optional<String> context = values.get(Parameters.KUBE_CONTEXT);
    if (context.isPresent() && kubeconfig.isEmpty()) {
      throw values.rejected(Parameters.KUBE_CONTEXT, "needs kubeconfig, which is not set");
    }
    boolean isReachable = inPod || kubeconfig.isPresent();
    if (sources.contains(DiscoveryTypes.KUBERNETES) && !isReachable) {
      throw values.rejected(
          Parameters.DISCOVERY, "needs kubeconfig, as this runs outside of any Kubernetes pod");
    }
    boolean isWatched = isReachable && isSource(DiscoveryTypes.KUBERNETES);
    if (values.get(Parameters.POD_LOGS) && !isWatched) {
      throw values.rejected(
          Parameters.POD_LOGS, "needs discovery by Kubernetes, which is off or has no kubeconfig");
    }
    List<String> namespaces = values.get(Parameters.JOB_NAMESPACES);
    return isWatched
        ? Optional.of(new KubernetesSettings(kubeconfig, context, namespaces))
        : Optional.empty();
  }

  private boolean isSource(String source) {
    return sources.contains(ParameterType.AUTO) || sources.contains(source);
  }

  private Optional<Settings.ClientMode> clientMode() {
    return values.get(Parameters.CLIENT_MODE)
        ? Optional.of(
            new Settings.ClientMode(
                values.get(Parameters.CLIENT_UI_PORTS),
                values.get(Parameters.ALLOWED_DRIVER_NETWORKS)))
        : Optional.empty();
  }

  private List<DriverAddress> drivers() {
    List<DriverAddress> drivers = values.get(Parameters.DRIVERS);
    if (sources.contains(DiscoveryTypes.STATIC) && drivers.isEmpty()) {
      throw values.rejected(Parameters.DRIVERS, "is needed with discovery=static");
    }
    return isSource(DiscoveryTypes.STATIC) ? drivers : List.of();
  }

  private Optional<KeyStore> driverTrustStore() {
    Optional<String> file = values.get(Parameters.DRIVER_TRUST_STORE);
    String password = values.get(Parameters.DRIVER_TRUST_STORE_PASSWORD).text();
    if (file.isEmpty()) {
      if (!password.isEmpty() && !password.equals(ParameterType.NONE)) {
        throw values.rejected(
            Parameters.DRIVER_TRUST_STORE_PASSWORD, "needs driverTrustStore, which is not set");
      }
      return Optional.empty();
    }
    try {
      return Optional.of(TrustStores.read(Path.of(file.get()), password));
    } catch (InvalidPathException | IOException | GeneralSecurityException e) {
      throw values.rejected(
          Parameters.DRIVER_TRUST_STORE, "cannot be read (%s)".formatted(e.getMessage()));
    }
  }
}
