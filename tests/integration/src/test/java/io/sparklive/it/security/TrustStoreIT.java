package io.sparklive.it.security;

import static io.sparklive.it.security.SecureHistory.parameter;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparklive.testkit.EventLogs;
import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.SparkVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Trust stores that a History Server does not start with. */
class TrustStoreIT {
  private static final String STORE = parameter("driverTrustStore");
  private static final String PASSWORD = parameter("driverTrustStorePassword");

  @TempDir private static Path directory;

  static Stream<Arguments> refusals() throws IOException {
    KeyStores stores = new KeyStores(directory);
    Path server = stores.serverOf("server", "dns:localhost");
    String good = stores.trusting("good.p12", KeyStores.TYPE, server).toString();
    String text = Files.writeString(directory.resolve("text.p12"), "no store").toString();
    List<Arguments> cases =
        List.of(
            Arguments.of(good, "mistyped", "password"),
            Arguments.of(good + ".gone", KeyStores.PASSWORD, "no such file"),
            Arguments.of(text, KeyStores.PASSWORD, "cannot be read"));
    // One line for each: which of them it is makes no difference to the others.
    List<SparkVersion> versions = SparkVersion.underTest();
    return IntStream.range(0, Math.max(cases.size(), versions.size()))
        .mapToObj(
            i -> {
              Object[] one = cases.get(i % cases.size()).get();
              return Arguments.of(versions.get(i % versions.size()), one[0], one[1], one[2]);
            });
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void aHistoryServerDoesNotStartWithOneItCannotRead(
      SparkVersion version, String store, String password, String why) {
    HistoryServerProcess.Exit exit =
        SecureHistory.historyServer(
                version, EventLogs.newDirectory("trust-" + version), "127.0.0.1:4040")
            .property(STORE, store)
            .property(PASSWORD, password)
            .startAndExpectExit();

    assertThat(exit.code()).isEqualTo(1);
    assertThat(exit.output().lines())
        .anyMatch(line -> line.contains(STORE + "=" + store) && line.contains(why));
    assertThat(exit.output()).doesNotContain("mistyped", "=" + KeyStores.PASSWORD);
  }
}
