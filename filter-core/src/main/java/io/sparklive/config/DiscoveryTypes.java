// SPDX-License-Identifier: Apache-2.0
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

/** The types of the parameters that configure discovery. */
final class DiscoveryTypes {
  static final String KUBERNETES = "kubernetes";
  static final String STATIC = "static";

  private static final int MOST_DRIVERS = 10_000;
  private static final int MOST_UI_PORTS = 1000;
  private static final int LAST_PORT = 65_535;
  // A label of RFC 1123, which Kubernetes requires for namespaces.
  private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final Pattern PORTS = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?");
  private static final Pattern DRIVER =
      Pattern.compile(
          "(?:\\[([0-9A-Fa-f.]*:[0-9A-Fa-f:.]*)]|([A-Za-z0-9.-]+)):([0-9]{1,5})(?:-([0-9]{1,5}))?");

  /** The kinds of discovery, in lower case. */
  static final ParameterType<Set<String>> SOURCES =
      ParameterType.of(
          "`auto`, or a comma list of `kubernetes` and `static`", DiscoveryTypes::parseSources);

  /** Namespaces, or {@code *} alone; empty for the default. */
  static final ParameterType<List<String>> NAMESPACES =
      ParameterType.of("a comma list of namespaces, or `*`", DiscoveryTypes::parseNamespaces);

  /** A readable file; empty for the default. */
  static final ParameterType<Optional<Path>> EXISTING_FILE =
      ParameterType.of("the path of a file that exists", DiscoveryTypes::parseExistingFile);

  static final ParameterType<List<Integer>> UI_PORTS =
      ParameterType.of(
          "a comma list of ports and `from-to`, at most " + MOST_UI_PORTS + " ports in all",
          DiscoveryTypes::parseUiPorts);

  static final ParameterType<AllowedNetworks> NETWORKS =
      ParameterType.of(
          "a comma list of networks in CIDR notation, such as `10.0.0.0/8, fd12:3456:789a::/48`",
          DiscoveryTypes::parseNetworks);

  static final ParameterType<List<DriverAddress>> DRIVERS =
      ParameterType.of(
          "a comma list of `host:port` and `host:from-to`, at most "
              + MOST_DRIVERS
              + " ports in all",
          DiscoveryTypes::parseDrivers);

  private DiscoveryTypes() {}

  private static Set<String> parseSources(String text) {
    List<String> sources =
        ParameterType.entries(text).stream().map(s -> s.toLowerCase(Locale.ROOT)).toList();
    if (!sources.equals(List.of(ParameterType.AUTO))
        && (sources.isEmpty() || !Set.of(KUBERNETES, STATIC).containsAll(sources))) {
      throw new InvalidValueException();
    }
    return Set.copyOf(sources);
  }

  private static List<String> parseNamespaces(String text) {
    if (text.isEmpty()) {
      return List.of();
    }
    List<String> names = ParameterType.entries(text);
    boolean all = names.equals(List.of(KubernetesSettings.ALL));
    if (!all && !names.stream().allMatch(name -> NAMESPACE.matcher(name).matches())) {
      throw new InvalidValueException();
    }
    return names.stream().distinct().toList();
  }

  private static Optional<Path> parseExistingFile(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      Path file = Path.of(text);
      if (Files.isRegularFile(file) && Files.isReadable(file)) {
        return Optional.of(file);
      }
    } catch (InvalidPathException e) {
      throw new InvalidValueException();
    }
    throw new InvalidValueException("is not a readable file");
  }

  private static List<Integer> parseUiPorts(String text) {
    Set<Integer> ports = new LinkedHashSet<>();
    for (String entry : ParameterType.entries(text)) {
      Matcher parts = PORTS.matcher(entry);
      if (!parts.matches()) {
        throw new InvalidValueException();
      }
      int from = Integer.parseInt(parts.group(1));
      int to = parts.group(2) == null ? from : Integer.parseInt(parts.group(2));
      if (!isRange(from, to) || to - from >= MOST_UI_PORTS) {
        throw new InvalidValueException();
      }
      IntStream.rangeClosed(from, to).forEach(ports::add);
    }
    if (ports.isEmpty() || ports.size() > MOST_UI_PORTS) {
      throw new InvalidValueException();
    }
    return List.copyOf(ports);
  }

  private static boolean isRange(int from, int to) {
    return from >= 1 && to <= LAST_PORT && to >= from;
  }

  private static AllowedNetworks parseNetworks(String text) {
    if (text.isEmpty()) {
      return AllowedNetworks.defaultNetworks();
    }
    try {
      return AllowedNetworks.of(ParameterType.entries(text));
    } catch (IllegalArgumentException e) {
      throw new InvalidValueException();
    }
  }

  private static List<DriverAddress> parseDrivers(String text) {
    // By text: the first hash of a record takes longer than all other work here, for which the
    // server waits.
    Map<String, DriverAddress> addresses = new LinkedHashMap<>();
    for (String entry : ParameterType.entries(text)) {
      Matcher parts = DRIVER.matcher(entry);
      if (!parts.matches()) {
        throw new InvalidValueException("contains '" + entry + "', which is invalid");
      }
      String host = Optional.ofNullable(parts.group(1)).orElse(parts.group(2));
      int from = Integer.parseInt(parts.group(3));
      int to = parts.group(4) == null ? from : Integer.parseInt(parts.group(4));
      if (!isValidHost(host)) {
        throw new InvalidValueException("contains '" + entry + "', which has no valid host");
      }
      if (!isRange(from, to)) {
        throw new InvalidValueException("contains '" + entry + "', which has invalid ports");
      }
      for (int port = from; port <= to && addresses.size() <= MOST_DRIVERS; port++) {
        DriverAddress address = new DriverAddress(host, port);
        addresses.putIfAbsent(address.toString(), address);
      }
      if (addresses.size() > MOST_DRIVERS) {
        throw new InvalidValueException("has too many ports");
      }
    }
    return List.copyOf(addresses.values());
  }

  private static boolean isValidHost(String host) {
    try {
      return new DriverAddress(host, 1).uri().getHost() != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
