// SPDX-License-Identifier: Apache-2.0
package io.sparklive.it.overview.signals;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Requests the next signal from the test. */
final class Signal {
  private Signal() {}

  /** The signal; empty if there was none for a moment. */
  static String next(String url) {
    try (InputStream response = URI.create(url).toURL().openStream()) {
      return new String(response.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
