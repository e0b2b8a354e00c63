package io.sparklive;

import io.sparklive.application.DriverAddress;
import io.sparklive.discovery.AllowedNetworks;
import io.sparklive.discovery.kubernetes.KubernetesSettings;
import io.sparklive.proxy.LiveUiProxy;
import io.sparklive.routing.Links;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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
 * @param credentials what drivers get to know of who asks
 * @param driverTrustStore whose certificates drivers may have; empty for the JVM's
 * @param corsAllowedOrigins which other sites may read our JSON; {@code *} for all
 * @param connectTimeout how long to wait for a connection to a driver
 * @param responseTimeout how long to wait for a driver's first byte, and between two
 * @param maxConnectionsPerDriver how many connections to one driver are open at most
 * @param handoffTimeout how long an ended application waits for its event log
 */
record Settings(
    Optional<KubernetesSettings> kubernetes,
    Optional<ClientMode> clientMode,
    List<DriverAddress> drivers,
    Duration driversRefresh,
    String proxyBase,
    Optional<Boolean> requireUser,
    boolean killEnabled,
    LiveUiProxy.Credentials credentials,
    Optional<KeyStore> driverTrustStore,
    Set<String> corsAllowedOrigins,
    Duration connectTimeout,
    Duration responseTimeout,
    int maxConnectionsPerDriver,
    Duration handoffTimeout) {
  private static final int MOST_DRIVERS = 10_000;
  private static final int MOST_UI_PORTS = 1000;
  private static final String NONE = "none";
  private static final String KUBERNETES = "kubernetes";
  private static final String STATIC = "static";
  private static final String AUTO = "auto";
  // RFC 1123, as Kubernetes takes it for namespaces.
  private static final Pattern NAMESPACE = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
  private static final Pattern PORTS = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?");
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,12}) *(ms|s|m|min|h|d)");
  private static final Pattern DRIVERS =
      Pattern.compile(
          "(?:\\[([0-9A-Fa-f.]*:[0-9A-Fa-f:.]*)]|([A-Za-z0-9.-]+)):([0-9]{1,5})(?:-([0-9]{1,5}))?");
  // RFC 6454, section 6.2, as browsers write it.
  private static final Pattern ORIGIN =
      Pattern.compile("https?://(?:[a-z0-9._-]+|\\[[0-9a-f:.]+])(?::[0-9]{1,5})?");
  private static final Pattern COOKIE = Pattern.compile("[!#$%&'+.^_`|~0-9A-Za-z-]+");
  private static final Set<String> HISTORY_SERVER_PATHS =
      Set.of("api", "history", "home", "jobs", "json", "log", "logPage", "static");

  /**
   * Where a driver in client mode may be.
   *
   * @param ports the ports that its UI may have
   */
  record ClientMode(List<Integer> ports, AllowedNetworks networks) {}

  /**
   * Reads the parameters.
   *
   * @param values what is set, by name
   * @param inPod whether this runs inside a pod of a Kubernetes cluster
   * @param written how a parameter's whole name is written where it was set, for messages
   * @throws SettingsException on a name that does not exist and on a value that is not understood
   */
  static Settings of(
      Map<String, String> values, boolean inPod, BiFunction<String, String, String> written) {
    return new Reader(values, inPod, written).read();
  }

  private static final class Reader {
    private final Map<Parameter, String> values = new EnumMap<>(Parameter.class);
    private final boolean inPod;
    private final BiFunction<String, String, String> written;

    Reader(Map<String, String> texts, boolean inPod, BiFunction<String, String, String> written) {
      this.inPod = inPod;
      this.written = written;
      texts.forEach(
          (name, text) ->
              values.put(
                  Parameter.named(name).orElseThrow(() -> unknown(name, text)), text.strip()));
    }

    Settings read() {
      Set<String> discovery = discovery();
      boolean auto = discovery.contains(AUTO);
      List<DriverAddress> drivers = drivers();
      if (discovery.contains(STATIC) && drivers.isEmpty()) {
        throw refused(Parameter.DRIVERS, "is needed with discovery=static");
      }
      Optional<KubernetesSettings> kubernetes = kubernetes(discovery);
      Optional<ClientMode> clientMode = clientMode();
      return new Settings(
          kubernetes,
          clientMode,
          auto || discovery.contains(STATIC) ? drivers : List.of(),
          duration(Parameter.DRIVERS_REFRESH, Duration.ofMillis(100), Duration.ofHours(1)),
          proxyBase(),
          requireUser(),
          isTrue(Parameter.KILL_ENABLED),
          new LiveUiProxy.Credentials(cookies(), isTrue(Parameter.FORWARD_AUTHORIZATION)),
          driverTrustStore(),
          origins(),
          duration(Parameter.CONNECT_TIMEOUT, Duration.ofMillis(10), Duration.ofHours(1)),
          duration(Parameter.RESPONSE_TIMEOUT, Duration.ofMillis(10), Duration.ofHours(1)),
          number(Parameter.MAX_CONNECTIONS_PER_DRIVER, 1, 1000),
          duration(Parameter.HANDOFF_TIMEOUT, Duration.ofSeconds(1), Duration.ofDays(24)));
    }

    private Set<String> discovery() {
      List<String> sources =
          list(Parameter.DISCOVERY).stream().map(s -> s.toLowerCase(Locale.ROOT)).toList();
      if (!sources.equals(List.of(AUTO))
          && (sources.isEmpty() || !Set.of(KUBERNETES, STATIC).containsAll(sources))) {
        throw refused(Parameter.DISCOVERY);
      }
      return Set.copyOf(sources);
    }

    private Optional<KubernetesSettings> kubernetes(Set<String> discovery) {
      Optional<Path> kubeconfig = kubeconfig();
      Optional<String> context =
          Optional.ofNullable(values.get(Parameter.KUBE_CONTEXT)).filter(c -> !c.isEmpty());
      if (context.isPresent() && kubeconfig.isEmpty()) {
        throw refused(Parameter.KUBE_CONTEXT, "needs kubeconfig, which is not set");
      }
      boolean possible = inPod || kubeconfig.isPresent();
      if (discovery.contains(KUBERNETES) && !possible) {
        throw refused(
            Parameter.DISCOVERY, "needs kubeconfig, as this runs outside of any Kubernetes pod");
      }
      List<String> namespaces = namespaces();
      return possible && (discovery.contains(AUTO) || discovery.contains(KUBERNETES))
          ? Optional.of(new KubernetesSettings(kubeconfig, context, namespaces))
          : Optional.empty();
    }

    private Optional<Path> kubeconfig() {
      if (isDefault(Parameter.KUBECONFIG)) {
        return Optional.empty();
      }
      try {
        Path file = Path.of(text(Parameter.KUBECONFIG));
        if (Files.isRegularFile(file) && Files.isReadable(file)) {
          return Optional.of(file);
        }
      } catch (InvalidPathException e) {
        throw refused(Parameter.KUBECONFIG);
      }
      throw refused(Parameter.KUBECONFIG, "names no file that can be read");
    }

    private List<String> namespaces() {
      if (isDefault(Parameter.JOB_NAMESPACES)) {
        return List.of();
      }
      List<String> names = list(Parameter.JOB_NAMESPACES);
      boolean all = names.equals(List.of(KubernetesSettings.ALL));
      if (!all && !names.stream().allMatch(name -> NAMESPACE.matcher(name).matches())) {
        throw refused(Parameter.JOB_NAMESPACES);
      }
      return names.stream().distinct().toList();
    }

    private Optional<ClientMode> clientMode() {
      boolean wanted = isTrue(Parameter.CLIENT_MODE);
      ClientMode clientMode = new ClientMode(uiPorts(), networks());
      return wanted ? Optional.of(clientMode) : Optional.empty();
    }

    private List<Integer> uiPorts() {
      Set<Integer> ports = new LinkedHashSet<>();
      for (String entry : list(Parameter.CLIENT_UI_PORTS)) {
        Matcher parts = PORTS.matcher(entry);
        if (!parts.matches()) {
          throw refused(Parameter.CLIENT_UI_PORTS);
        }
        int from = Integer.parseInt(parts.group(1));
        int to = parts.group(2) == null ? from : Integer.parseInt(parts.group(2));
        if (from < 1 || to > 65535 || to < from || to - from >= MOST_UI_PORTS) {
          throw refused(Parameter.CLIENT_UI_PORTS);
        }
        IntStream.rangeClosed(from, to).forEach(ports::add);
      }
      if (ports.isEmpty() || ports.size() > MOST_UI_PORTS) {
        throw refused(Parameter.CLIENT_UI_PORTS);
      }
      return List.copyOf(ports);
    }

    private AllowedNetworks networks() {
      if (isDefault(Parameter.ALLOWED_DRIVER_NETWORKS)) {
        return AllowedNetworks.anyOrdinary();
      }
      try {
        return AllowedNetworks.of(list(Parameter.ALLOWED_DRIVER_NETWORKS));
      } catch (IllegalArgumentException e) {
        throw refused(Parameter.ALLOWED_DRIVER_NETWORKS);
      }
    }

    /** Whether nothing is set of a parameter whose default has no name: templates write "". */
    private boolean isDefault(Parameter parameter) {
      return values.getOrDefault(parameter, "").isEmpty();
    }

    private String text(Parameter parameter) {
      return values.getOrDefault(parameter, parameter.defaultText());
    }

    private List<String> list(Parameter parameter) {
      String text = text(parameter);
      if (text.isEmpty() || text.equals(NONE)) {
        return List.of();
      }
      return Arrays.stream(text.split(",", -1)).map(String::strip).toList();
    }

    private String choice(Parameter parameter, String... choices) {
      String text = text(parameter).toLowerCase(Locale.ROOT);
      return Arrays.stream(choices)
          .filter(text::equals)
          .findAny()
          .orElseThrow(() -> refused(parameter));
    }

    private boolean isTrue(Parameter parameter) {
      return choice(parameter, "true", "false").equals("true");
    }

    private Optional<Boolean> requireUser() {
      String choice = choice(Parameter.REQUIRE_USER, AUTO, "true", "false");
      return choice.equals(AUTO) ? Optional.empty() : Optional.of(Boolean.valueOf(choice));
    }

    private Optional<KeyStore> driverTrustStore() {
      String password = values.getOrDefault(Parameter.DRIVER_TRUST_STORE_PASSWORD, "");
      if (isDefault(Parameter.DRIVER_TRUST_STORE)) {
        if (!password.isEmpty() && !password.equals(NONE)) {
          throw refused(
              Parameter.DRIVER_TRUST_STORE_PASSWORD, "needs driverTrustStore, which is not set");
        }
        return Optional.empty();
      }
      try {
        return Optional.of(TrustStores.read(Path.of(text(Parameter.DRIVER_TRUST_STORE)), password));
      } catch (InvalidPathException | IOException | GeneralSecurityException e) {
        throw refused(
            Parameter.DRIVER_TRUST_STORE, "cannot be read (%s)".formatted(e.getMessage()));
      }
    }

    private Set<String> origins() {
      List<String> origins = list(Parameter.CORS_ALLOWED_ORIGINS);
      boolean all = origins.equals(List.of("*"));
      if (!all && !origins.stream().allMatch(origin -> ORIGIN.matcher(origin).matches())) {
        throw refused(Parameter.CORS_ALLOWED_ORIGINS);
      }
      return Set.copyOf(origins);
    }

    private int number(Parameter parameter, int least, int most) {
      String text = text(parameter);
      if (!text.matches("[0-9]{1,9}")) {
        throw refused(parameter);
      }
      int number = Integer.parseInt(text);
      if (number < least || number > most) {
        throw refused(parameter);
      }
      return number;
    }

    private Duration duration(Parameter parameter, Duration least, Duration most) {
      Matcher parts = DURATION.matcher(text(parameter).toLowerCase(Locale.ROOT));
      if (!parts.matches()) {
        throw refused(parameter);
      }
      long amount = Long.parseLong(parts.group(1));
      Duration duration =
          switch (parts.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m", "min" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
          };
      if (duration.compareTo(least) < 0 || duration.compareTo(most) > 0) {
        throw refused(parameter);
      }
      return duration;
    }

    private String proxyBase() {
      String base = text(Parameter.PROXY_BASE);
      boolean plain = Links.isPrefix(base) && !base.isEmpty() && !base.contains("/.");
      if (!plain || HISTORY_SERVER_PATHS.contains(base.split("/", 3)[1])) {
        throw refused(Parameter.PROXY_BASE);
      }
      return base;
    }

    private Set<String> cookies() {
      List<String> names = list(Parameter.FORWARD_COOKIES);
      if (names.equals(List.of("*"))) {
        return Set.of("*");
      }
      if (!names.stream().allMatch(name -> COOKIE.matcher(name).matches())) {
        throw refused(Parameter.FORWARD_COOKIES);
      }
      return Set.copyOf(names);
    }

    private List<DriverAddress> drivers() {
      List<DriverAddress> addresses = new ArrayList<>();
      for (String entry : list(Parameter.DRIVERS)) {
        Matcher parts = DRIVERS.matcher(entry);
        if (!parts.matches()) {
          throw refused(Parameter.DRIVERS, "holds '" + entry + "', which is not understood");
        }
        String host = Optional.ofNullable(parts.group(1)).orElse(parts.group(2));
        int from = Integer.parseInt(parts.group(3));
        int to = parts.group(4) == null ? from : Integer.parseInt(parts.group(4));
        if (!canBeHost(host)) {
          throw refused(Parameter.DRIVERS, "holds '" + entry + "', which names no host");
        }
        if (from < 1 || to > 65535 || to < from) {
          throw refused(Parameter.DRIVERS, "holds '" + entry + "', which names no such ports");
        }
        for (int port = from; port <= to && addresses.size() <= MOST_DRIVERS; port++) {
          addresses.add(new DriverAddress(host, port));
        }
        if (addresses.size() > MOST_DRIVERS) {
          throw refused(Parameter.DRIVERS, "names too many ports");
        }
      }
      return addresses.stream().distinct().toList();
    }

    private static boolean canBeHost(String host) {
      try {
        return new DriverAddress(host, 1).uri().getHost() != null;
      } catch (IllegalArgumentException e) {
        return false;
      }
    }

    private SettingsException refused(Parameter parameter) {
      return refused(parameter, "is not understood");
    }

    private SettingsException refused(Parameter parameter, String why) {
      String text = values.getOrDefault(parameter, "");
      return new SettingsException(
          "%s %s; allowed: %s"
              .formatted(
                  inOneLine(parameter.key(), text), why, parameter.allowed().replace("`", "")));
    }

    private String inOneLine(String name, String text) {
      boolean secret = name.toLowerCase(Locale.ROOT).contains("password");
      return written.apply(name, secret ? "***" : text).replaceAll("\\p{Cntrl}", " ");
    }

    private SettingsException unknown(String name, String text) {
      return new SettingsException(
          "%s is not a parameter; allowed: %s"
              .formatted(
                  inOneLine(name, text),
                  Arrays.stream(Parameter.values())
                      .map(Parameter::key)
                      .sorted()
                      .collect(Collectors.joining(", "))));
    }
  }
}
