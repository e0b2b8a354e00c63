package io.sparklive.config;

import java.util.Arrays;
import java.util.Optional;

/**
 * The table of parameters: what {@link Settings} reads, and what {@code docs/configuration.md}
 * says.
 */
public enum Parameter {
  DISCOVERY(
      "discovery",
      "auto",
      "`auto`, or a comma list of `kubernetes` and `static`",
      "How drivers are found. `kubernetes` asks the Kubernetes API, `static` those named in"
          + " `drivers`. `auto` is `kubernetes` inside a pod or where `kubeconfig` is set, and"
          + " `static` where `drivers` is set."),
  JOB_NAMESPACES(
      "jobNamespaces",
      "that of the kubeconfig's context, else the History Server's own, else `default`",
      "a comma list of namespaces, or `*`",
      "The Kubernetes namespaces in which applications run; `*` is all of them. Each needs the"
          + " rights that [kubernetes.md](kubernetes.md) names."),
  KUBECONFIG(
      "kubeconfig",
      "in-cluster",
      "the path of a file that exists",
      "A kubeconfig that says how to reach the cluster. Without it the History Server uses what"
          + " Kubernetes gives its pod."),
  KUBE_CONTEXT(
      "kubeContext",
      "the file's current one",
      "the name of a context, together with `kubeconfig`",
      "The context in `kubeconfig`."),
  CLIENT_MODE(
      "clientMode",
      "true",
      "`true` or `false`",
      "Whether drivers in client mode, such as notebooks, are found too: by their executors' pods,"
          + " and by the event log of an incomplete application that somebody opens."),
  CLIENT_UI_PORTS(
      "clientUiPorts",
      "4040-4099",
      "a comma list of ports and `from-to`, at most 1000 ports in all",
      "The ports that the UI of a driver in client mode may have."),
  ALLOWED_DRIVER_NETWORKS(
      "allowedDriverNetworks",
      "any but loopback, link-local, multicast and metadata services of clouds",
      "a comma list of networks in CIDR notation, such as `10.0.0.0/8, fd12:3456:789a::/48`",
      "Where a driver in client mode may live. Users name its host, so this is what they can make"
          + " the History Server connect to. `drivers` and driver pods do not need it. An IPv6"
          + " address that embeds an IPv4 address is allowed only if that one is not excluded"
          + " either. A wide network, such as `0.0.0.0/0` or `fd00::/8`, does not include what the"
          + " default excludes: list `127.0.0.0/8` or `169.254.169.254` itself to allow it."),
  DRIVERS(
      "drivers",
      "none",
      "a comma list of `host:port` and `host:from-to`, at most 10000 ports in all",
      "The drivers to ask, such as `10.0.0.7:4040, notebooks.example.org:4040-4059, [::1]:4040`:"
          + " for a laptop, VMs and tests. If a name has several addresses, up to 8 of them are"
          + " asked. A port where nothing listens costs nothing but the question."),
  DRIVERS_REFRESH(
      "driversRefresh",
      "5s",
      "a duration from 100ms to 1h",
      "How often `drivers` are asked. A driver whose address three times in a row refuses or"
          + " answers as something else has ended; after the first of these the filter polls it"
          + " each second."),
  PROXY_BASE(
      "proxyBase",
      "/sparkui",
      "a path of plain segments (letters, digits, `.`, `_`, `~`, `-`) that the History Server does"
          + " not use itself, with no segment `history`, and `proxy` as the last one only",
      "The base path of live UIs and of our own paths. `/proxy/<id>` works beside it always."),
  REQUIRE_USER(
      "requireUser",
      "auto",
      "`auto`, `true` or `false`",
      "Whether live content requires a user, set by a filter before this one. `auto` is `true`"
          + " if `spark.history.ui.acls.enable` is on, or if `spark.ui.filters` has another filter"
          + " than Spark's `JWSFilter` and"
          + " [those that authenticate no request](security.md#logging-in)."),
  KILL_ENABLED(
      "killEnabled",
      "true",
      "`true` or `false`",
      "Whether jobs and stages may be killed through the History Server, by those who have the"
          + " right to modify the application."),
  FORWARD_COOKIES(
      "forwardCookies",
      "none",
      "a comma list of cookie names, or `*`",
      "The cookies that reach drivers; `*` is all. A driver is its user's program: whoever gets a"
          + " session cookie can act as its owner."),
  FORWARD_AUTHORIZATION(
      "forwardAuthorization",
      "false",
      "`true` or `false`",
      "Whether the `Authorization` header reaches drivers."),
  CONNECT_TIMEOUT(
      "connectTimeout",
      "2s",
      "a duration from 10ms to 1h",
      "How long to wait for a connection to a driver; one that fails is tried once more."),
  RESPONSE_TIMEOUT(
      "responseTimeout",
      "30s",
      "a duration from 10ms to 1h",
      "How long to wait for a driver to begin to answer, and between two parts of its answer."),
  DRIVER_TRUST_STORE(
      "driverTrustStore",
      "that of the JVM",
      "a PKCS12 or JKS key store, or a file of PEM certificates, that can be read",
      "Whose certificates are trusted where drivers have their UI over HTTPS"
          + " (`spark.ssl.ui.enabled`)."),
  DRIVER_TRUST_STORE_PASSWORD(
      "driverTrustStorePassword",
      "none",
      "the password of `driverTrustStore`",
      "Needed for a key store that is protected by one; a file of PEM certificates has none."),
  CORS_ALLOWED_ORIGINS(
      "corsAllowedOrigins",
      "none",
      "a comma list of origins such as `https://portal.example.org`, or `*`",
      "Which other web sites may read the JSON under `<proxyBase>/-/` from a browser. A site that"
          + " is named may use what the person is logged in with; `*` may not."),
  MAX_CONNECTIONS_PER_DRIVER(
      "maxConnectionsPerDriver",
      "16",
      "a whole number from 1 to 1000",
      "How many connections to one driver are open at most; further requests wait."),
  HANDOFF_TIMEOUT(
      "handoffTimeout",
      "10m",
      "a duration from 1s to 24d",
      "How long a finished application stays listed while the History Server has not read its event"
          + " log yet; and how long a driver without a pod of its own may say nothing, as a paused"
          + " one does, before it counts as finished."),
  HISTORY_URL(
      "historyUrl",
      "none",
      "an address such as `http://spark-history:18080`, `http` or `https`, without user and query",
      "The WAR only, and it needs it: the History Server to stand in front of. See"
          + " [guides/war.md](guides/war.md).");

  private final String key;
  private final String defaultText;
  private final String allowed;
  private final String meaning;

  Parameter(String key, String defaultText, String allowed, String meaning) {
    this.key = key;
    this.defaultText = defaultText;
    this.allowed = allowed;
    this.meaning = meaning;
  }

  static Optional<Parameter> named(String key) {
    return Arrays.stream(values()).filter(parameter -> parameter.key.equals(key)).findAny();
  }

  /** The name users write. */
  public String key() {
    return key;
  }

  /** What holds where the parameter is not set, in words where it is no value. */
  String defaultText() {
    return defaultText;
  }

  /** Which values there are, in words. */
  public String allowed() {
    return allowed;
  }

  /** What it does, in Markdown. */
  String meaning() {
    return meaning;
  }
}
