// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.guides;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuideRunTest {
  @TempDir Path directory;

  @Test
  void failsIfCommandFails() throws IOException {
    Document guide =
        new Document(
            Document.ROOT.resolve("wrong.md"),
            List.of("```bash", "false | true", "echo on", "```"));
    try (GuideRun run = new GuideRun(directory.resolve("wrong"), Ports.free(), Map.of())) {
      assertThatThrownBy(() -> run.run(guide.blocks()))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("wrong.md failed with 1");
    }
  }
}
