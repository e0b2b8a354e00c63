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
 * What is said to a program on its standard input, and what it answers on its standard output, a
 * line each. One thread at a time may talk to it.
 */
final class CommandChannel {

  private static final String ENDED = "ENDED";

  private final JvmProcess process;
  private final Pattern answerForm;
  private final Writer commands;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();

  /**
   * Begins to listen.
   *
   * @param process started by {@link JvmProcess#startConversation}
   * @param words the first words of its answers, separated by {@code |}
   */
  CommandChannel(JvmProcess process, String words) {
    this.process = process;
    // The JVM's own warnings come on standard output too.
    answerForm = Pattern.compile("(" + words + ")( .*)?");
    commands = process.process().outputWriter(StandardCharsets.UTF_8);
    Thread reader = new Thread(this::readAnswers, "answers-" + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Says something and waits for the answer.
   *
   * @throws IllegalStateException if none comes in that time, or the program ends
   */
  String ask(String command, Duration patience) {
    say(command);
    return next(command, patience);
  }

  /**
   * Says something that has no answer.
   *
   * @throws IllegalStateException if the program has ended
   */
  void say(String command) {
    try {
      commands.write(command + "\n");
      commands.flush();
    } catch (IOException e) {
      IllegalStateException failure = process.failure("could not be told: " + command);
      failure.addSuppressed(e);
      throw failure;
    }
  }

  /**
   * Waits for the next answer.
   *
   * @param what it does meanwhile, for messages
   * @throws IllegalStateException if none comes in that time, or the program ends
   */
  String next(String what, Duration patience) {
    try {
      String answer = answers.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
      if (answer == null) {
        throw process.failure("does not answer while " + what);
      }
      if (answer.equals(ENDED)) {
        answers.add(ENDED);
        throw process.failure("ended while " + what);
      }
      return answer;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while " + what, e);
    }
  }

  private void readAnswers() {
    try (BufferedReader lines = process.process().inputReader(StandardCharsets.UTF_8)) {
      lines.lines().filter(answerForm.asMatchPredicate()).forEach(answers::add);
    } catch (IOException | UncheckedIOException e) {
      // The pipe breaks when the process is killed.
    } finally {
      answers.add(ENDED);
    }
  }
}
