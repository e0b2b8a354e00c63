// SPDX-License-Identifier: Apache-2.0
package io.sparklive.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparklive.application.ApplicationInfo;
import io.sparklive.application.LiveApplication;
import io.sparklive.application.SampleApplications;
import io.sparklive.listing.ApplicationJson;
import io.sparklive.spi.CatalogStatus;
import io.sparklive.spi.EntryFields;
import io.sparklive.spi.EventLogEndpoint;
import io.sparklive.upstream.CatalogJson.Entry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

public class CatalogJsonTest {
  // As 4.2.0 writes it.
  private static final String ENTRY =
      """
      {
        "id" : "app-1",
        "name" : "Report",
        "driverHost" : "h",
        "attempts" : [ {
          "attemptId" : "2",
          "startTime" : "2026-03-01T08:00:00.000GMT",
          "completed" : false,
          "appSparkVersion" : "4.2.0",
          "lastUpdatedEpoch" : 1795250658606
        }, {
          "attemptId" : "1",
          "completed" : true,
          "lastUpdatedEpoch" : 1
        } ]
      }\
      """;

  @Test
  void readsTheNewestAttempt() throws IOException {
    Entry entry = CatalogJson.readEntry(stream(ENTRY));

    assertThat(entry)
        .isEqualTo(
            new Entry("app-1", Optional.of("2"), false, Instant.ofEpochMilli(1795250658606L)));
    assertThat(entry.status()).isEqualTo(CatalogStatus.INCOMPLETE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"later\"|\"\"",
        "17|0",
        "-0.5|0",
        "true|false",
        "[ 1, [ {} ] ]|[ ]",
        "{ \"a\" : { \"b\" : [] } }|{ }",
        "null|null"
      })
  void readsFieldsOfAnyTypeAsEmpty(String value, String empty) throws IOException {
    String list =
        """
        [ { "id" : "app-1", "new" : %1$s, "name" : "",
            "attempts" : [ { "completed" : true, "newer" : %1$s } ] } ]
        """;

    assertThat(CatalogJson.readFields(stream(list.formatted(value))))
        .contains(new EntryFields(List.of("\"new\" : " + empty), List.of("\"newer\" : " + empty)));
  }

  @Test
  void readsTheFieldsOfAllAttemptsOfTheFirstEntryOnce() throws IOException {
    String list =
        """
        [ { "attempts" : [ { "a" : 1, "b\\"" : "" }, { "c" : [], "a" : 2 } ] },
          { "other" : 1, "attempts" : [ { "other" : 1 } ] } ]
        """;

    assertThat(CatalogJson.readFields(stream(list)))
        .contains(
            new EntryFields(List.of(), List.of("\"a\" : 0", "\"b\\\"\" : \"\"", "\"c\" : [ ]")));
  }

  @Test
  void readsNoFieldsThatEveryVersionHas() throws IOException {
    LiveApplication every =
        SampleApplications.live(
            "app-1", new ApplicationInfo("", Optional.of("1"), Instant.EPOCH, "", "3.5.6"));
    String list = "[" + ApplicationJson.of(every, EntryFields.NONE, Instant.EPOCH) + "]";

    assertThat(CatalogJson.readFields(stream(list))).contains(EntryFields.NONE);
  }

  @Test
  void readsNoFieldsInAnEmptyList() throws IOException {
    assertThat(CatalogJson.readFields(stream("[ ]"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "<html>", "[ 1 ]", "[ {\"attempts\":1} ]", "[ {\"a\":"})
  void readsFieldsOfListsOnly(String text) {
    assertThatThrownBy(() -> CatalogJson.readFields(stream(text))).isInstanceOf(IOException.class);
  }

  @Test
  void readsAListInItsOrder() throws IOException {
    List<String> ids = new ArrayList<>();
    CatalogJson.readList(
        stream("[" + ENTRY + "," + ENTRY.replace("app-1", "app-2") + "]"),
        entry -> ids.add(entry.id()));

    assertThat(ids).containsExactly("app-1", "app-2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[",
        "[{}]",
        "[{\"id\":\"a\"}]",
        "[{\"id\":\"a\",\"attempts\":[]}]",
        "[{\"id\":7,\"attempts\":{}}]",
        "[{\"id\":\"a\",\"attempts\":[{\"lastUpdatedEpoch\":\"soon\"}]}]",
        "<html>Log in</html>",
        "[] []"
      })
  void rejectsTextThatIsNoList(String json) {
    assertThatThrownBy(() -> CatalogJson.readList(stream(json), entry -> {}))
        .isInstanceOf(IOException.class);
  }

  @Test
  void readsTheAddressOfTheDriver() throws IOException {
    Map<String, String> settings =
        CatalogJson.readSettings(
            stream(
                """
                {"runtime": {"javaVersion": "17"},
                 "sparkProperties": [["spark.driver.host", "notebook"], ["spark.ui.port", "4050"],
                   ["spark.kubernetes.namespace", "lab"]],
                 "systemProperties": [["a", "b"]]}
                """));

    assertThat(EventLogEndpoint.in(settings))
        .contains(new EventLogEndpoint("notebook", Optional.of(4050), Optional.of("lab")));
    assertThat(EventLogEndpoint.in(Map.of("spark.ui.port", "4050"))).isEmpty();
    assertThat(EventLogEndpoint.in(Map.of("spark.driver.host", "h", "spark.ui.port", "none")))
        .contains(new EventLogEndpoint("h", Optional.empty(), Optional.empty()));
  }

  private static InputStream stream(String json) {
    return new ByteArrayInputStream(json.getBytes(UTF_8));
  }
}
