// SPDX-License-Identifier: Apache-2.0
package io.sparklive.kubernetes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.X509KeyManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads keys, made by OpenSSL, in every form that clusters write. */
@EnabledIf("isOpensslInstalled")
class ClientCertificateTest {
  @TempDir private static Path directory;

  private static Path anyKey;
  private static Path certificate;

  static boolean isOpensslInstalled() {
    try {
      return run("openssl", "version") == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static int run(String... command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      return process.waitFor(30, TimeUnit.SECONDS) ? process.exitValue() : -1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return -1;
    }
  }

  private static void openssl(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    assertThat(run(command.toArray(String[]::new))).as("%s", command).isZero();
  }

  private static Path certificateOf(Path key, String name) throws IOException {
    Path file = directory.resolve(name + ".crt");
    openssl(
        "req",
        "-x509",
        "-new",
        "-key",
        key.toString(),
        "-subj",
        "/CN=" + name,
        "-days",
        "2",
        "-out",
        file.toString());
    return file;
  }

  /** The output of these commands, each of which reads the output of the one before. */
  private static Path made(String name, String... commands) throws IOException {
    Path made = directory.resolve(name);
    for (int i = 0; i < commands.length; i++) {
      Path before = made;
      made = directory.resolve(name + "-" + i);
      List<String> arguments = new ArrayList<>(List.of(commands[i].split(" ", -1)));
      arguments.addAll(List.of("-out", made.toString()));
      if (i > 0) {
        arguments.addAll(List.of("-in", before.toString()));
      }
      openssl(arguments.toArray(String[]::new));
    }
    return made;
  }

  @BeforeAll
  static void makeAnyCertificate() throws IOException {
    anyKey = made("any", "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256");
    certificate = certificateOf(anyKey, "any");
  }

  static Stream<Arguments> keys() {
    return Stream.of("P-256", "P-384", "P-521", "RSA-2048", "RSA-4096", "ED25519")
        .flatMap(
            kind ->
                Stream.of("PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY")
                    .filter(form -> form.equals("PRIVATE KEY") || form.startsWith(family(kind)))
                    .map(form -> arguments(kind, form)));
  }

  private static String family(String kind) {
    return kind.startsWith("RSA") ? "RSA " : kind.startsWith("P-") ? "EC " : "none";
  }

  private static String generate(String kind) {
    return switch (family(kind)) {
      case "RSA " -> "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:" + kind.substring(4);
      case "EC " -> "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:" + kind;
      default -> "genpkey -algorithm " + kind;
    };
  }

  @ParameterizedTest
  @MethodSource("keys")
  void readsKeyThatMatchesCertificate(String kind, String form) throws Exception {
    String algorithm =
        switch (family(kind)) {
          case "RSA " -> "SHA256withRSA";
          case "EC " -> "SHA256withECDSA";
          default -> "Ed25519";
        };
    Path file =
        form.equals("PRIVATE KEY")
            ? made("key", generate(kind))
            : made("key", generate(kind), "pkey -traditional");
    byte[] pem = Files.readAllBytes(file);
    byte[] itsCertificate = Files.readAllBytes(certificateOf(file, "user"));
    assertThat(new String(pem, UTF_8)).contains("-----BEGIN " + form + "-----");

    KeyManager[] managers = ClientCertificate.keyManagers(itsCertificate, pem);

    assertThat(managers).hasSize(1);
    X509KeyManager manager = (X509KeyManager) managers[0];
    String alias = manager.getClientAliases(keyType(algorithm), null)[0];
    PrivateKey key = manager.getPrivateKey(alias);
    assertThat(manager.getCertificateChain(alias)).hasSize(1);
    assertThat(manager.getCertificateChain(alias)[0].getSubjectX500Principal().getName())
        .isEqualTo("CN=user");
    assertThat(isSignedBy(key, publicKey(itsCertificate), algorithm)).isTrue();
  }

  private static String keyType(String algorithm) {
    return algorithm.endsWith("RSA") ? "RSA" : algorithm.endsWith("ECDSA") ? "EC" : "EdDSA";
  }

  private static PublicKey publicKey(byte[] pem) throws GeneralSecurityException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificate(new ByteArrayInputStream(pem))
        .getPublicKey();
  }

  private static boolean isSignedBy(PrivateKey key, PublicKey fits, String algorithm)
      throws GeneralSecurityException {
    byte[] text = "a text".getBytes(UTF_8);
    Signature signing = Signature.getInstance(algorithm);
    signing.initSign(key);
    signing.update(text);
    byte[] signature = signing.sign();
    Signature checking = Signature.getInstance(algorithm);
    checking.initVerify(fits);
    checking.update(text);
    return checking.verify(signature);
  }

  @Test
  void keepsWholeChain() throws IOException {
    Path key = made("chain", generate("P-256"));
    Path user =
        made(
            "signed",
            "req -new -subj /CN=user -key " + key,
            "x509 -req -days 2 -CAcreateserial -CA %s -CAkey %s".formatted(certificate, anyKey));
    String chain = Files.readString(user) + Files.readString(certificate);

    KeyManager[] managers =
        ClientCertificate.keyManagers(chain.getBytes(UTF_8), Files.readAllBytes(key));

    X509KeyManager manager = (X509KeyManager) managers[0];
    assertThat(manager.getCertificateChain(manager.getClientAliases("EC", null)[0])).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pkey -aes256 -passout pass:secret",
        "pkey -traditional -aes256 -passout pass:secret"
      })
  void rejectsEncryptedKey(String command) throws IOException {
    byte[] key = Files.readAllBytes(made("encrypted", generate("RSA-2048"), command));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClientCertificate.keyManagers(Files.readAllBytes(certificate), key))
        .withMessage(
            "the client certificate or its key is invalid: it holds no private key in PEM, or"
                + " an encrypted one");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "junk",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\n====\n-----END PRIVATE KEY-----",
        "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----",
        "-----BEGIN EC PRIVATE KEY-----\nMA==\n-----END EC PRIVATE KEY-----",
        "-----BEGIN EC PRIVATE KEY-----\nMP////8C\n-----END EC PRIVATE KEY-----",
        "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"
      })
  void rejectsMalformedKey(String key) {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                ClientCertificate.keyManagers(
                    Files.readAllBytes(certificate), key.getBytes(UTF_8)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "junk", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"})
  void requiresCertificate(String text) throws IOException {
    byte[] key = Files.readAllBytes(anyKey);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> ClientCertificate.keyManagers(text.getBytes(UTF_8), key));
  }
}
