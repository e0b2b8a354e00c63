// SPDX-License-Identifier: Apache-2.0
package io.sparklive.config;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparklive.application.DriverAddress;
import io.sparklive.network.AllowedNetworks;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  private static final String WRITTEN = "spark.io.sparklive.LiveHistoryFilter.param.";

  private static Settings settings(Map<String, String> values) {
    return Settings.of(values, false, (name, value) -> WRITTEN + name + "=" + value);
  }

  private static Settings with(String name, String value) {
    return settings(Map.of(name, value));
  }

  private static void rejects(String name, String value, String message) {
    assertThatThrownBy(() -> with(name, value))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessage(message);
  }

  private static void rejects(String name, String value) {
    rejects(
        name,
        value,
        WRITTEN + name + "=" + value.strip() + " is invalid; allowed: " + allowed(name));
  }

  private static final List<Integer> DEFAULT_PORTS =
      IntStream.rangeClosed(4040, 4099).boxed().toList();
  private static final Set<Parameter<?>> DEFAULTS_WITHOUT_NAME =
      Set.of(
          Parameters.JOB_NAMESPACES,
          Parameters.KUBECONFIG,
          Parameters.KUBE_CONTEXT,
          Parameters.DRIVER_TRUST_STORE,
          Parameters.ALLOWED_DRIVER_NETWORKS);

  private static String allowed(String name) {
    return Parameters.find(name).orElseThrow().allowedInWords();
  }

  static List<Parameter<?>> table() {
    return Parameters.all();
  }

  private static Map<Parameter<?>, Object> valuesOf(Settings settings) {
    return Map.ofEntries(
        value(settings, Parameters.DRIVERS_REFRESH),
        value(settings, Parameters.PROXY_BASE),
        value(settings, Parameters.REQUIRE_USER),
        value(settings, Parameters.KILL_ENABLED),
        value(settings, Parameters.CORS_ALLOWED_ORIGINS),
        value(settings, Parameters.CONNECT_TIMEOUT),
        value(settings, Parameters.RESPONSE_TIMEOUT),
        value(settings, Parameters.MAX_CONNECTIONS_PER_DRIVER),
        value(settings, Parameters.HANDOFF_TIMEOUT),
        value(settings, Parameters.POLL_INTERVAL),
        value(settings, Parameters.RECENTLY_ENDED));
  }

  private static Map.Entry<Parameter<?>, Object> value(Settings settings, Parameter<?> parameter) {
    return entry(parameter, settings.get(parameter));
  }

  @Test
  void usesDefaultsIfNothingIsSet() {
    Settings settings = settings(Map.of());
    assertThat(settings.kubernetes()).isEmpty();
    assertThat(settings.clientMode())
        .contains(new Settings.ClientMode(DEFAULT_PORTS, AllowedNetworks.defaultNetworks()));
    assertThat(settings.drivers()).isEmpty();
    assertThat(settings.credentials()).isEqualTo(new ForwardedCredentials(Set.of(), false));
    assertThat(settings.driverTrustStore()).isEmpty();
    assertThat(valuesOf(settings))
        .containsOnly(
            entry(Parameters.DRIVERS_REFRESH, Duration.ofSeconds(5)),
            entry(Parameters.PROXY_BASE, "/sparkui"),
            entry(Parameters.REQUIRE_USER, Optional.empty()),
            entry(Parameters.KILL_ENABLED, true),
            entry(Parameters.CORS_ALLOWED_ORIGINS, Set.of()),
            entry(Parameters.CONNECT_TIMEOUT, Duration.ofSeconds(2)),
            entry(Parameters.RESPONSE_TIMEOUT, Duration.ofSeconds(30)),
            entry(Parameters.MAX_CONNECTIONS_PER_DRIVER, 16),
            entry(Parameters.HANDOFF_TIMEOUT, Duration.ofMinutes(10)),
            entry(Parameters.POLL_INTERVAL, Duration.ofMinutes(1)),
            entry(Parameters.RECENTLY_ENDED, Duration.ofHours(1)));
  }

  @Test
  void readsAllParametersTogether(@TempDir Path directory) throws IOException {
    Path kubeconfig = Files.createFile(directory.resolve("config"));
    Settings settings =
        settings(
            Map.ofEntries(
                entry("discovery", "static, kubernetes"),
                entry("jobNamespaces", "etl, bi"),
                entry("kubeconfig", kubeconfig.toString()),
                entry("kubeContext", "prod"),
                entry("clientMode", "true"),
                entry("clientUiPorts", "4040, 5000-5001"),
                entry("allowedDriverNetworks", "10.0.0.0/8"),
                entry("drivers", "a:1"),
                entry("driversRefresh", "1s"),
                entry("proxyBase", "/live/ui"),
                entry("requireUser", "false"),
                entry("killEnabled", "false"),
                entry("corsAllowedOrigins", "https://portal.example.org"),
                entry("forwardCookies", "session"),
                entry("forwardAuthorization", "true"),
                entry("connectTimeout", "3s"),
                entry("responseTimeout", "4s"),
                entry("maxConnectionsPerDriver", "5"),
                entry("handoffTimeout", "6s"),
                entry("pollInterval", "30s"),
                entry("recentlyEnded", "1d")));
    assertThat(settings.kubernetes())
        .contains(
            new KubernetesSettings(
                Optional.of(kubeconfig), Optional.of("prod"), List.of("etl", "bi")));
    assertThat(settings.clientMode())
        .contains(
            new Settings.ClientMode(
                List.of(4040, 5000, 5001), AllowedNetworks.of(List.of("10.0.0.0/8"))));
    assertThat(settings.drivers()).containsExactly(new DriverAddress("a", 1));
    assertThat(settings.credentials()).isEqualTo(new ForwardedCredentials(Set.of("session"), true));
    assertThat(settings.driverTrustStore()).isEmpty();
    assertThat(valuesOf(settings))
        .containsOnly(
            entry(Parameters.DRIVERS_REFRESH, Duration.ofSeconds(1)),
            entry(Parameters.PROXY_BASE, "/live/ui"),
            entry(Parameters.REQUIRE_USER, Optional.of(false)),
            entry(Parameters.KILL_ENABLED, false),
            entry(Parameters.CORS_ALLOWED_ORIGINS, Set.of("https://portal.example.org")),
            entry(Parameters.CONNECT_TIMEOUT, Duration.ofSeconds(3)),
            entry(Parameters.RESPONSE_TIMEOUT, Duration.ofSeconds(4)),
            entry(Parameters.MAX_CONNECTIONS_PER_DRIVER, 5),
            entry(Parameters.HANDOFF_TIMEOUT, Duration.ofSeconds(6)),
            entry(Parameters.POLL_INTERVAL, Duration.ofSeconds(30)),
            entry(Parameters.RECENTLY_ENDED, Duration.ofDays(1)));
  }

  @ParameterizedTest
  @MethodSource("table")
  void acceptsDocumentedDefault(Parameter<?> parameter) {
    if (parameter.defaultText().equals("none") || DEFAULTS_WITHOUT_NAME.contains(parameter)) {
      assertThat(with(parameter.key(), "")).isEqualTo(settings(Map.of()));
    } else {
      assertThat(with(parameter.key(), parameter.defaultText())).isEqualTo(settings(Map.of()));
    }
  }

  @ParameterizedTest
  @MethodSource("table")
  void rejectsInvalidValueInOneLine(Parameter<?> parameter) {
    assertThatThrownBy(() -> with(parameter.key(), "5 par/secs"))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageStartingWith(
            WRITTEN
                + parameter.key()
                + (parameter == Parameters.DRIVER_TRUST_STORE_PASSWORD ? "=*** " : "=5 par/secs "))
        .hasMessageEndingWith("; allowed: " + allowed(parameter.key()))
        .message()
        .hasLineCount(1);
  }

  @Test
  void namesAllowedDurationsInError() {
    rejects(
        "driversRefresh",
        "5 parsecs",
        "spark.io.sparklive.LiveHistoryFilter.param.driversRefresh=5 parsecs is invalid;"
            + " allowed: a duration from 100ms to 1h");
  }

  @Test
  void rejectsUnknownNameAndListsAllNames() {
    assertThatThrownBy(() -> with("driverRefresh", "5s"))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessage(
            "spark.io.sparklive.LiveHistoryFilter.param.driverRefresh=5s is not a parameter;"
                + " allowed: allowedDriverNetworks, clientMode, clientUiPorts, connectTimeout,"
                + " corsAllowedOrigins, discovery, driverTrustStore, driverTrustStorePassword,"
                + " drivers, driversRefresh, forwardAuthorization, forwardCookies, handoffTimeout,"
                + " historyUrl, jobNamespaces, killEnabled, kubeContext, kubeconfig,"
                + " maxConnectionsPerDriver, podLogs, pollInterval, proxyBase, recentlyEnded,"
                + " requireUser, responseTimeout");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Drivers", "DRIVERS", "drivers ", ""})
  void matchesNamesExactly(String name) {
    assertThatThrownBy(() -> with(name, "a:1"))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining(name + "=a:1 is not a parameter");
  }

  @Test
  void rejectsMultilineValueInOneLine() {
    assertThatThrownBy(() -> with("driversRefresh", "5s\n6s"))
        .isInstanceOf(InvalidParameterException.class)
        .message()
        .hasLineCount(1);
  }

  @ParameterizedTest
  @CsvSource({
    "500ms, PT0.5S",
    "100ms, PT0.1S",
    "2s, PT2S",
    "2S, PT2S",
    "' 2s ', PT2S",
    "2 s, PT2S",
    "10m, PT10M",
    "10min, PT10M",
    "1h, PT1H",
    "60m, PT1H",
    "3600s, PT1H",
    "3600000ms, PT1H",
    "007s, PT7S"
  })
  void readsDurationsAsSparkDoes(String text, Duration duration) {
    assertThat(with("driversRefresh", text).get(Parameters.DRIVERS_REFRESH)).isEqualTo(duration);
  }

  @Test
  void readsDaysIfAllowed() {
    assertThat(with("handoffTimeout", "24d").get(Parameters.HANDOFF_TIMEOUT))
        .isEqualTo(Duration.ofDays(24));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5",
        "s",
        "",
        "-5s",
        "+5s",
        "5.5s",
        "1e3ms",
        "5us",
        "5sec",
        "5s 5ms",
        "PT5S",
        "٥s",
        "0s",
        "99ms",
        "3600001ms",
        "2h",
        "999999999999d",
        "9999999999999d",
        "99999999999999999999s"
      })
  void rejectsInvalidDurations(String text) {
    rejects("driversRefresh", text);
  }

  @ParameterizedTest
  @CsvSource({
    "connectTimeout, 10ms, 9ms, 1h, 3600001ms",
    "responseTimeout, 10ms, 9ms, 1h, 3600001ms",
    "driversRefresh, 100ms, 99ms, 1h, 3600001ms",
    "handoffTimeout, 1s, 999ms, 24d, 25d",
    "pollInterval, 10s, 9999ms, 1h, 3600001ms",
    "maxConnectionsPerDriver, 1, 0, 1000, 1001"
  })
  void enforcesBounds(String name, String least, String less, String most, String more) {
    assertThat(with(name, least)).isNotEqualTo(settings(Map.of()));
    assertThat(with(name, most)).isNotEqualTo(settings(Map.of()));
    rejects(name, less);
    rejects(name, more);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0s", "0ms", "0h"})
  void readsZeroIfAllowed(String text) {
    assertThat(with("pollInterval", text).get(Parameters.POLL_INTERVAL)).isZero();
    assertThat(with("recentlyEnded", text).get(Parameters.RECENTLY_ENDED)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1ms", "-1s", "off", "none", ""})
  void rejectsInvalidDurationsThatMayBeOff(String text) {
    rejects("pollInterval", text);
    assertThat(allowed("pollInterval")).isEqualTo("0s, or a duration from 10s to 1h");
  }

  @Test
  void limitsTimeOfRecentlyEnded() {
    assertThat(with("recentlyEnded", "7d").get(Parameters.RECENTLY_ENDED))
        .isEqualTo(Duration.ofDays(7));
    rejects(
        "recentlyEnded",
        "8d",
        WRITTEN + "recentlyEnded=8d is invalid; allowed: a duration from 0s to 7d");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "many", "-1", "+1", "1.0", "1_000", "0x10", "٣", "99999999999"})
  void rejectsInvalidNumbers(String text) {
    rejects("maxConnectionsPerDriver", text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "TRUE", " True "})
  void readsTrueInAnyCase(String text) {
    assertThat(with("forwardAuthorization", text).credentials().authorization()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "FALSE", " False "})
  void readsFalseInAnyCase(String text) {
    assertThat(with("forwardAuthorization", text).credentials().authorization()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yes", "1", "on", "true,false"})
  void rejectsInvalidFlags(String text) {
    rejects("forwardAuthorization", text);
  }

  @Test
  void rejectsHistoryUrlAsSettingOfGateway() {
    rejects(
        "historyUrl",
        "http://history:18080/",
        "historyUrl=http://history:18080: it is for the WAR only; the plugin serves the History"
            + " Server in which it runs");
  }

  @Test
  void readsDriversForAutoAndStaticDiscovery() {
    for (String discovery : List.of("auto", "static", "STATIC")) {
      assertThat(settings(Map.of("discovery", discovery, "drivers", "a:1")).drivers())
          .containsExactly(new DriverAddress("a", 1));
    }
  }

  @Test
  void usesKubernetesInPodUnlessDiscoveryIsStatic() {
    Map<String, String> nothing = Map.of();
    assertThat(Settings.of(nothing, true, (name, value) -> name).kubernetes())
        .contains(new KubernetesSettings(Optional.empty(), Optional.empty(), List.of()));
    Map<String, String> stillStatic = Map.of("discovery", "static", "drivers", "a:1");
    assertThat(Settings.of(stillStatic, true, (name, value) -> name).kubernetes()).isEmpty();
    Map<String, String> kubernetesOnly = Map.of("discovery", "kubernetes", "drivers", "a:1");
    assertThat(Settings.of(kubernetesOnly, true, (name, value) -> name).drivers()).isEmpty();
  }

  @Test
  void requiresKubeconfigOutsidePod() {
    rejects(
        "discovery",
        "kubernetes",
        WRITTEN
            + "discovery=kubernetes needs kubeconfig, as this runs outside of any Kubernetes pod;"
            + " allowed: "
            + allowed("discovery"));
  }

  @Test
  void requiresClusterForPodLogs() {
    rejects(
        "podLogs",
        "true",
        WRITTEN
            + "podLogs=true needs discovery by Kubernetes, which is off or has no kubeconfig;"
            + " allowed: "
            + allowed("podLogs"));
    assertThat(Settings.of(Map.of("podLogs", "true"), true, (name, value) -> name).kubernetes())
        .isPresent();
  }

  @Test
  void requiresKubeconfigForContext() {
    rejects(
        "kubeContext",
        "prod",
        WRITTEN
            + "kubeContext=prod needs kubeconfig, which is not set; allowed: "
            + allowed("kubeContext"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Etl", "etl,*", "-etl", "etl,,bi", "etl_1", "none,"})
  void rejectsInvalidNamespaces(String text) {
    rejects("jobNamespaces", text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "4040-", "4099-4040", "65536", "1-2000", "4040;4041"})
  void rejectsInvalidUiPorts(String text) {
    rejects("clientUiPorts", text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.0/33",
        "10.0.0/8",
        "localhost",
        "10.0.0.1/8",
        "fd00::/129",
        "face",
        "1.2.3.4.5",
        ","
      })
  void rejectsInvalidNetworks(String text) {
    rejects("allowedDriverNetworks", text);
  }

  @Test
  void disablesClientMode() {
    assertThat(with("clientMode", "false").clientMode()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "static,auto", "none"})
  void rejectsInvalidDiscovery(String text) {
    rejects("discovery", text);
  }

  @Test
  void requiresDriversForStaticDiscovery() {
    rejects(
        "discovery",
        "static",
        WRITTEN + "drivers= is needed with discovery=static; allowed: " + allowed("drivers"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10.0.0.7:4040 | 10.0.0.7:4040",
        "localhost:4040-4042 | localhost:4040 localhost:4041 localhost:4042",
        "a.example.org:1, b-2:65535 | a.example.org:1 b-2:65535",
        "[::1]:4040 | [::1]:4040",
        "[fe80::1]:4040-4041 | [fe80::1]:4040 [fe80::1]:4041",
        "[::ffff:10.0.0.7]:4040 | [::ffff:10.0.0.7]:4040",
        "'  a:1 ,  b:2  ' | a:1 b:2",
        "a:4040-4040 | a:4040",
        "a:1,a:1-2,a:2 | a:1 a:2"
      })
  void readsDrivers(String text, String addresses) {
    assertThat(with("drivers", text).drivers())
        .extracting(DriverAddress::toString)
        .containsExactly(addresses.split(" "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        ":4040",
        "localhost:",
        "localhost:x",
        "localhost:4040-",
        "localhost:4040-4050-4060",
        "localhost:123456",
        "http://localhost:4040",
        "localhost:4040/",
        "user@localhost:4040",
        "under_score:4040",
        "::1:4040",
        "[::1]",
        "[::1:4040",
        "[fe80::1%eth0]:4040",
        "a:1 b:2",
        "bücher:4040"
      })
  void rejectsInvalidDrivers(String text) {
    rejects(
        "drivers",
        text,
        WRITTEN
            + "drivers="
            + text
            + " contains '"
            + text
            + "', which is invalid; allowed: "
            + allowed("drivers"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a:1,", ",a:1", "a:1,,b:2", ","})
  void rejectsEmptyEntriesInDrivers(String text) {
    rejects(
        "drivers",
        text,
        WRITTEN
            + "drivers="
            + text
            + " contains '', which is invalid; allowed: "
            + allowed("drivers"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a:0", "a:65536", "a:4040-65536", "a:4041-4040", "a:0-1"})
  void rejectsInvalidPortsOfDrivers(String text) {
    rejects(
        "drivers",
        text,
        WRITTEN
            + "drivers="
            + text
            + " contains '"
            + text
            + "', which has invalid ports; allowed: "
            + allowed("drivers"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1]:4040", "[:::]:4040", "256.1.1.1:4040", "a..b:4040", "-:4040", ".:1"})
  void rejectsInvalidHostsOfDrivers(String text) {
    assertThatThrownBy(() -> with("drivers", text)).isInstanceOf(InvalidParameterException.class);
  }

  @Test
  void limitsDriversToTenThousandPorts() {
    assertThat(with("drivers", "a:1-10000").drivers()).hasSize(10_000);
    for (String text : List.of("a:1-10001", "a:1-5000,b:1-5001", "a:1-65535,b:1-65535")) {
      rejects(
          "drivers",
          text,
          WRITTEN + "drivers=" + text + " has too many ports; allowed: " + allowed("drivers"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/sparkui",
        "/proxy",
        "/live/ui",
        "/a.b_c~d-e",
        "/apis",
        "/histories",
        "/x/api",
        "/live/proxy",
        "/x/histories"
      })
  void acceptsBasePathsOfPlainSegments(String text) {
    assertThat(with("proxyBase", text).get(Parameters.PROXY_BASE)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "sparkui",
        "/sparkui/",
        "//sparkui",
        "/a//b",
        "/a/../b",
        "/..",
        "/.",
        "/./a",
        "/.well-known",
        "/a b",
        "/a%20b",
        "/a;b",
        "/a?b",
        "/a#b",
        "/ü",
        "/a\\b",
        "http://a/b",
        "/api",
        "/api/v1",
        "/history",
        "/home",
        "/jobs",
        "/json",
        "/log",
        "/logPage",
        "/static",
        "/static/live"
      })
  void rejectsInvalidAndOccupiedBasePaths(String text) {
    rejects("proxyBase", text);
  }

  @ParameterizedTest
  @CsvSource({
    "/live/history,        history",
    "/live/history/ui,     history",
    "/a/b/history,         history",
    "/live/history/proxy,  history",
    "/proxy/ui,            proxy",
    "/live/proxy/ui,       proxy",
    "/proxy/proxy,         proxy"
  })
  void rejectsBasePathsThatMisleadSparkScripts(String text, String segment) {
    rejects(
        "proxyBase",
        text,
        WRITTEN
            + "proxyBase="
            + text
            + " cannot work: the scripts of Spark's pages read the segment after \""
            + segment
            + "\" as the id of the application; allowed: "
            + allowed("proxyBase"));
  }

  @Test
  void readsCookies() {
    assertThat(with("forwardCookies", "a").credentials().cookies()).containsExactly("a");
    assertThat(with("forwardCookies", " a , JSESSIONID,_oauth2_proxy ").credentials().cookies())
        .containsExactlyInAnyOrder("a", "JSESSIONID", "_oauth2_proxy");
    assertThat(with("forwardCookies", "a,a").credentials().cookies()).containsExactly("a");
    assertThat(with("forwardCookies", "*").credentials().cookies()).containsExactly("*");
    assertThat(with("forwardCookies", "").credentials().cookies()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a=b", "a;b", "a,", ",", "*,a", "a*", "\"a\"", "ä", "a,,b"})
  void rejectsInvalidCookieNames(String text) {
    rejects("forwardCookies", text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "TRUE", "false"})
  void readsRequireUser(String text) {
    assertThat(with("requireUser", text).get(Parameters.REQUIRE_USER))
        .contains(Boolean.valueOf(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "AUTO"})
  void leavesAutomaticRequireUserEmpty(String text) {
    assertThat(with("requireUser", text).get(Parameters.REQUIRE_USER)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "", "1"})
  void rejectsInvalidRequireUser(String text) {
    rejects("requireUser", text);
  }

  @Test
  void readsOrigins() {
    assertThat(with("corsAllowedOrigins", "*").get(Parameters.CORS_ALLOWED_ORIGINS))
        .containsExactly("*");
    assertThat(with("corsAllowedOrigins", "none").get(Parameters.CORS_ALLOWED_ORIGINS)).isEmpty();
    assertThat(
            with("corsAllowedOrigins", "http://a, https://b.example:8443, http://[::1]:3000")
                .get(Parameters.CORS_ALLOWED_ORIGINS))
        .containsExactlyInAnyOrder("http://a", "https://b.example:8443", "http://[::1]:3000");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a.example",
        "https://a/",
        "https://a/x",
        "HTTPS://a",
        "https://A",
        "null",
        "ftp://a",
        "https://*.example.org",
        "*,https://a",
        "https://a,",
        "https://a:b",
        "https://user@a"
      })
  void rejectsInvalidOrigins(String text) {
    rejects("corsAllowedOrigins", text);
  }

  @Test
  void readsTrustStoreOfEitherKind(@TempDir Path directory) throws Exception {
    KeyStore ofJvm = jvmTrustStore();
    Path keyStore = directory.resolve("trust.p12");
    try (OutputStream out = Files.newOutputStream(keyStore)) {
      ofJvm.store(out, "secret".toCharArray());
    }
    assertThat(
            settings(
                    Map.of(
                        "driverTrustStore",
                        keyStore.toString(),
                        "driverTrustStorePassword",
                        "secret"))
                .driverTrustStore()
                .orElseThrow()
                .size())
        .isEqualTo(1);

    String alias = ofJvm.aliases().nextElement();
    String pem =
        "-----BEGIN CERTIFICATE-----\n"
            + Base64.getMimeEncoder().encodeToString(ofJvm.getCertificate(alias).getEncoded())
            + "\n-----END CERTIFICATE-----\n";
    Path file = Files.writeString(directory.resolve("ca.crt"), "# ours\n" + pem + pem);
    assertThat(with("driverTrustStore", file.toString()).driverTrustStore().orElseThrow().size())
        .isEqualTo(2);
  }

  @Test
  void rejectsUnreadableTrustStore(@TempDir Path directory) throws Exception {
    Path keyStore = directory.resolve("trust.p12");
    try (OutputStream out = Files.newOutputStream(keyStore)) {
      jvmTrustStore().store(out, "secret".toCharArray());
    }
    Path nonsense = Files.writeString(directory.resolve("nonsense"), "nonsense");
    Map<Path, String> reasons =
        Map.of(
            nonsense,
            "",
            directory,
            "there is no such file",
            directory.resolve("missing"),
            "there is no such file",
            keyStore,
            "password");
    reasons.forEach(
        (file, reason) ->
            assertThatThrownBy(
                    () ->
                        settings(
                            Map.of(
                                "driverTrustStore",
                                file.toString(),
                                "driverTrustStorePassword",
                                "wrong horse")))
                .isInstanceOf(InvalidParameterException.class)
                .hasMessageStartingWith(WRITTEN + "driverTrustStore=" + file + " cannot be read (")
                .hasMessageContaining(reason)
                .message()
                .doesNotContain("wrong horse", "\n"));
  }

  @Test
  void hidesPasswordInErrors() {
    assertThatThrownBy(() -> with("driverTrustStorePassword", "correct horse"))
        .hasMessageContaining("driverTrustStorePassword=*** needs driverTrustStore")
        .message()
        .doesNotContain("correct horse");
    assertThatThrownBy(() -> with("driverTrustStorepassword", "correct horse"))
        .hasMessageContaining("driverTrustStorepassword=*** is not a parameter")
        .message()
        .doesNotContain("correct horse");
  }

  @Test
  void hidesPasswordInStringForm(@TempDir Path directory) throws Exception {
    Path keyStore = directory.resolve("trust.p12");
    try (OutputStream out = Files.newOutputStream(keyStore)) {
      jvmTrustStore().store(out, "correct horse".toCharArray());
    }
    Map<String, String> texts =
        Map.of(
            "driverTrustStore", keyStore.toString(), "driverTrustStorePassword", "correct horse");
    assertThat(settings(texts).toString()).doesNotContain("correct horse");
  }

  private static KeyStore jvmTrustStore() throws Exception {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init((KeyStore) null);
    X509TrustManager trusted = (X509TrustManager) factory.getTrustManagers()[0];
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("one", trusted.getAcceptedIssuers()[0]);
    return store;
  }

  @Test
  void isImmutable() {
    Settings settings = settings(Map.of("drivers", "a:1", "forwardCookies", "a"));
    assertThatThrownBy(() -> settings.drivers().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> settings.credentials().cookies().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void hasUniqueParameterNames() {
    assertThat(Parameters.names()).doesNotHaveDuplicates();
  }
}
