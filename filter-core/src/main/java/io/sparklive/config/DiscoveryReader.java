package io.sparklive.config;

import io.sparklive.application.DriverAddress;
import io.sparklive.network.AllowedNetworks;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Reads the parameters that say where drivers are. */
final class DiscoveryReader {
  private static final int MOST_DRIVERS = 10_000;
  private static final int MOST_UI_PORTS = 1000;
  private static final String KUBERNETES = "kubernetes";
  private static final String STATIC = "static";
  // RFC 1123, as Kubernetes takes it for namespaces.
  private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final Pattern PORTS = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?");
  private static final Pattern DRIVERS =
      Pattern.compile(
          "(?:\\[([0-9A-Fa-f.]*:[0-9A-Fa-f:.]*)]|([A-Za-z0-9.-]+)):([0-9]{1,5})(?:-([0-9]{1,5}))?");

  private final ParameterValues values;
  private final boolean inPod;
  private final Set<String> discovery;

  DiscoveryReader(ParameterValues values, boolean inPod) {
    this.values = values;
    this.inPod = inPod;
    this.discovery = sources(values);
  }

  /** The addresses to ask for drivers; empty where static discovery is off. */
  List<DriverAddress> drivers() {
    List<DriverAddress> drivers = named();
    if (discovery.contains(STATIC) && drivers.isEmpty()) {
      throw values.refused(Parameter.DRIVERS, "is needed with discovery=static");
    }
    return discovery.contains(ParameterValues.AUTO) || discovery.contains(STATIC)
        ? drivers
        : List.of();
  }

  private static Set<String> sources(ParameterValues values) {
    List<String> sources =
        values.list(Parameter.DISCOVERY).stream().map(s -> s.toLowerCase(Locale.ROOT)).toList();
    if (!sources.equals(List.of(ParameterValues.AUTO))
        && (sources.isEmpty() || !Set.of(KUBERNETES, STATIC).containsAll(sources))) {
      throw values.refused(Parameter.DISCOVERY);
    }
    return Set.copyOf(sources);
  }

  /** Which cluster to look at; empty where none is. */
  Optional<KubernetesSettings> kubernetes() {
    Optional<Path> kubeconfig = kubeconfig();
    Optional<String> context =
        Optional.of(values.given(Parameter.KUBE_CONTEXT)).filter(c -> !c.isEmpty());
    if (context.isPresent() && kubeconfig.isEmpty()) {
      throw values.refused(Parameter.KUBE_CONTEXT, "needs kubeconfig, which is not set");
    }
    boolean possible = inPod || kubeconfig.isPresent();
    if (discovery.contains(KUBERNETES) && !possible) {
      throw values.refused(
          Parameter.DISCOVERY, "needs kubeconfig, as this runs outside of any Kubernetes pod");
    }
    List<String> namespaces = namespaces();
    return possible && (discovery.contains(ParameterValues.AUTO) || discovery.contains(KUBERNETES))
        ? Optional.of(new KubernetesSettings(kubeconfig, context, namespaces))
        : Optional.empty();
  }

  private Optional<Path> kubeconfig() {
    if (values.isDefault(Parameter.KUBECONFIG)) {
      return Optional.empty();
    }
    try {
      Path file = Path.of(values.text(Parameter.KUBECONFIG));
      if (Files.isRegularFile(file) && Files.isReadable(file)) {
        return Optional.of(file);
      }
    } catch (InvalidPathException e) {
      throw values.refused(Parameter.KUBECONFIG);
    }
    throw values.refused(Parameter.KUBECONFIG, "names no file that can be read");
  }

  private List<String> namespaces() {
    if (values.isDefault(Parameter.JOB_NAMESPACES)) {
      return List.of();
    }
    List<String> names = values.list(Parameter.JOB_NAMESPACES);
    boolean all = names.equals(List.of(KubernetesSettings.ALL));
    if (!all && !names.stream().allMatch(name -> NAMESPACE.matcher(name).matches())) {
      throw values.refused(Parameter.JOB_NAMESPACES);
    }
    return names.stream().distinct().toList();
  }

  /** How drivers in client mode are looked for; empty where they are not. */
  Optional<Settings.ClientMode> clientMode() {
    boolean wanted = values.isTrue(Parameter.CLIENT_MODE);
    Settings.ClientMode clientMode = new Settings.ClientMode(uiPorts(), networks());
    return wanted ? Optional.of(clientMode) : Optional.empty();
  }

  private List<Integer> uiPorts() {
    Set<Integer> ports = new LinkedHashSet<>();
    for (String entry : values.list(Parameter.CLIENT_UI_PORTS)) {
      Matcher parts = PORTS.matcher(entry);
      if (!parts.matches()) {
        throw values.refused(Parameter.CLIENT_UI_PORTS);
      }
      int from = Integer.parseInt(parts.group(1));
      int to = parts.group(2) == null ? from : Integer.parseInt(parts.group(2));
      if (from < 1 || to > 65535 || to < from || to - from >= MOST_UI_PORTS) {
        throw values.refused(Parameter.CLIENT_UI_PORTS);
      }
      IntStream.rangeClosed(from, to).forEach(ports::add);
    }
    if (ports.isEmpty() || ports.size() > MOST_UI_PORTS) {
      throw values.refused(Parameter.CLIENT_UI_PORTS);
    }
    return List.copyOf(ports);
  }

  private AllowedNetworks networks() {
    if (values.isDefault(Parameter.ALLOWED_DRIVER_NETWORKS)) {
      return AllowedNetworks.defaultNetworks();
    }
    try {
      return AllowedNetworks.of(values.list(Parameter.ALLOWED_DRIVER_NETWORKS));
    } catch (IllegalArgumentException e) {
      throw values.refused(Parameter.ALLOWED_DRIVER_NETWORKS);
    }
  }

  private List<DriverAddress> named() {
    // By text: the first hash of a record takes longer than all else that the server waits for
    // here.
    Map<String, DriverAddress> addresses = new LinkedHashMap<>();
    for (String entry : values.list(Parameter.DRIVERS)) {
      Matcher parts = DRIVERS.matcher(entry);
      if (!parts.matches()) {
        throw values.refused(Parameter.DRIVERS, "holds '" + entry + "', which is not understood");
      }
      String host = Optional.ofNullable(parts.group(1)).orElse(parts.group(2));
      int from = Integer.parseInt(parts.group(3));
      int to = parts.group(4) == null ? from : Integer.parseInt(parts.group(4));
      if (!canBeHost(host)) {
        throw values.refused(Parameter.DRIVERS, "holds '" + entry + "', which names no host");
      }
      if (from < 1 || to > 65535 || to < from) {
        throw values.refused(Parameter.DRIVERS, "holds '" + entry + "', which names no such ports");
      }
      for (int port = from; port <= to && addresses.size() <= MOST_DRIVERS; port++) {
        DriverAddress address = new DriverAddress(host, port);
        addresses.putIfAbsent(address.toString(), address);
      }
      if (addresses.size() > MOST_DRIVERS) {
        throw values.refused(Parameter.DRIVERS, "names too many ports");
      }
    }
    return List.copyOf(addresses.values());
  }

  private static boolean canBeHost(String host) {
    try {
      return new DriverAddress(host, 1).uri().getHost() != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
