package io.sparklive.it.war;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparklive.testkit.HistoryServerProcess;
import io.sparklive.testkit.ServletContainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the WAR's parameters come from, and what stops its start. */
@Tag("war-only")
class ParametersIT {
  private static final String ENVIRONMENT = "LIVE_HISTORY_PARAM_";

  @TempDir private Path directory;

  @Test
  void webXmlAloneIsEnough() throws IOException {
    ServletContainer.Builder described = War.inContainer().war(inWebXml().file());

    assertBase(described, "/from-web-xml");
  }

  @Test
  void theEnvironmentIsStrongerThanWebXml() throws IOException {
    ServletContainer.Builder described =
        War.inContainer()
            .war(inWebXml().file())
            .environment(ENVIRONMENT + "PROXY_BASE", "/from-environment");

    assertBase(described, "/from-environment");
  }

  @Test
  void aSystemPropertyIsStrongerThanBoth() throws IOException {
    ServletContainer.Builder described =
        War.inContainer()
            .war(inWebXml().file())
            .environment(ENVIRONMENT + "PROXY_BASE", "/from-environment")
            .parameter("proxyBase", "/from-system-property");

    assertBase(described, "/from-system-property");
  }

  @Test
  void theEnvironmentAloneIsEnough() {
    ServletContainer.Builder described =
        War.inContainer()
            .environment(ENVIRONMENT + "HISTORY_URL", War.NOWHERE)
            .environment(ENVIRONMENT + "PROXY_BASE", "/from-environment");

    assertBase(described, "/from-environment");
  }

  @Test
  void aMissingHistoryUrlRefusesTheStart() {
    assertRefuses(War.inContainer(), "historyUrl is not set", ENVIRONMENT + "HISTORY_URL=");
  }

  @Test
  void anUnknownNameRefusesTheStart() throws IOException {
    assertRefuses(
        War.before(War.NOWHERE).parameter("driverz", "here:4040"),
        "driverz=here:4040 ",
        "allowed: ");
    assertRefuses(
        War.before(War.NOWHERE).environment(ENVIRONMENT + "DRIVERZ", "here:4040"),
        ENVIRONMENT + "DRIVERZ=here:4040 ",
        "allowed: ");
    assertRefuses(
        War.before(War.NOWHERE)
            .war(ChangedWar.in(directory).initParam("driverz", "here:4040").file()),
        "driverz=here:4040 ",
        "allowed: ");
  }

  @Test
  void aValueThatIsNotUnderstoodRefusesTheStart() {
    assertRefuses(
        War.before(War.NOWHERE).parameter("driversRefresh", "often"),
        "driversRefresh=often ",
        "allowed: ");
    assertRefuses(War.before("ftp://history"), "historyUrl=ftp://history ", "allowed: ");
  }

  /** It says so in one line, whatever the container adds. */
  private static void assertRefuses(ServletContainer.Builder described, String... words) {
    HistoryServerProcess.Exit exit = described.startAndExpectExit();

    assertThat(exit.code()).isEqualTo(1);
    assertThat(exit.output().lines()).anyMatch(line -> Stream.of(words).allMatch(line::contains));
  }

  private ChangedWar inWebXml() throws IOException {
    return ChangedWar.in(directory)
        .initParam("historyUrl", War.NOWHERE)
        .initParam("proxyBase", "/from-web-xml");
  }

  private static void assertBase(ServletContainer.Builder described, String base) {
    try (ServletContainer war = described.start()) {
      await().until(() -> war.get("/readiness").statusCode() == 200);
      for (String other :
          List.of("/from-web-xml", "/from-environment", "/from-system-property", "/sparkui")) {
        // What is not ours is asked for where nobody listens.
        assertThat(war.get(other + "/-/assets/live-history.css").statusCode())
            .as(other)
            .isEqualTo(other.equals(base) ? 200 : 502);
      }
    }
  }
}
