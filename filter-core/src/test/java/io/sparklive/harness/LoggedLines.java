// SPDX-License-Identifier: Apache-2.0
package io.sparklive.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;

/** The log lines that are written while this is open: the tests log to the error stream. */
public final class LoggedLines implements AutoCloseable {
  private final PrintStream before = System.err;
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  /** Starts the recording. */
  public LoggedLines() {
    System.setErr(new PrintStream(written, true, UTF_8));
  }

  /** The lines that contain this text. */
  public List<String> with(String text) {
    return written.toString(UTF_8).lines().filter(line -> line.contains(text)).toList();
  }

  @Override
  public void close() {
    System.setErr(before);
    before.print(written.toString(UTF_8));
  }
}
