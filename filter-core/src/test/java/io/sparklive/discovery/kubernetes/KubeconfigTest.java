// SPDX-License-Identifier: Apache-2.0
package io.sparklive.discovery.kubernetes;

import static io.sparklive.application.ApplicationState.STARTING;
import static io.sparklive.discovery.kubernetes.Discovery.soon;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.application.SourceStatus;
import io.sparklive.config.KubernetesSettings;
import io.sparklive.harness.LoggedLines;
import io.sparklive.testkit.cluster.RequestLog.LoggedRequest;
import io.sparklive.testkit.cluster.StandInCluster;
import io.sparklive.testkit.cluster.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
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

/** The fields of a kubeconfig, on the cluster that the tests use. */
@Tag("cluster")
class KubeconfigTest {
  private static final String ID = "spark-1";

  private static TestCluster cluster;

  private final LoggedLines logged = new LoggedLines();
  private Optional<Discovery> running = Optional.empty();
  private String namespace;
  private Path granted;

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
  void makeAccount() {
    namespace = cluster.newNamespace();
    granted = cluster.kubeconfigOf(namespace, "history");
    cluster.grant(namespace, "history", "list", "watch");
    new Pods(cluster, namespace).runningDriver(ID);
  }

  @AfterEach
  void end() {
    running.ifPresent(Discovery::close);
    logged.close();
  }

  private Discovery discover(Path file) {
    running =
        Optional.of(
            Discovery.of(
                new KubernetesSettings(Optional.of(file), Optional.empty(), List.of(namespace))));
    return running.get();
  }

  private void assertFindsDriver(Discovery discovery) {
    discovery.await(ID, STARTING);
    discovery.awaitUp();
  }

  private static void assertDown(Discovery discovery, String... words) {
    soon().until(() -> !discovery.errors().isEmpty());
    assertThat(discovery.errors()).hasSize(1).first().asString().contains(words);
    assertThat(discovery.statuses()).allMatch(s -> s.state() == SourceStatus.State.DOWN);
    assertThat(discovery.registry().all()).isEmpty();
  }

  /** This kubeconfig with more fields of its user. */
  private Path withUserFields(Path file, String fields) throws IOException {
    return with(file, "user: {", fields);
  }

  /** This kubeconfig with more fields of its cluster. */
  private Path withClusterFields(Path file, String fields) throws IOException {
    return with(file, "cluster: {", fields);
  }

  private Path with(Path file, String before, String fields) throws IOException {
    String text = Files.readString(file);
    assertThat(text).contains(before);
    return Files.writeString(
        directory.resolve("kubeconfig"), text.replace(before, before + fields + ", "));
  }

  /** The kubeconfig of the account, with these fields of its user instead of the token. */
  private Path withUser(String fields) throws IOException {
    String text = Files.readString(granted);
    return Files.writeString(
        directory.resolve("kubeconfig"),
        text.replaceFirst("user: \\{token: [^}]*}", "user: {" + fields + "}"));
  }

  private String account(String name) {
    return "system:serviceaccount:" + namespace + ":" + name;
  }

  @Test
  void usesOnlyPermissionsOfImpersonatedUser() throws IOException {
    cluster.kubeconfigOf(namespace, "reader");
    Discovery discovery =
        discover(withUserFields(cluster.kubeconfig(), "as: \"%s\"".formatted(account("reader"))));
    assertDown(
        discovery,
        "namespace " + namespace + ": forbidden; the service account " + namespace + "/reader",
        "needs list and watch on pods");

    cluster.grant(namespace, "reader", "list", "watch");

    assertFindsDriver(discovery);
  }

  @Test
  void usesImpersonatedGroups() throws IOException {
    assertFindsDriver(
        discover(
            withUserFields(cluster.kubeconfig(), "as: jane, as-groups: [staff, system:masters]")));
  }

  @Test
  void doesNotUseOwnPermissionsIfImpersonationIsForbidden() throws IOException {
    assertDown(
        discover(withUserFields(granted, "as: jane")),
        "forbidden; the service account " + namespace + "/history needs impersonate on users",
        "as its kubeconfig has the field as",
        "see docs/kubernetes.md");
  }

  /** The real API server takes these headers only from users who may impersonate them. */
  @Test
  void sendsImpersonationWithEachRequest() throws IOException {
    try (StandInCluster standIn = new StandInCluster()) {
      String itsNamespace = standIn.newNamespace();
      Path file =
          withUserFields(
              standIn.kubeconfig(),
              """
              as: "jörg@example.org", as-uid: "06f6ce97", as-groups: [staff, "system:masters"], \
              as-user-extra: {scopes: [view, development], "acme.com/project": ["a: b"], \
              "50%": [x], Ünicode: [y], reason: []}\
              """);
      new Pods(standIn, itsNamespace).runningDriver(ID);
      Discovery discovery = Discovery.ofDriverPods(file, itsNamespace);
      running = Optional.of(discovery);
      assertFindsDriver(discovery);

      assertThat(standIn.requests().all())
          .extracting(LoggedRequest::verb)
          .containsExactly("list", "watch");
      assertThat(standIn.requests().all())
          .extracting(LoggedRequest::impersonation)
          .allSatisfy(
              headers ->
                  assertThat(headers)
                      .containsExactlyInAnyOrder(
                          "Impersonate-User: jörg@example.org",
                          "Impersonate-Uid: 06f6ce97",
                          "Impersonate-Group: staff",
                          "Impersonate-Group: system:masters",
                          "Impersonate-Extra-scopes: view",
                          "Impersonate-Extra-scopes: development",
                          "Impersonate-Extra-acme.com%2Fproject: a: b",
                          "Impersonate-Extra-50%25: x",
                          "Impersonate-Extra-%C3%9Cnicode: y"));
    }
  }

  @Test
  void sendsNoImpersonationWithoutField() {
    try (StandInCluster standIn = new StandInCluster()) {
      String itsNamespace = standIn.newNamespace();
      new Pods(standIn, itsNamespace).runningDriver(ID);
      Discovery discovery = Discovery.ofDriverPods(standIn.kubeconfig(), itsNamespace);
      running = Optional.of(discovery);
      assertFindsDriver(discovery);

      assertThat(standIn.requests().all())
          .extracting(LoggedRequest::impersonation)
          .containsOnly(List.of());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "as-uid: \"1\" | user.as is missing: as-uid, as-groups and as-user-extra need it",
        "as-groups: [staff] | user.as is missing",
        "as-user-extra: {scopes: [view]} | user.as is missing",
        "as: \"\", as-groups: [staff] | user.as is missing",
        "as: jane, as-groups: staff | user.as-groups must be a list of texts",
        "as: jane, as-groups: [7] | user.as-groups must be a list of texts",
        "as: jane, as-user-extra: [view] | user.as-user-extra must be lists of texts by name",
        "as: jane, as-user-extra: {scopes: view} | user.as-user-extra must be a list of texts",
        "as: 7 | user.as must be a text: put it in quotes",
        "as: \"jane\\nImpersonate-Group: system:masters\" | user.as has a line break",
        "as: jane, as-groups: [\"a\\rb\"] | user.as-groups has a line break",
        "auth-provider: {name: oidc} | user.auth-provider is not supported: use exec",
        "auth-provider: {name: gcp, config: {}} | user.auth-provider is not supported: use exec",
        "client-certificate: user.crt | user.client-certificate needs client-key beside it",
        "client-certificate-data: YQ== | user.client-certificate needs client-key beside it",
        "client-key: user.key | user.client-key needs client-certificate beside it",
        "username: jane, password: x | user.username is beside a token: keep one of the two",
        "tokenFile: 7 | user.tokenFile must be a text: put it in quotes",
        "exec: program | user.exec must be an object with a command",
        "exec: {apiVersion: client.authentication.k8s.io/v1} | exec.command is missing",
        "exec: {command: x} | exec.apiVersion must be client.authentication.k8s.io/v1",
        "exec: {command: x, apiVersion: client.authentication.k8s.io/v2} | exec.apiVersion must be",
        "exec: {command: x, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Always}"
            + " | exec.interactiveMode is Always, but a server has no terminal"
      })
  void rejectsUnusableUserField(String fields, String words) throws IOException {
    Path file = withUserFields(granted, fields);

    assertDown(discover(file), "Kubernetes discovery cannot start: " + file + ": " + words);
    assertThat(logged.with(words)).first().asString().contains("WARN");
    assertThat(logged.with("\tat ")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "proxy-url: \"socks4://127.0.0.1\" | must begin with http://, https:// or socks5://",
        "proxy-url: \"socks5h://127.0.0.1\" | must begin with http://, https:// or socks5://",
        "proxy-url: \"proxy.example.org:3128\" | must begin with http://, https:// or socks5://",
        "proxy-url: \"//proxy.example.org\" | must begin with http://, https:// or socks5://",
        "proxy-url: \"http:///x\" | names no host",
        "proxy-url: \"http://user:secret@:3128\" | names no host",
        "proxy-url: \"http://user:secret word@proxy\" | is no URL",
        "proxy-url: 3128 | must be a text: put it in quotes",
      })
  void rejectsUnusableProxy(String field, String words) throws IOException {
    Path file = withClusterFields(granted, field);

    assertDown(discover(file), file + ": cluster.proxy-url " + words);
    assertThat(logged.with("secret")).isEmpty();
  }

  @Test
  void rejectsUnknownUser() throws IOException {
    String text = Files.readString(granted);
    Path file =
        Files.writeString(
            directory.resolve("kubeconfig"), text.replace("user: test,", "user: tset,"));

    assertDown(
        discover(file), file + ": the context test names the user tset, who is not among: [test]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "as: \"\"",
        "as-groups: []",
        "as-user-extra: {}",
        "extensions: [{name: x, extension: {y: z}}]",
        "tokenFile: /nowhere",
        "exec: {command: /nowhere, apiVersion: client.authentication.k8s.io/v1}",
        "exec: {command: echo, apiVersion: client.authentication.k8s.io/v1, args: ['{\"kind\":"
            + "\"ExecCredential\",\"apiVersion\":\"client.authentication.k8s.io/v1\",\"status\":"
            + "{\"token\":\"of-nobody\"}}']}",
        "username: \"\""
      })
  void acceptsUserFieldBesideToken(String field) throws IOException {
    assertFindsDriver(discover(withUserFields(granted, field)));
    assertThat(logged.with("no effect")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "proxy-url: \"\"",
        "tls-server-name: \"127.0.0.1\"",
        "disable-compression: true",
        "insecure-skip-tls-verify: false",
        "extensions: [{name: x, extension: {y: z}}]"
      })
  void acceptsClusterField(String field) throws IOException {
    assertFindsDriver(discover(withClusterFields(granted, field)));
    assertThat(logged.with("no effect")).isEmpty();
  }

  @Test
  void verifiesCertificateAgainstTlsServerName() throws IOException {
    assertDown(
        discover(withClusterFields(granted, "tls-server-name: example.org")),
        "its certificate is not trusted");
  }

  @Test
  void requestsNoCompressionIfDisabled() throws IOException {
    try (StandInCluster standIn = new StandInCluster()) {
      String itsNamespace = standIn.newNamespace();
      new Pods(standIn, itsNamespace).runningDriver(ID);
      Discovery discovery =
          Discovery.ofDriverPods(
              withClusterFields(standIn.kubeconfig(), "disable-compression: true"), itsNamespace);
      running = Optional.of(discovery);
      assertFindsDriver(discovery);

      assertThat(standIn.requests().all())
          .extracting(LoggedRequest::acceptEncoding)
          .containsOnly("identity");
    }
  }

  @Test
  void warnsOnceOfUnknownFields() throws IOException {
    Path file =
        withUserFields(
            withClusterFields(granted, "proxy_url: \"http://127.0.0.1:1\""),
            "token-file: /nowhere, As: jane");

    assertFindsDriver(discover(file));

    assertThat(logged.with("has fields that have no effect"))
        .hasSize(1)
        .first()
        .asString()
        .contains("WARN", "cluster.proxy_url, user.As, user.token-file");
  }

  @Test
  void readsTokenFileBesideKubeconfig() throws IOException {
    String token = Files.readString(granted).replaceAll("(?s).*token: \"?([^\"}]+).*", "$1");
    Files.writeString(directory.resolve("token"), token);

    assertFindsDriver(discover(withUser("tokenFile: token")));
  }

  /** As kubectl does; the official client would send a token over plain HTTP. */
  @Test
  void usesTlsIfServerHasNoScheme() throws IOException {
    String text = Files.readString(granted);
    assertFindsDriver(
        discover(Files.writeString(directory.resolve("kubeconfig"), text.replace("https://", ""))));
  }

  @ParameterizedTest
  @CsvSource({"v1, true", "v1, false", "v1beta1, true", "v1beta1, false"})
  void passesVersionAndClusterToExecPlugin(String version, boolean clusterInfo) throws IOException {
    String token = Files.readString(granted).replaceAll("(?s).*token: \"?([^\"}]+).*", "$1");
    Path program =
        Files.createFile(
            directory.resolve("credentials"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.writeString(
        program,
        """
        #!/bin/sh
        printf %%s "$KUBERNETES_EXEC_INFO" > "$(dirname "$0")/info"
        echo '{"apiVersion": "client.authentication.k8s.io/%s", "kind": "ExecCredential",
          "status": {"token": "%s"}}'
        """
            .formatted(version, token));
    String exec =
        """
        exec: {apiVersion: client.authentication.k8s.io/%s, command: ./credentials, \
        env: [{name: A, value: b}], interactiveMode: IfAvailable, provideClusterInfo: %s}\
        """
            .formatted(version, clusterInfo);
    String extension = "{name: client.authentication.k8s.io/exec, extension: {audience: a}}";
    withUser(exec);

    assertFindsDriver(
        discover(
            withClusterFields(
                directory.resolve("kubeconfig"), "extensions: [%s]".formatted(extension))));

    String info = Files.readString(directory.resolve("info"));
    assertThat(info)
        .contains(
            "\"kind\":\"ExecCredential\"",
            "\"apiVersion\":\"client.authentication.k8s.io/" + version + "\"",
            "\"interactive\":false");
    assertThat(info.contains("\"server\":\"https://127.0.0.1:")).isEqualTo(clusterInfo);
    assertThat(info.contains("\"config\":{\"audience\":\"a\"}")).isEqualTo(clusterInfo);
    assertThat(info.contains("\"certificate-authority-data\":\"LS0t")).isEqualTo(clusterInfo);
  }
}
