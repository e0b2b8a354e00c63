// SPDX-License-Identifier: Apache-2.0
package io.sparklive.config;

import io.sparklive.application.DriverAddress;
import io.sparklive.network.AllowedNetworks;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The table of all parameters: {@link Settings} reads them, and {@code docs/configuration.md} is
 * generated from them. A new parameter is one constant here; {@link Settings#get} returns its
 * value.
 *
 * <p>If several parameters make up one setting, they are visible in this package only.
 */
public final class Parameters {
  // Declared before the constants, whose initialisers add to it.
  private static final List<Parameter<?>> TABLE = new ArrayList<>();

  static final Parameter<Set<String>> DISCOVERY =
      withDefault(
          "discovery",
          "auto",
          DiscoveryTypes.SOURCES,
          "The sources by which the filter discovers drivers: `kubernetes` is the Kubernetes"
              + " API, `static` the list in `drivers`. `auto` is `kubernetes` inside a pod or if"
              + " `kubeconfig` is set, and `static` if `drivers` is set.");

  static final Parameter<List<String>> JOB_NAMESPACES =
      withDefaultInWords(
          "jobNamespaces",
          "that of the kubeconfig's context, else the History Server's own, else `default`",
          DiscoveryTypes.NAMESPACES,
          "The Kubernetes namespaces in which applications run; `*` is all of them. The filter"
              + " needs the rights in [kubernetes.md](kubernetes.md) in each of them.");

  static final Parameter<Optional<Path>> KUBECONFIG =
      withDefaultInWords(
          "kubeconfig",
          "in-cluster",
          DiscoveryTypes.EXISTING_FILE,
          "The kubeconfig with the address of the cluster and the credentials. Without it, the"
              + " History Server uses the service account of its pod.");

  static final Parameter<Optional<String>> KUBE_CONTEXT =
      withDefaultInWords(
          "kubeContext",
          "the file's current one",
          ParameterType.text("the name of a context, together with `kubeconfig`"),
          "The context in `kubeconfig`.");

  static final Parameter<Boolean> CLIENT_MODE =
      flag(
          "clientMode",
          "true",
          "Whether to discover drivers in client mode, such as notebooks. The filter finds them by"
              + " the pods of their executors, and by the event log of an incomplete application when"
              + " a user opens it.");

  static final Parameter<List<Integer>> CLIENT_UI_PORTS =
      withDefault(
          "clientUiPorts",
          "4040-4099",
          DiscoveryTypes.UI_PORTS,
          "The ports on which the filter searches for the UI of a driver in client mode.");

  static final Parameter<AllowedNetworks> ALLOWED_DRIVER_NETWORKS =
      withDefaultInWords(
          "allowedDriverNetworks",
          "all networks except loopback, link-local, multicast and metadata services of clouds",
          DiscoveryTypes.NETWORKS,
          "The networks in which a driver in client mode may run. A user can name its host, so"
              + " this limits the addresses to which a user can make the History Server connect. It"
              + " does not apply to `drivers` and driver pods. An IPv6 address that embeds an IPv4"
              + " address is allowed only if the IPv4 address is not excluded either. A wide network,"
              + " such as `0.0.0.0/0` or `fd00::/8`, does not include the exclusions of the default:"
              + " list `127.0.0.0/8` or `169.254.169.254` itself to allow it.");

  static final Parameter<List<DriverAddress>> DRIVERS =
      withDefault(
          "drivers",
          "none",
          DiscoveryTypes.DRIVERS,
          "The addresses of drivers to poll, such as `10.0.0.7:4040,"
              + " notebooks.example.org:4040-4059, [::1]:4040`: for a laptop, VMs and tests. If a"
              + " name has several addresses, the filter polls up to 8 of them. A port without a"
              + " driver costs only the poll.");

  public static final Parameter<Duration> DRIVERS_REFRESH =
      duration(
          "driversRefresh",
          "5s",
          Duration.ofMillis(100),
          Duration.ofHours(1),
          "How often the filter polls `drivers`. If an address refuses the connection, or"
              + " something else responds there, three times in a row, its driver has ended. After"
              + " the first time, the filter polls it each second.");

  public static final Parameter<String> PROXY_BASE =
      withDefault(
          "proxyBase",
          "/sparkui",
          HttpTypes.BASE_PATH,
          "The base path of live UIs and of the filter's own paths. `/proxy/<id>` always works"
              + " too.");

  public static final Parameter<Optional<Boolean>> REQUIRE_USER =
      withDefault(
          "requireUser",
          "auto",
          new ParameterType.FlagOrAuto(),
          "Whether live content requires a user, set by a filter before this one. `auto` is"
              + " `true` if `spark.history.ui.acls.enable` is on, or if `spark.ui.filters` has"
              + " another filter than Spark's `JWSFilter` and [filters that authenticate no"
              + " request](security.md#logging-in).");

  public static final Parameter<Boolean> KILL_ENABLED =
      flag(
          "killEnabled",
          "true",
          "Whether users who may modify an application may kill its jobs and stages through the"
              + " History Server.");

  static final Parameter<Set<String>> FORWARD_COOKIES =
      withDefault(
          "forwardCookies",
          "none",
          HttpTypes.COOKIES,
          "The cookies that the filter forwards to drivers; `*` is all. A driver is a program"
              + " of its user: with a session cookie it can act as the owner of that session.");

  static final Parameter<Boolean> FORWARD_AUTHORIZATION =
      flag(
          "forwardAuthorization",
          "false",
          "Whether the filter forwards the `Authorization` header to drivers.");

  public static final Parameter<Duration> CONNECT_TIMEOUT =
      duration(
          "connectTimeout",
          "2s",
          Duration.ofMillis(10),
          Duration.ofHours(1),
          "How long to wait for a connection to a driver. If it fails, the filter tries once"
              + " more.");

  public static final Parameter<Duration> RESPONSE_TIMEOUT =
      duration(
          "responseTimeout",
          "30s",
          Duration.ofMillis(10),
          Duration.ofHours(1),
          "How long to wait for the start of a driver's response, and between two parts of it.");

  static final Parameter<Optional<String>> DRIVER_TRUST_STORE =
      withDefaultInWords(
          "driverTrustStore",
          "that of the JVM",
          ParameterType.text(
              "a PKCS12 or JKS key store, or a file of PEM certificates, that can be read"),
          "The certificates to trust if drivers have their UI over HTTPS"
              + " (`spark.ssl.ui.enabled`).");

  static final Parameter<Password> DRIVER_TRUST_STORE_PASSWORD =
      withDefaultInWords(
          "driverTrustStorePassword",
          "none",
          ParameterType.of("the password of `driverTrustStore`", Password::new),
          "The password of a protected key store; a file of PEM certificates has none.");

  public static final Parameter<Set<String>> CORS_ALLOWED_ORIGINS =
      withDefault(
          "corsAllowedOrigins",
          "none",
          HttpTypes.ORIGINS,
          "The other web sites that may read the JSON under `<proxyBase>/-/` from a browser. A"
              + " site in the list may send the credentials of the user; with `*` no site may.");

  public static final Parameter<Integer> MAX_CONNECTIONS_PER_DRIVER =
      wholeNumber(
          "maxConnectionsPerDriver",
          "16",
          1,
          1000,
          "The maximum number of open connections to one driver; further requests wait.");

  public static final Parameter<Duration> HANDOFF_TIMEOUT =
      duration(
          "handoffTimeout",
          "10m",
          Duration.ofSeconds(1),
          Duration.ofDays(24),
          "How long an ended application stays listed while the History Server has not read its"
              + " event log. Also how long a driver without a pod of its own may send no response, as"
              + " a paused one does, before it counts as ended.");

  public static final Parameter<Duration> POLL_INTERVAL =
      withDefault(
          "pollInterval",
          "1m",
          new ParameterType.DurationOrOff(Duration.ofSeconds(10), Duration.ofHours(1)),
          "How often the filter polls each driver for its progress while no user has the overview"
              + " open. `0s` turns these polls off.");

  public static final Parameter<Duration> RECENTLY_ENDED =
      duration(
          "recentlyEnded",
          "1h",
          Duration.ZERO,
          Duration.ofDays(7),
          "How long the overview shows applications that ended, and how they ended. It shows at"
              + " most 500 of them, and a restart of the History Server removes them.");

  public static final Parameter<Boolean> POD_LOGS =
      flag(
          "podLogs",
          "false",
          "Whether users who may view an application may read the logs of its pods. The filter"
              + " then needs the right `get` on `pods/log`, see [kubernetes.md](kubernetes.md#logs).");

  static final Parameter<Optional<URI>> HISTORY_URL =
      withDefault(
          "historyUrl",
          "none",
          HttpTypes.HISTORY_SERVER,
          "For the WAR only, and required there: the URL of the History Server behind it. See"
              + " [guides/war.md](guides/war.md).");

  private Parameters() {}

  /** All parameters, in the order of the documentation. */
  static List<Parameter<?>> all() {
    return Collections.unmodifiableList(TABLE);
  }

  /** The parameter with this name, if there is one. */
  static Optional<Parameter<?>> find(String key) {
    for (Parameter<?> parameter : TABLE) {
      if (parameter.key().equals(key)) {
        return Optional.of(parameter);
      }
    }
    return Optional.empty();
  }

  /** The names of all parameters. */
  public static List<String> names() {
    return TABLE.stream().<String>map(Parameter::key).toList();
  }

  private static Parameter<Boolean> flag(String key, String value, String meaning) {
    return withDefault(key, value, new ParameterType.Flag(), meaning);
  }

  private static Parameter<Integer> wholeNumber(
      String key, String value, int least, int most, String meaning) {
    return withDefault(key, value, new ParameterType.WholeNumber(least, most), meaning);
  }

  private static Parameter<Duration> duration(
      String key, String value, Duration least, Duration most, String meaning) {
    return withDefault(key, value, new ParameterType.BoundedDuration(least, most), meaning);
  }

  private static <T> Parameter<T> withDefault(
      String key, String value, ParameterType<T> type, String meaning) {
    return add(new Parameter<>(key, value, value, type, meaning));
  }

  /** A parameter whose default is not a value; templates write an empty text for it. */
  private static <T> Parameter<T> withDefaultInWords(
      String key, String words, ParameterType<T> type, String meaning) {
    return add(new Parameter<>(key, words, "", type, meaning));
  }

  private static <T> Parameter<T> add(Parameter<T> parameter) {
    TABLE.add(parameter);
    return parameter;
  }
}
