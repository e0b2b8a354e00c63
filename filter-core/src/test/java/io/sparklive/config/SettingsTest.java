package io.sparklive.config;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparklive.application.DriverAddress;
import io.sparklive.network.AllowedNetworks;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Arrays;
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
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  private static final String WRITTEN = "spark.io.sparklive.LiveHistoryFilter.param.";

  private static Settings settings(Map<String, String> values) {
    return Settings.of(values, false, (name, value) -> WRITTEN + name + "=" + value);
  }

  private static Settings with(String name, String value) {
    return settings(Map.of(name, value));
  }

  private static void refuses(String name, String value, String message) {
    assertThatThrownBy(() -> with(name, value))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessage(message);
  }

  private static void refuses(String name, String value) {
    refuses(
        name,
        value,
        WRITTEN + name + "=" + value.strip() + " is not understood; allowed: " + allowed(name));
  }

  private static final List<Integer> DEFAULT_PORTS =
      IntStream.rangeClosed(4040, 4099).boxed().toList();
  private static final Set<Parameter> DEFAULTS_WITHOUT_NAME =
      Set.of(
          Parameter.JOB_NAMESPACES,
          Parameter.KUBECONFIG,
          Parameter.KUBE_CONTEXT,
          Parameter.DRIVER_TRUST_STORE,
          Parameter.ALLOWED_DRIVER_NETWORKS);

  private static String allowed(String name) {
    return Parameter.named(name).orElseThrow().allowed().replace("`", "");
  }

  @Test
  void needsNothing() {
    assertThat(settings(Map.of()))
        .isEqualTo(
            new Settings(
                Optional.empty(),
                Optional.of(
                    new Settings.ClientMode(DEFAULT_PORTS, AllowedNetworks.defaultNetworks())),
                List.of(),
                Duration.ofSeconds(5),
                "/sparkui",
                Optional.empty(),
                true,
                new ForwardedCredentials(Set.of(), false),
                Optional.empty(),
                Set.of(),
                Duration.ofSeconds(2),
                Duration.ofSeconds(30),
                16,
                Duration.ofMinutes(10),
                Optional.empty()));
  }

  @Test
  void takesEveryParameterAtOnce(@TempDir Path directory) throws IOException {
    Path kubeconfig = Files.createFile(directory.resolve("config"));
    assertThat(
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
                    entry("historyUrl", "http://history:18080/spark/"))))
        .isEqualTo(
            new Settings(
                Optional.of(
                    new KubernetesSettings(
                        Optional.of(kubeconfig), Optional.of("prod"), List.of("etl", "bi"))),
                Optional.of(
                    new Settings.ClientMode(
                        List.of(4040, 5000, 5001), AllowedNetworks.of(List.of("10.0.0.0/8")))),
                List.of(new DriverAddress("a", 1)),
                Duration.ofSeconds(1),
                "/live/ui",
                Optional.of(false),
                false,
                new ForwardedCredentials(Set.of("session"), true),
                Optional.empty(),
                Set.of("https://portal.example.org"),
                Duration.ofSeconds(3),
                Duration.ofSeconds(4),
                5,
                Duration.ofSeconds(6),
                Optional.of(URI.create("http://history:18080/spark"))));
  }

  @ParameterizedTest
  @EnumSource(Parameter.class)
  void aDefaultIsWhatTheTableSaysItIs(Parameter parameter) {
    if (parameter.defaultText().equals("none") || DEFAULTS_WITHOUT_NAME.contains(parameter)) {
      assertThat(with(parameter.key(), "")).isEqualTo(settings(Map.of()));
    } else {
      assertThat(with(parameter.key(), parameter.defaultText())).isEqualTo(settings(Map.of()));
    }
  }

  @ParameterizedTest
  @EnumSource(Parameter.class)
  void refusesNonsenseInOneLineThatNamesParameterValueAndWhatIsAllowed(Parameter parameter) {
    assertThatThrownBy(() -> with(parameter.key(), "5 par/secs"))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageStartingWith(
            WRITTEN
                + parameter.key()
                + (parameter == Parameter.DRIVER_TRUST_STORE_PASSWORD ? "=*** " : "=5 par/secs "))
        .hasMessageEndingWith("; allowed: " + allowed(parameter.key()))
        .message()
        .hasLineCount(1);
  }

  @Test
  void saysWhatIsWrongWithADuration() {
    refuses(
        "driversRefresh",
        "5 parsecs",
        "spark.io.sparklive.LiveHistoryFilter.param.driversRefresh=5 parsecs is not understood;"
            + " allowed: a duration from 100ms to 1h");
  }

  @Test
  void refusesANameThatDoesNotExistAndListsThoseThatDo() {
    assertThatThrownBy(() -> with("driverRefresh", "5s"))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessage(
            "spark.io.sparklive.LiveHistoryFilter.param.driverRefresh=5s is not a parameter;"
                + " allowed: allowedDriverNetworks, clientMode, clientUiPorts, connectTimeout,"
                + " corsAllowedOrigins, discovery, driverTrustStore, driverTrustStorePassword,"
                + " drivers, driversRefresh, forwardAuthorization, forwardCookies, handoffTimeout,"
                + " historyUrl, jobNamespaces, killEnabled, kubeContext, kubeconfig,"
                + " maxConnectionsPerDriver, proxyBase, requireUser, responseTimeout");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Drivers", "DRIVERS", "drivers ", ""})
  void namesAreExact(String name) {
    assertThatThrownBy(() -> with(name, "a:1"))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining(name + "=a:1 is not a parameter");
  }

  @Test
  void aValueOfSeveralLinesIsRefusedInOneLine() {
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
    assertThat(with("driversRefresh", text).driversRefresh()).isEqualTo(duration);
  }

  @Test
  void readsDaysWhereTheyAreAllowed() {
    assertThat(with("handoffTimeout", "24d").handoffTimeout()).isEqualTo(Duration.ofDays(24));
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
  void refusesOtherDurations(String text) {
    refuses("driversRefresh", text);
  }

  @ParameterizedTest
  @CsvSource({
    "connectTimeout, 10ms, 9ms, 1h, 3600001ms",
    "responseTimeout, 10ms, 9ms, 1h, 3600001ms",
    "driversRefresh, 100ms, 99ms, 1h, 3600001ms",
    "handoffTimeout, 1s, 999ms, 24d, 25d",
    "maxConnectionsPerDriver, 1, 0, 1000, 1001"
  })
  void keepsToItsBounds(String name, String least, String less, String most, String more) {
    assertThat(with(name, least)).isNotEqualTo(settings(Map.of()));
    assertThat(with(name, most)).isNotEqualTo(settings(Map.of()));
    refuses(name, less);
    refuses(name, more);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "many", "-1", "+1", "1.0", "1_000", "0x10", "٣", "99999999999"})
  void refusesOtherNumbers(String text) {
    refuses("maxConnectionsPerDriver", text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "TRUE", " True "})
  void readsTruth(String text) {
    assertThat(with("forwardAuthorization", text).credentials().authorization()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "FALSE", " False "})
  void readsFalsehood(String text) {
    assertThat(with("forwardAuthorization", text).credentials().authorization()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yes", "1", "on", "true,false"})
  void refusesOtherTruths(String text) {
    refuses("forwardAuthorization", text);
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost:18080, http://localhost:18080",
    "https://history.example.org/spark//, https://history.example.org/spark",
    "HTTP://[::1]:18080/, HTTP://[::1]:18080"
  })
  void readsWhereTheHistoryServerIs(String text, URI url) {
    assertThat(with("historyUrl", text).historyUrl()).contains(url);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:18080",
        "history",
        "ftp://history:21",
        "http://",
        "http:///spark",
        "http://user:secret@history:18080",
        "http://history:18080/?a=b",
        "http://history:18080/#a",
        "http://history:99999",
        "http://his tory:18080",
        "http://a:1,http://b:2"
      })
  void refusesWhatIsNoAddressOfAHistoryServer(String text) {
    refuses("historyUrl", text);
  }

  @Test
  void asksTheDriversThatAreNamedWhicheverWayTheyAreFound() {
    for (String discovery : List.of("auto", "static", "STATIC")) {
      assertThat(settings(Map.of("discovery", discovery, "drivers", "a:1")).drivers())
          .containsExactly(new DriverAddress("a", 1));
    }
  }

  @Test
  void insideAPodItAsksTheClusterUnlessToldOtherwise() {
    Map<String, String> nothing = Map.of();
    assertThat(Settings.of(nothing, true, (name, value) -> name).kubernetes())
        .contains(new KubernetesSettings(Optional.empty(), Optional.empty(), List.of()));
    Map<String, String> stillStatic = Map.of("discovery", "static", "drivers", "a:1");
    assertThat(Settings.of(stillStatic, true, (name, value) -> name).kubernetes()).isEmpty();
    Map<String, String> kubernetesOnly = Map.of("discovery", "kubernetes", "drivers", "a:1");
    assertThat(Settings.of(kubernetesOnly, true, (name, value) -> name).drivers()).isEmpty();
  }

  @Test
  void aClusterOutsideAPodNeedsAKubeconfig() {
    refuses(
        "discovery",
        "kubernetes",
        WRITTEN
            + "discovery=kubernetes needs kubeconfig, as this runs outside of any Kubernetes pod;"
            + " allowed: "
            + allowed("discovery"));
  }

  @Test
  void aContextNeedsAKubeconfig() {
    refuses(
        "kubeContext",
        "prod",
        WRITTEN
            + "kubeContext=prod needs kubeconfig, which is not set; allowed: "
            + allowed("kubeContext"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Etl", "etl,*", "-etl", "etl,,bi", "etl_1", "none,"})
  void refusesWhatIsNoNamespace(String text) {
    refuses("jobNamespaces", text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "4040-", "4099-4040", "65536", "1-2000", "4040;4041"})
  void refusesWhatIsNoRangeOfPorts(String text) {
    refuses("clientUiPorts", text);
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
  void refusesWhatIsNoNetwork(String text) {
    refuses("allowedDriverNetworks", text);
  }

  @Test
  void withoutClientModeNobodyIsLookedFor() {
    assertThat(with("clientMode", "false").clientMode()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "static,auto", "none"})
  void refusesOtherWaysToFindDrivers(String text) {
    refuses("discovery", text);
  }

  @Test
  void staticDiscoveryNeedsDrivers() {
    refuses(
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
  void refusesOtherDrivers(String text) {
    refuses(
        "drivers",
        text,
        WRITTEN
            + "drivers="
            + text
            + " holds '"
            + text
            + "', which is not understood; allowed: "
            + allowed("drivers"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a:1,", ",a:1", "a:1,,b:2", ","})
  void refusesGapsInAList(String text) {
    refuses(
        "drivers",
        text,
        WRITTEN
            + "drivers="
            + text
            + " holds '', which is not understood; allowed: "
            + allowed("drivers"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a:0", "a:65536", "a:4040-65536", "a:4041-4040", "a:0-1"})
  void refusesPortsThatDoNotExist(String text) {
    refuses(
        "drivers",
        text,
        WRITTEN
            + "drivers="
            + text
            + " holds '"
            + text
            + "', which names no such ports; allowed: "
            + allowed("drivers"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1]:4040", "[:::]:4040", "256.1.1.1:4040", "a..b:4040", "-:4040", ".:1"})
  void refusesHostsThatCannotBe(String text) {
    assertThatThrownBy(() -> with("drivers", text)).isInstanceOf(InvalidParameterException.class);
  }

  @Test
  void namesAtMostTenThousandPorts() {
    assertThat(with("drivers", "a:1-10000").drivers()).hasSize(10_000);
    for (String text : List.of("a:1-10001", "a:1-5000,b:1-5001", "a:1-65535,b:1-65535")) {
      refuses(
          "drivers",
          text,
          WRITTEN + "drivers=" + text + " names too many ports; allowed: " + allowed("drivers"));
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
  void takesPathsOfPlainSegments(String text) {
    assertThat(with("proxyBase", text).proxyBase()).isEqualTo(text);
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
  void refusesOtherPathsAndTheHistoryServersOwn(String text) {
    refuses("proxyBase", text);
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
  void refusesPathsThatMisleadSparksScripts(String text, String segment) {
    refuses(
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
  void refusesOtherCookies(String text) {
    refuses("forwardCookies", text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "TRUE", "false"})
  void whetherAUserIsRequiredMayBeSaid(String text) {
    assertThat(with("requireUser", text).requireUser()).contains(Boolean.valueOf(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"auto", "AUTO"})
  void whetherAUserIsRequiredMayBeLeftToTheSurroundings(String text) {
    assertThat(with("requireUser", text).requireUser()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "", "1"})
  void refusesOtherWordsForWhetherAUserIsRequired(String text) {
    refuses("requireUser", text);
  }

  @Test
  void readsOrigins() {
    assertThat(with("corsAllowedOrigins", "*").corsAllowedOrigins()).containsExactly("*");
    assertThat(with("corsAllowedOrigins", "none").corsAllowedOrigins()).isEmpty();
    assertThat(
            with("corsAllowedOrigins", "http://a, https://b.example:8443, http://[::1]:3000")
                .corsAllowedOrigins())
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
  void refusesWhatIsNoOrigin(String text) {
    refuses("corsAllowedOrigins", text);
  }

  @Test
  void readsATrustStoreOfEitherKind(@TempDir Path directory) throws Exception {
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
  void refusesATrustStoreThatCannotBeRead(@TempDir Path directory) throws Exception {
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
  void neverRepeatsAPassword() {
    assertThatThrownBy(() -> with("driverTrustStorePassword", "correct horse"))
        .hasMessageContaining("driverTrustStorePassword=*** needs driverTrustStore")
        .message()
        .doesNotContain("correct horse");
    assertThatThrownBy(() -> with("driverTrustStorepassword", "correct horse"))
        .hasMessageContaining("driverTrustStorepassword=*** is not a parameter")
        .message()
        .doesNotContain("correct horse");
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
  void cannotBeChangedAfterwards() {
    Settings settings = settings(Map.of("drivers", "a:1", "forwardCookies", "a"));
    assertThatThrownBy(() -> settings.drivers().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> settings.credentials().cookies().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void everyParameterHasItsOwnName() {
    assertThat(Arrays.stream(Parameter.values()).map(Parameter::key)).doesNotHaveDuplicates();
  }
}
