// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import static io.sparklive.application.ApplicationState.STARTING;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.config.KubernetesSettings;
import io.sparklive.harness.LoggedLines;
import io.sparklive.testkit.cluster.ConnectProxy;
import io.sparklive.testkit.cluster.Socks5Proxy;
import io.sparklive.testkit.cluster.StandInCluster;
import io.sparklive.testkit.cluster.TestCluster;
import io.sparklive.testkit.relay.TcpRelay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Proxies to the API server, on the cluster that the tests use. */
@Tag("cluster")
class ApiServerProxyTest {
  private static final String ID = "spark-1";
  private static final String NAME = "kubernetes.example.org:6443";
  private static final Pattern SERVER = Pattern.compile("https://127\\.0\\.0\\.1:([0-9]+)");

  private static TestCluster cluster;

  private final LoggedLines logged = new LoggedLines();
  private final Map<String, String> properties = new HashMap<>();
  private Optional<Discovery> running = Optional.empty();
  private String namespace;
  private Path kubeconfig;
  private int port;

  @TempDir private Path directory;

  @BeforeAll
  static void open() {
    cluster = TestCluster.open();
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  @BeforeEach
  void makeAccount() throws IOException {
    namespace = cluster.newNamespace();
    kubeconfig = cluster.kubeconfigOf(namespace, "history");
    cluster.grant(namespace, "history", "list", "watch");
    new Pods(cluster, namespace).runningDriver(ID);
    Matcher server = SERVER.matcher(Files.readString(kubeconfig));
    assertThat(server.find()).isTrue();
    port = Integer.parseInt(server.group(1));
  }

  @AfterEach
  void end() {
    running.ifPresent(Discovery::close);
    properties.forEach(
        (name, value) -> {
          if (value == null) {
            System.clearProperty(name);
          } else {
            System.setProperty(name, value);
          }
        });
    logged.close();
  }

  /** Sets a property of this JVM until the end of the test. */
  private void setProperty(String name, String value) {
    properties.putIfAbsent(name, System.getProperty(name));
    System.setProperty(name, value);
  }

  private Discovery discover(Path file) {
    running =
        Optional.of(
            Discovery.of(
                new KubernetesSettings(Optional.of(file), Optional.empty(), List.of(namespace))));
    return running.get();
  }

  /** The kubeconfig with this proxy. */
  private Path through(String proxyUrl) throws IOException {
    return with("proxy-url: \"%s\", ".formatted(proxyUrl), "https://127.0.0.1:" + port);
  }

  /** The kubeconfig with this proxy, to an API server whose name only the proxy can resolve. */
  private Path toNameThrough(String proxyUrl) throws IOException {
    return with(
        "proxy-url: \"%s\", tls-server-name: \"127.0.0.1\", ".formatted(proxyUrl),
        "https://" + NAME);
  }

  private Path with(String fields, String server) throws IOException {
    String text = SERVER.matcher(Files.readString(kubeconfig)).replaceAll(server);
    return Files.writeString(
        directory.resolve("kubeconfig"), text.replace("cluster: {", "cluster: {" + fields));
  }

  private void assertFindsDriver(Discovery discovery) {
    discovery.await(ID, STARTING);
    discovery.awaitUp();
  }

  /** A port where nothing listens. */
  private static int refusedPort() {
    try (TcpRelay relay = TcpRelay.to(1)) {
      return relay.port();
    }
  }

  @Test
  void requestsThroughHttpProxy() throws IOException {
    try (ConnectProxy proxy = ConnectProxy.http(port)) {
      assertFindsDriver(discover(toNameThrough(proxy.url())));

      assertThat(proxy.targets()).isNotEmpty().containsOnly(NAME);
    }
    assertThat(logged.with("Watching driver pods in https://" + NAME))
        .hasSize(1)
        .first()
        .asString()
        .contains("(through the proxy http://127.0.0.1:", "proxy-url of the kubeconfig names)");
  }

  /** Only the authority of the stand-in can issue a certificate for the proxy. */
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "localhost"})
  void requestsThroughHttpsProxy(String host) throws IOException {
    try (StandInCluster standIn = new StandInCluster();
        ConnectProxy proxy = ConnectProxy.https(standIn.uri().getPort())) {
      useStandIn(standIn);
      proxy.requireLogin("user", "secret");
      assertFindsDriver(
          discover(toNameThrough("https://user:secret@" + host + ":" + proxy.port())));

      assertThat(proxy.targets()).isNotEmpty().containsOnly(NAME);
    }
  }

  private void useStandIn(StandInCluster standIn) {
    namespace = standIn.addNamespace(namespace);
    kubeconfig = standIn.kubeconfig();
    new Pods(standIn, namespace).runningDriver(ID);
  }

  @Test
  void requestsThroughSocks5Proxy() throws IOException {
    try (Socks5Proxy proxy = Socks5Proxy.to(port)) {
      assertFindsDriver(discover(toNameThrough("socks5://127.0.0.1:" + proxy.port())));

      assertThat(proxy.targets()).isNotEmpty().containsOnly(NAME);
    }
  }

  @Test
  void namesAddressToSocks5Proxy() throws IOException {
    try (Socks5Proxy proxy = Socks5Proxy.to(port)) {
      assertFindsDriver(discover(through("socks5://localhost:" + proxy.port())));

      assertThat(proxy.targets()).isNotEmpty().containsOnly("127.0.0.1:" + port);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "user:secret, user, secret",
    "us%3Aer:se%40cr%2Fet, us:er, se@cr/et",
    "user, user, ''",
    "user:a+b%20c, user, a+b c",
    "j%C3%B6rg:p%C3%A4ss, jörg, päss"
  })
  void authenticatesToProxies(String userInfo, String user, String password) throws IOException {
    try (ConnectProxy proxy = ConnectProxy.http(port);
        Socks5Proxy socks = Socks5Proxy.withLogin(port, user, password)) {
      proxy.requireLogin(user, password);
      assertFindsDriver(
          discover(toNameThrough(proxy.url().replace("://", "://" + userInfo + "@"))));
      running.get().close();

      assertFindsDriver(
          discover(toNameThrough("socks5://" + userInfo + "@127.0.0.1:" + socks.port())));
    }
    assertThat(logged.with("secret")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "user:wrong@", "other:secret@", "user@"})
  void reportsProxyThatRejectsLogin(String login) throws IOException {
    try (ConnectProxy proxy = ConnectProxy.http(port)) {
      proxy.requireLogin("user", "secret");

      discover(toNameThrough(proxy.url().replace("://", "://" + login)))
          .awaitError(
              "the API server https://%s (through the proxy %s, which proxy-url of the kubeconfig"
                      .formatted(NAME, proxy.url())
                  + " names) cannot be reached: Failed to authenticate with proxy");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', requires a login that proxy-url does not have",
    "user:wrong@, does not accept the user and the password"
  })
  void reportsSocks5ProxyThatRejectsLogin(String login, String words) throws IOException {
    try (Socks5Proxy proxy = Socks5Proxy.withLogin(port, "user", "secret")) {
      discover(toNameThrough("socks5://" + login + "127.0.0.1:" + proxy.port()))
          .awaitError(
              "(through the proxy socks5://127.0.0.1:%d, which proxy-url of the kubeconfig names)"
                      .formatted(proxy.port())
                  + " cannot be reached: the SOCKS5 proxy "
                  + words);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, general failure",
    "2, connection not allowed",
    "5, connection refused",
    "99, code 99"
  })
  void reportsFailureOfSocks5Proxy(int reply, String words) throws IOException {
    try (Socks5Proxy proxy = Socks5Proxy.failing(reply)) {
      discover(toNameThrough("socks5://127.0.0.1:" + proxy.port()))
          .awaitError("cannot be reached: the SOCKS5 proxy reports: " + words);
    }
  }

  @Test
  void reportsThatProxyCannotReachServer() throws IOException {
    try (ConnectProxy proxy = ConnectProxy.http(refusedPort())) {
      discover(toNameThrough(proxy.url()))
          .awaitError("names) cannot be reached: Unexpected response code for CONNECT: 50");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "https", "socks5"})
  void reportsProxyThatRefusesConnections(String scheme) throws IOException {
    String proxy = scheme + "://127.0.0.1:" + refusedPort();

    discover(toNameThrough(proxy))
        .awaitError(
            "the API server https://%s (through the proxy %s, which proxy-url of the kubeconfig"
                    .formatted(NAME, proxy)
                + " names) cannot be reached: connection refused");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "https", "socks5"})
  void reportsProxyOfUnknownHost(String scheme) throws IOException {
    discover(toNameThrough(scheme + "://proxy.invalid:3128"))
        .awaitError("names) cannot be reached: no such host: proxy.invalid");
  }

  /** A plain proxy where the kubeconfig says HTTPS, and the other way round. */
  @Test
  void reportsProxyOfOtherKind() throws IOException {
    try (ConnectProxy plain = ConnectProxy.http(port)) {
      discover(toNameThrough(plain.url().replace("http:", "https:")))
          .awaitError(
              "names) cannot be reached: its certificate is not trusted, or it does not use TLS");
      running.get().close();
      discover(toNameThrough(plain.url().replace("http:", "socks5:"))).awaitError("names) cannot");
    }
  }

  /** The certificate of the proxy is for 127.0.0.1 and localhost. */
  @Test
  void trustsHttpsProxyOnlyByItsName() throws IOException {
    try (StandInCluster standIn = new StandInCluster();
        ConnectProxy proxy = ConnectProxy.https("127.0.0.2", standIn.uri().getPort())) {
      useStandIn(standIn);
      discover(toNameThrough(proxy.url()))
          .awaitError("names) cannot be reached: its certificate is not trusted");
      assertThat(proxy.targets()).isEmpty();
    }
  }

  @Test
  void trustsAnyHttpsProxyIfKubeconfigSkipsVerification() throws IOException {
    try (StandInCluster standIn = new StandInCluster();
        ConnectProxy proxy = ConnectProxy.https("127.0.0.2", standIn.uri().getPort())) {
      useStandIn(standIn);
      String text = Files.readString(toNameThrough(proxy.url()));
      assertFindsDriver(
          discover(
              Files.writeString(
                  directory.resolve("kubeconfig"),
                  text.replaceFirst(
                      "certificate-authority: \"[^\"]+\"", "insecure-skip-tls-verify: true"))));
    }
  }

  @Test
  void ignoresProxyOfJvmIfKubeconfigNamesOne() throws IOException {
    setProperty("https.proxyHost", "127.0.0.1");
    setProperty("https.proxyPort", Integer.toString(refusedPort()));
    try (ConnectProxy proxy = ConnectProxy.http(port)) {
      assertFindsDriver(discover(toNameThrough(proxy.url())));
    }
  }

  @Test
  void requestsThroughProxyOfJvm() throws IOException {
    try (ConnectProxy proxy = ConnectProxy.http(port)) {
      setProperty("https.proxyHost", "127.0.0.1");
      setProperty("https.proxyPort", Integer.toString(proxy.port()));
      assertFindsDriver(discover(with("tls-server-name: \"127.0.0.1\", ", "https://" + NAME)));

      assertThat(proxy.targets()).containsOnly(NAME);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "https.proxyHost, https.proxyPort, http, https.proxyHost of the JVM names;"
        + " http.nonProxyHosts lists exceptions",
    "socksProxyHost, socksProxyPort, socks, socksProxyHost of the JVM names;"
        + " socksNonProxyHosts lists exceptions"
  })
  void reportsProxyOfJvm(String hostProperty, String portProperty, String scheme, String setting)
      throws IOException {
    int refused = refusedPort();
    setProperty(hostProperty, "127.0.0.1");
    setProperty(portProperty, Integer.toString(refused));

    discover(with("", "https://" + NAME))
        .awaitError(
            "the API server https://%s (through the proxy %s://127.0.0.1:%d, which %s)"
                    .formatted(NAME, scheme, refused, setting)
                + " cannot be reached: ");
  }

  @Test
  void namesNoProxyForExcludedHost() throws IOException {
    setProperty("https.proxyHost", "127.0.0.1");
    setProperty("https.proxyPort", Integer.toString(refusedPort()));
    setProperty("http.nonProxyHosts", "*.example.org|127.0.0.1");

    Discovery discovery = discover(with("", "https://" + NAME));
    discovery.awaitError("the API server https://" + NAME + " cannot be reached: ");
    discovery.close();

    assertFindsDriver(discover(kubeconfig));
  }

  @Test
  void namesNoProxyOfOtherProtocol() throws IOException {
    setProperty("http.proxyHost", "127.0.0.1");
    setProperty("http.proxyPort", Integer.toString(refusedPort()));

    discover(with("", "https://kubernetes.invalid"))
        .awaitError("the API server https://kubernetes.invalid cannot be reached: no such host");
    running.get().close();
    discover(with("", "http://kubernetes.invalid"))
        .awaitError(
            "(through the proxy http://127.0.0.1:%s, which http.proxyHost of the JVM names;"
                .formatted(System.getProperty("http.proxyPort")));
  }
}
