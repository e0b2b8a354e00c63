// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.guides;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files that the Dockerfiles copy exist after packaging. */
class DockerfileIT {
  @ParameterizedTest
  @ValueSource(strings = {"history-plugin", "sample-war"})
  void copiesExistingFiles(String module) {
    assertThat(Dockerfile.of(module).copied())
        .isNotEmpty()
        .allSatisfy(file -> assertThat(Project.ROOT.resolve(module).resolve(file)).isRegularFile());
  }
}
