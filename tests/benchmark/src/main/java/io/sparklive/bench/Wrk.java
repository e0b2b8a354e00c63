// SPDX-License-Identifier: Apache-2.0
package io.sparklive.bench;

import com.google.gson.Gson;
import io.sparklive.testkit.InstalledPrograms;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A run of <a href="https://github.com/wg/wrk">wrk</a>: connections that request one page again as
 * soon as they have received it.
 *
 * @param connections the number of keep-alive connections
 * @param seconds the duration, from when all are open
 */
record Wrk(int connections, int seconds) {
  private static final String HOW_TO_INSTALL =
      "No wrk: the benchmark needs it on the PATH. On Debian: apt-get install wrk";

  private static final Pattern RESULT = Pattern.compile("^\\{\"requests\".*}$", Pattern.MULTILINE);

  /** A redirect or another page is shorter; compressed pages differ a little. */
  private static final double SAME_LENGTH = 0.95;

  /**
   * Sends the requests.
   *
   * @throws IllegalStateException if any response was not that page
   */
  LoadResult load(PageRequest page) throws IOException, InterruptedException {
    int length = page.check();
    LoadResult load = run(page);
    page.check();
    if (load.requests() == 0 || load.failed() + load.refused() > 0) {
      throw new IllegalStateException(
          "%s under %d connections: %d responses, %d with an error, %d failed"
              .formatted(page.uri(), connections, load.requests(), load.refused(), load.failed()));
    }
    // wrk counts a redirect as a response.
    if (load.bytes() < length * SAME_LENGTH * load.requests()) {
      throw new IllegalStateException(
          "%s under %d connections: %d bytes in %d responses, where one has %d"
              .formatted(page.uri(), connections, load.bytes(), load.requests(), length));
    }
    return load;
  }

  private LoadResult run(PageRequest page) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command(page)).redirectErrorStream(true).start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      Matcher result = RESULT.matcher(output);
      if (process.waitFor() != 0 || !result.find()) {
        throw new IllegalStateException("wrk against " + page.uri() + ":\n" + output);
      }
      return new Gson().fromJson(result.group(), LoadResult.class);
    } finally {
      process.destroyForcibly();
    }
  }

  private List<String> command(PageRequest page) {
    String wrk =
        InstalledPrograms.find("wrk")
            .orElseThrow(() -> new IllegalStateException(HOW_TO_INSTALL))
            .toString();
    // Each thread opens its connection a moment after the one before. Spark's servers have a
    // backlog of one: of several at once, some would wait seconds for a retry of the system.
    List<String> command = new ArrayList<>(List.of(wrk, "--threads=" + connections));
    command.addAll(List.of("--connections=" + connections, "--duration=" + seconds));
    command.addAll(List.of("--timeout=10", "--latency", "--script=" + script()));
    page.headers().forEach((name, value) -> command.add("--header=" + name + ": " + value));
    command.add(page.uri().toString());
    return command;
  }

  private static Path script() {
    try {
      return Path.of(Wrk.class.getResource("wrk.lua").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
