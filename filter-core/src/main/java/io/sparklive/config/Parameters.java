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
          "How drivers are found. `kubernetes` asks the Kubernetes API, `static` those named in"
              + " `drivers`. `auto` is `kubernetes` inside a pod or where `kubeconfig` is set, and"
              + " `static` where `drivers` is set.");

  static final Parameter<List<String>> JOB_NAMESPACES =
      withDefaultInWords(
          "jobNamespaces",
          "that of the kubeconfig's context, else the History Server's own, else `default`",
          DiscoveryTypes.NAMESPACES,
          "The Kubernetes namespaces in which applications run; `*` is all of them. Each needs the"
              + " rights that [kubernetes.md](kubernetes.md) names.");

  static final Parameter<Optional<Path>> KUBECONFIG =
      withDefaultInWords(
          "kubeconfig",
          "in-cluster",
          DiscoveryTypes.EXISTING_FILE,
          "A kubeconfig that says how to reach the cluster. Without it the History Server uses what"
              + " Kubernetes gives its pod.");

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
          "Whether drivers in client mode, such as notebooks, are found too: by their executors'"
              + " pods, and by the event log of an incomplete application that somebody opens.");

  static final Parameter<List<Integer>> CLIENT_UI_PORTS =
      withDefault(
          "clientUiPorts",
          "4040-4099",
          DiscoveryTypes.UI_PORTS,
          "The ports that the UI of a driver in client mode may have.");

  static final Parameter<AllowedNetworks> ALLOWED_DRIVER_NETWORKS =
      withDefaultInWords(
          "allowedDriverNetworks",
          "any but loopback, link-local, multicast and metadata services of clouds",
          DiscoveryTypes.NETWORKS,
          "Where a driver in client mode may live. Users name its host, so this is what they can"
              + " make the History Server connect to. `drivers` and driver pods do not need it. An"
              + " IPv6 address that embeds an IPv4 address is allowed only if that one is not"
              + " excluded either. A wide network, such as `0.0.0.0/0` or `fd00::/8`, does not"
              + " include what the default excludes: list `127.0.0.0/8` or `169.254.169.254` itself"
              + " to allow it.");

  static final Parameter<List<DriverAddress>> DRIVERS =
      withDefault(
          "drivers",
          "none",
          DiscoveryTypes.DRIVERS,
          "The drivers to ask, such as `10.0.0.7:4040, notebooks.example.org:4040-4059, [::1]:4040`"
              + ": for a laptop, VMs and tests. If a name has several addresses, up to 8 of them"
              + " are asked. A port where nothing listens costs nothing but the question.");

  public static final Parameter<Duration> DRIVERS_REFRESH =
      duration(
          "driversRefresh",
          "5s",
          Duration.ofMillis(100),
          Duration.ofHours(1),
          "How often `drivers` are asked. A driver whose address three times in a row refuses or"
              + " answers as something else has ended; after the first of these the filter polls it"
              + " each second.");

  public static final Parameter<String> PROXY_BASE =
      withDefault(
          "proxyBase",
          "/sparkui",
          HttpTypes.BASE_PATH,
          "The base path of live UIs and of our own paths. `/proxy/<id>` works beside it always.");

  public static final Parameter<Optional<Boolean>> REQUIRE_USER =
      withDefault(
          "requireUser",
          "auto",
          new ParameterType.FlagOrAuto(),
          "Whether live content requires a user, set by a filter before this one. `auto` is `true`"
              + " if `spark.history.ui.acls.enable` is on, or if `spark.ui.filters` has another"
              + " filter than Spark's `JWSFilter` and"
              + " [those that authenticate no request](security.md#logging-in).");

  public static final Parameter<Boolean> KILL_ENABLED =
      flag(
          "killEnabled",
          "true",
          "Whether jobs and stages may be killed through the History Server, by those who have the"
              + " right to modify the application.");

  static final Parameter<Set<String>> FORWARD_COOKIES =
      withDefault(
          "forwardCookies",
          "none",
          HttpTypes.COOKIES,
          "The cookies that reach drivers; `*` is all. A driver is its user's program: whoever gets"
              + " a session cookie can act as its owner.");

  static final Parameter<Boolean> FORWARD_AUTHORIZATION =
      flag("forwardAuthorization", "false", "Whether the `Authorization` header reaches drivers.");

  public static final Parameter<Duration> CONNECT_TIMEOUT =
      duration(
          "connectTimeout",
          "2s",
          Duration.ofMillis(10),
          Duration.ofHours(1),
          "How long to wait for a connection to a driver; one that fails is tried once more.");

  public static final Parameter<Duration> RESPONSE_TIMEOUT =
      duration(
          "responseTimeout",
          "30s",
          Duration.ofMillis(10),
          Duration.ofHours(1),
          "How long to wait for a driver to begin to answer, and between two parts of its answer.");

  static final Parameter<Optional<String>> DRIVER_TRUST_STORE =
      withDefaultInWords(
          "driverTrustStore",
          "that of the JVM",
          ParameterType.text(
              "a PKCS12 or JKS key store, or a file of PEM certificates, that can be read"),
          "Whose certificates are trusted where drivers have their UI over HTTPS"
              + " (`spark.ssl.ui.enabled`).");

  static final Parameter<Password> DRIVER_TRUST_STORE_PASSWORD =
      withDefaultInWords(
          "driverTrustStorePassword",
          "none",
          ParameterType.of("the password of `driverTrustStore`", Password::new),
          "Needed for a key store that is protected by one; a file of PEM certificates has none.");

  public static final Parameter<Set<String>> CORS_ALLOWED_ORIGINS =
      withDefault(
          "corsAllowedOrigins",
          "none",
          HttpTypes.ORIGINS,
          "Which other web sites may read the JSON under `<proxyBase>/-/` from a browser. A site"
              + " that is named may use what the person is logged in with; `*` may not.");

  public static final Parameter<Integer> MAX_CONNECTIONS_PER_DRIVER =
      wholeNumber(
          "maxConnectionsPerDriver",
          "16",
          1,
          1000,
          "How many connections to one driver are open at most; further requests wait.");

  public static final Parameter<Duration> HANDOFF_TIMEOUT =
      duration(
          "handoffTimeout",
          "10m",
          Duration.ofSeconds(1),
          Duration.ofDays(24),
          "How long a finished application stays listed while the History Server has not read its"
              + " event log yet; and how long a driver without a pod of its own may say nothing, as"
              + " a paused one does, before it counts as finished.");

  static final Parameter<Optional<URI>> HISTORY_URL =
      withDefault(
          "historyUrl",
          "none",
          HttpTypes.HISTORY_SERVER,
          "The WAR only, and it needs it: the History Server to stand in front of. See"
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
