// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FreePortsTest {
  /** So many of 12,000 that two JVMs would choose some of the same, if they did not claim them. */
  private static final int MANY = 1000;

  /** So many ports a filter tries after that of a driver. */
  private static final int TRIED = 16;

  /** Takes ports, prints them, and keeps them until its input ends. */
  static final class OtherJvm {
    private OtherJvm() {}

    public static void main(String[] args) throws IOException {
      System.out.println(
          FreePorts.next(MANY).stream().map(String::valueOf).collect(Collectors.joining(",")));
      while (System.in.read() >= 0) {
        // Only the end counts.
      }
    }
  }

  @Test
  void returnsPortsWithGapsOneAfterTheOther() {
    List<Integer> ports = FreePorts.next(20);

    assertThat(ports)
        .noneMatch(
            port -> IntStream.rangeClosed(1, TRIED).map(i -> port + i).anyMatch(ports::contains));
  }

  @Test
  void returnsPortOnceInAllJvms() throws IOException, InterruptedException {
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                OtherJvm.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader output =
        new BufferedReader(new InputStreamReader(other.getInputStream(), UTF_8))) {
      List<Integer> taken =
          Arrays.stream(output.readLine().split(",")).map(Integer::valueOf).toList();

      List<Integer> own = FreePorts.next(MANY);

      assertThat(taken).hasSize(MANY);
      assertThat(own).doesNotHaveDuplicates().doesNotContainAnyElementsOf(taken);
      assertThat(own)
          .noneMatch(
              port -> IntStream.rangeClosed(1, TRIED).map(i -> port + i).anyMatch(taken::contains));
    } finally {
      other.destroyForcibly();
      other.waitFor();
    }
  }
}
