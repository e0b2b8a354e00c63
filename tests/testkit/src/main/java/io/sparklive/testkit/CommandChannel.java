// SPDX-License-Identifier: Apache-2.0
package io.sparklive.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Commands to a program on its standard input, and responses on its standard output, a line each.
 * For one thread at a time.
 */
final class CommandChannel {

  private static final String ENDED = "ENDED";

  private final JvmProcess process;
  private final Pattern responseForm;
  private final Writer commands;
  private final BlockingQueue<String> responses = new LinkedBlockingQueue<>();

  /**
   * Begins to read responses.
   *
   * @param process started by {@link JvmProcess#startInteractive}
   * @param words the first words of its responses, separated by {@code |}
   */
  CommandChannel(JvmProcess process, String words) {
    this.process = process;
    // The JVM writes its own warnings to standard output too.
    responseForm = Pattern.compile("(" + words + ")( .*)?");
    commands = process.process().outputWriter(StandardCharsets.UTF_8);
    Thread reader = new Thread(this::readResponses, "responses-" + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Sends a command and waits for the response.
   *
   * @throws IllegalStateException if none arrives in that time, or the program ends
   */
  String request(String command, Duration patience) {
    send(command);
    return next(command, patience);
  }

  /**
   * Sends a command that has no response.
   *
   * @throws IllegalStateException if the program has ended
   */
  void send(String command) {
    try {
      commands.write(command + "\n");
      commands.flush();
    } catch (IOException e) {
      IllegalStateException failure = process.failure("could not receive: " + command);
      failure.addSuppressed(e);
      throw failure;
    }
  }

  /**
   * Waits for the next response.
   *
   * @param activity the activity of the program meanwhile, for messages
   * @throws IllegalStateException if none arrives in that time, or the program ends
   */
  String next(String activity, Duration patience) {
    try {
      String response = responses.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
      if (response == null) {
        throw process.failure("does not respond while " + activity);
      }
      if (response.equals(ENDED)) {
        responses.add(ENDED);
        throw process.failure("ended while " + activity);
      }
      return response;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while " + activity, e);
    }
  }

  private void readResponses() {
    try (BufferedReader lines = process.process().inputReader(StandardCharsets.UTF_8)) {
      lines.lines().filter(responseForm.asMatchPredicate()).forEach(responses::add);
    } catch (IOException | UncheckedIOException e) {
      // The pipe breaks when the process is killed.
    } finally {
      responses.add(ENDED);
    }
  }
}
