// SPDX-License-Identifier: Apache-2.0
package io.sparklive.driver;

import static io.sparklive.application.SampleApplications.addressOf;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.sparklive.application.AccessLists;
import io.sparklive.application.ApplicationId;
import io.sparklive.application.DriverSettings;
import io.sparklive.testkit.driver.FakeDriver;
import io.sparklive.testkit.driver.Response;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads the environment of a driver through the client that the filter uses. */
class EnvironmentJsonTest {
  private static final ApplicationId ID = new ApplicationId("app-1");
  private static final String VIEWERS = "spark.ui.view.acls";
  private static final int LONGEST = 16 * 1024;

  private static DriverHttpClient client;

  private FakeDriver driver;

  @BeforeAll
  static void startClient() throws Exception {
    client = new DriverHttpClient(4);
  }

  @AfterAll
  static void stopClient() {
    client.close();
  }

  @BeforeEach
  void startDriver() {
    driver = FakeDriver.refusing();
  }

  @AfterEach
  void stopDriver() {
    driver.close();
  }

  private Optional<DriverSettings> settings() throws Exception {
    return new DriverApi(client.client(), "via", Duration.ofSeconds(5))
        .settings(ID, addressOf(driver))
        .get(10, TimeUnit.SECONDS);
  }

  private Optional<DriverSettings> settingsIn(String json) throws Exception {
    driver.respondToAll(Response.json(json));
    return settings();
  }

  private AccessLists listsIn(Map<String, String> properties) throws Exception {
    return settingsIn(environment(properties)).orElseThrow().accessLists();
  }

  private static String environment(Map<String, String> properties) {
    JsonArray pairs = new JsonArray();
    properties.forEach(
        (name, value) -> {
          JsonArray pair = new JsonArray();
          pair.add(name);
          pair.add(value);
          pairs.add(pair);
        });
    JsonObject environment = new JsonObject();
    environment.add("runtime", new JsonObject());
    environment.add("sparkProperties", pairs);
    environment.add("systemProperties", new JsonArray());
    return environment.toString();
  }

  @Test
  void readsEveryAccessList() throws Exception {
    Map<String, String> properties =
        Map.of(
            "spark.eventLog.enabled",
            "true",
            "spark.admin.acls",
            "a1,a2",
            "spark.admin.acls.groups",
            "ag",
            VIEWERS,
            "v1,v2",
            "spark.ui.view.acls.groups",
            "vg",
            "spark.modify.acls",
            "m",
            "spark.modify.acls.groups",
            "mg",
            "spark.history.ui.admin.acls",
            "not of an application",
            "spark.app.name",
            "anything");

    assertThat(settingsIn(environment(properties)))
        .contains(
            new DriverSettings(true, new AccessLists("a1,a2", "ag", "v1,v2", "vg", "m", "mg")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", " TRUE "})
  void readsEventLogSetting(String enabled) throws Exception {
    assertThat(settingsIn(environment(Map.of("spark.eventLog.enabled", enabled))))
        .contains(new DriverSettings(true, AccessLists.EMPTY));
  }

  @Test
  void readsOwnBaseOfDriver() throws Exception {
    assertThat(settingsIn(environment(Map.of("spark.ui.proxyBase", "/etl/nightly"))))
        .contains(new DriverSettings(false, AccessLists.EMPTY, Optional.of("/etl/nightly")));
    assertThat(settingsIn(environment(Map.of("spark.ui.proxyBase", ""))))
        .contains(new DriverSettings(false, AccessLists.EMPTY));
  }

  @Test
  void readsUnsetListsAsEmpty() throws Exception {
    assertThat(settingsIn(environment(Map.of("spark.app.name", "anything"))))
        .contains(new DriverSettings(false, AccessLists.EMPTY));
  }

  private List<String> viewers(String list) throws Exception {
    return AccessLists.names(listsIn(Map.of(VIEWERS, list)).viewers());
  }

  @ParameterizedTest
  @ValueSource(strings = {" ada , eve ", "ada,,eve", ",ada,eve,", " ada,\teve\n", "ada, ,eve"})
  void splitsNamesAsSparkDoes(String list) throws Exception {
    assertThat(viewers(list)).containsExactly("ada", "eve");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", ",", " , ,"})
  void readsBlankListAsEmpty(String list) throws Exception {
    assertThat(viewers(list)).isEmpty();
  }

  @Test
  void keepsStar() throws Exception {
    assertThat(viewers("*")).containsExactly("*");
  }

  @Test
  void readsRedactedListWithoutWildcard() throws Exception {
    assertThat(viewers("*********(redacted)")).doesNotContain("*").hasSizeLessThan(2);
  }

  @Test
  void limitsLengthOfAccessLists() throws Exception {
    assertThat(viewers("a".repeat(LONGEST))).containsExactly("a".repeat(LONGEST));
    assertThat(settingsIn(environment(Map.of(VIEWERS, "a".repeat(LONGEST + 1))))).isEmpty();
    // The limit is for all values together.
    String half = "a".repeat(LONGEST / 2);
    assertThat(settingsIn(environment(Map.of(VIEWERS, half, "spark.admin.acls", half + "a"))))
        .isEmpty();
    // Properties that the filter does not use may have any length.
    assertThat(settingsIn(environment(Map.of("spark.jars", "a".repeat(LONGEST + 1))))).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "text",
        "{\"sparkProperties\":null}",
        "{\"sparkProperties\":{}}",
        "{\"sparkProperties\":[[\"spark.ui.view.acls\"]]}",
        "{\"sparkProperties\":[[\"spark.ui.view.acls\",null]]}",
        "{\"sparkProperties\":[[\"spark.ui.view.acls\",[\"*\"]]]}",
        "{\"sparkProperties\":[[\"spark.ui.view.acls\",\"ada\",\"eve\"]]}",
        "{\"sparkProperties\":[[\"spark.ui.view.acls\",\"*\"]]",
        "{\"sparkProperties\":[[\"spark.ui.view.acls\",\"*"
      })
  void returnsNothingForMalformedEnvironment(String json) throws Exception {
    assertThat(settingsIn(json)).isEmpty();
  }

  @Test
  void returnsNothingForErrorResponse() throws Exception {
    String environment = environment(Map.of(VIEWERS, "*"));
    driver.respondToAll(Response.of(403, environment, "Content-Type", "application/json"));
    assertThat(settings()).isEmpty();
    driver.respondToAll(Response.of(302, environment, "Content-Type", "application/json"));
    assertThat(settings()).isEmpty();
    driver.refuse();
    assertThat(settings()).isEmpty();
  }
}
