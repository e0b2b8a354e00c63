// SPDX-License-Identifier: Apache-2.0
package io.sparklive.logs;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.stream.JsonReader;
import io.sparklive.logs.LogPod.Container;
import java.io.IOException;
import java.io.StringReader;
import org.junit.jupiter.api.Test;

class LogPodReaderTest {
  private static LogPod read(String json) throws IOException {
    return LogPodReader.read(new JsonReader(new StringReader(json.replace('\'', '"'))));
  }

  @Test
  void readsContainersInOrderOfTheirStart() throws IOException {
    LogPod pod =
        read(
            """
            {'spec': {
               'containers': [{'name': 'main'}, {'name': 'sidecar'}],
               'initContainers': [{'name': 'fetch'}]},
             'status': {
               'containerStatuses': [{'name': 'main', 'restartCount': 2,
                 'state': {'terminated': {'exitCode': 1, 'reason': 'Error'}}}],
               'initContainerStatuses': [{'name': 'fetch', 'restartCount': 'x',
                 'state': {'terminated': {'exitCode': 0, 'reason': 'Completed'}}}]}}""");

    assertThat(pod.containers())
        .containsExactly(
            new Container("fetch", true, "terminated", "Completed", 0),
            new Container("main", false, "terminated", "Error, exit code 1", 2),
            new Container("sidecar", false, "waiting", "", 0));
  }

  @Test
  void limitsAndSanitizesReasons() throws IOException {
    LogPod pod = read("{'status': {'reason': '%s'}}".formatted("\\u202E\\nx".repeat(300)));

    assertThat(pod.reason()).hasSize(301).endsWith("…").doesNotContain("\n", "\u202E");
  }
}
