// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.overview.signals;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Asks the test what to do next. */
final class Signal {
  private Signal() {}

  /** What it says, which is nothing where it has waited a moment in vain. */
  static String ask(String url) {
    try (InputStream answer = URI.create(url).toURL().openStream()) {
      return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
